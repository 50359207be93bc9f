#pragma once

#include <functional>
#include <span>
#include <string>

#include "cli/command_line.hpp"
#include "io/sweep_record.hpp"
#include "options/provenance.hpp"
#include "options/remarks.hpp"
#include "options/work_options.hpp"
#include "qbatt/solve.hpp"
#include "qbatt/sweep.hpp"

namespace qbatt::cli {

/// A command, ready to run once its options are parsed; returns the exit code or throws a qbatt::Error.
using Command = std::function<int(const Invocation&)>;

/// Each adds one command with its options to the program.
Command add_optimum(CommandLine& command);
Command add_curve(CommandLine& command);
Command add_sweep(CommandLine& command);
Command add_merge(CommandLine& command);
Command add_bench(CommandLine& command);
Command add_devices(CommandLine& command);
Command add_figures(CommandLine& command);
Command add_plot(CommandLine& command);

/// Fixes the backend for the whole command where it was left to qbatt, and says what it is, once, on stderr: where --backend auto
/// was given in so many words, and on a terminal; `quiet` silences it. `core_seconds`: of all that the command solves, as
/// predicted.
void settle_backend(Request& request, double core_seconds, std::int64_t most_levels, const WorkOptions& options, bool quiet);

/// 0 where every row is ok, no-peak or window-end, and 1 otherwise.
int exit_code(std::span<const Row> rows);
int exit_code(const RowTally& tally);

/// Says a remark on stderr, if it is any; see options/remarks.hpp.
void print_remark(const std::string& remark);

}  // namespace qbatt::cli
