#pragma once

#include <functional>

#include "io/result_writer.hpp"
#include "qbatt/solve.hpp"
#include "run/chunks.hpp"
#include "run/crew.hpp"

namespace qbatt {

/// Solves and writes the chunks of `todo`, as this process claims them from the crew, until none is left or
/// somebody asks to stop, by Request::stop here or on another process; a chunk that is solved is always written. `show_progress`
/// gets what this run has done, by all processes as far as they are known here. Returns what this process has done, and leaves the
/// crew with it. Throws what solve() and the writer throw.
WorkReport run_chunks(const SweepPlan& plan, const Request& request, const ChunkList& chunks, const WorkList& todo,
                      ResultWriter& writer, Crew& crew, const std::function<void(const WorkReport& done)>& show_progress);

}  // namespace qbatt
