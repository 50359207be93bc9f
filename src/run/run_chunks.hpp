#pragma once

#include <functional>
#include <vector>

#include "io/result_writer.hpp"
#include "qbatt/solve.hpp"
#include "run/chunks.hpp"
#include "run/crew.hpp"

namespace qbatt {

/// Who looks on while chunks are solved.
struct RunWatch {
  std::function<bool()> stop_wanted;                          ///< asked before each chunk
  std::function<void(const WorkReport& done)> show_progress;  ///< of this run, by all processes as far as they are known here
};

/// Solves and writes the chunks whose numbers are in `todo`, as this process claims them from the crew, until none is left or
/// somebody asks to stop; the chunk in flight is always finished. Returns what this process has done, and leaves the crew with it.
/// Throws what solve() and the writer throw.
WorkReport run_chunks(const SweepPlan& plan, const Request& request, const std::vector<Chunk>& chunks,
                      const std::vector<std::size_t>& todo, ResultWriter& writer, Crew& crew, const RunWatch& watch);

}  // namespace qbatt
