#pragma once

#include <string>
#include <utility>
#include <vector>

#include "io/parts_folder.hpp"
#include "io/result_writer.hpp"
#include "qbatt/errors.hpp"

namespace qbatt {

/// A writer of a file whose chunks lie in its PartsFolder until finish() puts them together.
class PartsWriter : public ResultWriter {
public:
  PartsWriter(std::string path, Provenance provenance, const ResultsBegin& begin)
      : path_(std::move(path)),
        provenance_(std::move(provenance)),
        sweep_(begin.sweep),
        parts_(path_, begin.sweep, begin.start, begin.rank) {}
  /// Where another run has taken the folder, that is what is said, and not what this process then met.
  void write(std::size_t part, const Table& chunk) final {
    in_our_folder([&] { write_part(part, chunk); });
  }
  void finish(std::size_t parts) final {
    in_our_folder([&] { put_together(parts); });
  }
  [[nodiscard]] std::vector<PartRecord> finished() const override { return parts_.finished(); }
  [[nodiscard]] std::vector<std::string> damaged() const override { return parts_.damaged(); }
  [[nodiscard]] std::string parts() const override { return parts_.path(); }

protected:
  virtual void write_part(std::size_t part, const Table& chunk) = 0;
  virtual void put_together(std::size_t parts) = 0;

  std::string path_;
  Provenance provenance_;
  SweepRecord sweep_;
  PartsFolder parts_;

private:
  template <typename Act>
  void in_our_folder(const Act& act) {
    parts_.check_ours();
    try {
      act();
    } catch (const FileError&) {
      parts_.check_ours();
      throw;
    }
  }
};

}  // namespace qbatt
