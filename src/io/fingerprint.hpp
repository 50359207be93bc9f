#pragma once

#include <string>
#include <utility>
#include <vector>

namespace qbatt {

/// What decides every bit of the rows of a sweep, as names and values: the options that matter, solver and backend, instruction
/// set, version. Two runs of one fingerprint write the same rows.
class Fingerprint {
public:
  /// Behind those that are there. `name` as a user knows it: "--nb", "version". `part_of` is the name of an entry that says all
  /// that this one does: this one then only tells in which words it was said, and counts for nothing where that entry is the same.
  void add(std::string name, std::string value, std::string part_of = "") {
    entries_.push_back({std::move(name), std::move(value), std::move(part_of)});
  }

  [[nodiscard]] bool empty() const { return entries_.empty(); }
  /// Empty where there is no such entry.
  [[nodiscard]] std::string value_of(const std::string& name) const;
  bool operator==(const Fingerprint&) const = default;

  /// What differs first, as "--nb is 1:2000 in WHERE and 1:3000 HERE"; empty where nothing does. `here` is ours, this one theirs.
  [[nodiscard]] std::string difference(const Fingerprint& here, const std::string& where, const std::string& here_name) const;

  /// One JSON object, in order; what is part of an entry lies in an object of its own.
  [[nodiscard]] std::string json() const;
  /// Throws std::invalid_argument for anything else than what json() makes.
  static Fingerprint from_json(const std::string& text);

private:
  struct Entry {
    std::string name;
    std::string value;
    std::string part_of;
    bool operator==(const Entry&) const = default;
  };

  std::vector<Entry> entries_;
};

}  // namespace qbatt
