#pragma once

#include <string>
#include <utility>
#include <vector>

#include "io/parts_folder.hpp"
#include "io/result_writer.hpp"

namespace qbatt {

/// A writer of a file whose chunks lie in its PartsFolder until finish() puts them together.
class PartsWriter : public ResultWriter {
public:
  PartsWriter(std::string path, Provenance provenance, const ResultsBegin& begin)
      : path_(std::move(path)),
        provenance_(std::move(provenance)),
        sweep_(begin.sweep),
        parts_(path_, begin.sweep, begin.start, begin.rank) {}
  [[nodiscard]] std::vector<PartRecord> finished() const override { return parts_.finished(); }
  [[nodiscard]] std::vector<std::string> damaged() const override { return parts_.damaged(); }
  [[nodiscard]] std::string parts() const override { return parts_.path(); }

protected:
  std::string path_;
  Provenance provenance_;
  SweepRecord sweep_;
  PartsFolder parts_;
};

}  // namespace qbatt
