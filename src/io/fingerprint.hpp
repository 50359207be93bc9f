#pragma once

#include <string>
#include <utility>
#include <vector>

namespace qbatt {

/// What decides every bit of the rows of a sweep, as names and values: the options that matter, solver and backend, instruction
/// set, version. Two runs of one fingerprint write the same rows.
class Fingerprint {
public:
  /// Behind those that are there. `name` as a user knows it: "--nb", "version".
  void add(std::string name, std::string value) { entries_.emplace_back(std::move(name), std::move(value)); }

  [[nodiscard]] bool empty() const { return entries_.empty(); }
  bool operator==(const Fingerprint&) const = default;

  /// What differs first, as "--nb is 1:2000 in WHERE and 1:3000 HERE"; empty where nothing does. `here` is ours, this one theirs.
  [[nodiscard]] std::string difference(const Fingerprint& here, const std::string& where, const std::string& here_name) const;

  /// One JSON object, in order.
  [[nodiscard]] std::string json() const;
  /// Throws std::invalid_argument for anything else than what json() makes.
  static Fingerprint from_json(const std::string& text);

private:
  [[nodiscard]] const std::string* find(const std::string& name) const;

  std::vector<std::pair<std::string, std::string>> entries_;
};

}  // namespace qbatt
