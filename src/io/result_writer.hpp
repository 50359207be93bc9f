#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "io/curve_columns.hpp"
#include "io/parts_folder.hpp"
#include "io/sweep_record.hpp"
#include "qbatt/solve.hpp"

namespace qbatt {

/// What a results file holds beside its rows.
struct ResultsLayout {
  std::int64_t times = 0;           ///< of every system; 0: rows only
  std::vector<CurveColumn> series;  ///< at those times
  bool populations = false;         ///< at those times
};

/// How results came about, for the files that can say it.
struct Provenance {
  std::string command;        ///< as it would be typed
  std::string configuration;  ///< all options, as TOML
  std::string backend;        ///< "cpu", "cuda"
  std::string device;         ///< in words
};

/// Of which sweep the results are, and whether an earlier run is to be taken up.
struct ResultsBegin {
  SweepRecord sweep = {};
  PartsStart start = PartsStart::afresh;
  int rank = 0;  ///< among the processes that write to the same results; 0 begins, the others join
};

/// Takes results chunk by chunk.
///
/// Throws FileError naming the file and the reason from every call. A writer that is destroyed before finish() leaves the chunks
/// that were written, and never a file under the final name.
class ResultWriter {
public:
  ResultWriter() = default;
  ResultWriter(const ResultWriter&) = delete;
  ResultWriter& operator=(const ResultWriter&) = delete;
  virtual ~ResultWriter() = default;

  /// Makes chunk number `part` durable. Files take the chunks in any order, the standard output in theirs.
  virtual void write(std::size_t part, const Table& chunk) = 0;

  /// Chunks 0 … `parts` - 1 are written, by whichever process: makes the results appear under their name.
  virtual void finish(std::size_t parts) = 0;

  /// The chunks of a sweep that are written, those taken over from an earlier run and those of other processes included, in order.
  [[nodiscard]] virtual std::vector<PartRecord> finished() const { return {}; }

  /// What of an earlier run could not be taken over, in words.
  [[nodiscard]] virtual std::vector<std::string> damaged() const { return {}; }

  /// Where the chunks lie until then; empty where they are not kept.
  [[nodiscard]] virtual std::string parts() const { return {}; }
};

}  // namespace qbatt
