#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <memory>

#include "cli/chunk_size.hpp"
#include "cli/commands.hpp"
#include "cli/dry_run.hpp"
#include "cli/interrupt.hpp"
#include "cli/options.hpp"
#include "cli/print.hpp"
#include "cli/progress.hpp"
#include "cli/provenance.hpp"
#include "cli/series_options.hpp"
#include "io/result_writer.hpp"
#include "qbatt/errors.hpp"
#include "sweep/text.hpp"

namespace qbatt::cli {
namespace {

constexpr int interrupted_code = 130;

struct SweepOptions {
  AxisTexts axes;
  Text systems;
  WorkOptions work;
  SeriesOptions series;
  Text output;
  bool skip_invalid = false;
  bool dry_run = false;
  bool quiet = false;
};

SweepPlan make_plan(const SweepOptions& options) {
  if (!options.systems) return SweepPlan::from_axes(options.axes, options.skip_invalid);
  for (const ParameterInfo& info : parameter_info()) {
    if (options.axes[static_cast<std::size_t>(info.id)]) {
      throw InputError(
          fmt::format("--{} cannot be combined with --systems: give a column {} in the file instead", info.name, info.column));
    }
  }
  return SweepPlan::from_file(*options.systems, options.skip_invalid);
}

struct Tally {
  std::size_t finished = 0;
  std::size_t inaccurate = 0;
  std::size_t failed = 0;

  void add(const Table& chunk) {
    finished += chunk.rows.size();
    inaccurate += static_cast<std::size_t>(std::ranges::count(chunk.rows, Status::inaccurate, &Row::status));
    failed += static_cast<std::size_t>(std::ranges::count(chunk.rows, Status::failed, &Row::status));
  }
};

// Chunk by chunk, until all is done or somebody asks to stop; the chunk in flight is always finished.
Tally compute(const SweepPlan& plan, Request request, ResultWriter& writer, bool show_progress) {
  const auto total = static_cast<std::size_t>(plan.summary().systems);
  Progress progress(total, show_progress);
  Tally tally;
  request.progress = [&](std::size_t finished, std::size_t) { progress.show(tally.finished + finished); };
  SweepCursor cursor = plan.systems();
  const ChunkSize chunk = chunk_size(request);
  while (tally.finished < total && !InterruptGuard::requested()) {
    const Table table = solve(cursor.next_chunk(chunk.systems, chunk.levels), request);
    writer.write(table);
    tally.add(table);
    progress.show(tally.finished);
  }
  return tally;
}

int report(const Tally& tally, const SweepSummary& summary, const SweepOptions& options) {
  if (summary.dropped > 0 && !options.quiet) {
    fmt::print(stderr, "qbatt: {} combinations that are not physical were dropped\n", summary.dropped);
  }
  if (tally.inaccurate + tally.failed == 0) return 0;
  if (!options.quiet) {
    fmt::print(stderr, "qbatt: of {} rows {} are inaccurate and {} failed: see the columns status and error_bound\n",
               tally.finished, tally.inaccurate, tally.failed);
  }
  return 1;
}

int report_interrupted(const Tally& tally, const SweepSummary& summary, const ResultWriter& writer) {
  const std::string where = writer.parts().empty() ? "written" : fmt::format("kept in {}", writer.parts());
  fmt::print(stderr, "qbatt: interrupted: {} of {} systems are finished and {}\n", tally.finished, summary.systems, where);
  return interrupted_code;
}

bool progress_wanted(const SweepOptions& options, const std::string& output) {
  const bool rows_on_terminal = output == "-" && ::isatty(STDOUT_FILENO) == 1;
  return !options.quiet && !rows_on_terminal && ::isatty(STDERR_FILENO) == 1;
}

std::optional<TimeGrid> sweep_times(const SeriesOptions& series, const std::string& output) {
  if (!series.times) {
    refuse_without_times(series);
    return std::nullopt;
  }
  if (!is_netcdf_name(output)) {
    throw InputError(fmt::format(
        "--times: the time series of a sweep go to netCDF only: -o must be a file that ends in .nc, not {}", in_quotes(output)));
  }
  return parse_times(series);
}

int run(const SweepOptions& options, const Invocation& invocation) {
  const std::string output = options.output.value_or("-");
  check_results_name(output);
  Request request = make_request(options.work);
  const ResultsLayout layout = request_series(request, sweep_times(options.series, output), options.series);
  const SweepPlan plan = make_plan(options);
  validate(request);
  check_memory(request, plan.summary().largest_dim);
  if (options.dry_run) {
    print_out(dry_run_text(plan, request, layout, output));
    return 0;
  }
  const InterruptGuard guard;
  const auto writer = open_results(output, layout, make_provenance(request, invocation));
  settle_backend(request, options.work, options.quiet);
  const Tally tally = compute(plan, request, *writer, progress_wanted(options, output));
  if (tally.finished < static_cast<std::size_t>(plan.summary().systems)) return report_interrupted(tally, plan.summary(), *writer);
  writer->finish();
  return report(tally, plan.summary(), options);
}

void add_sweep_flags(CLI::App& command, SweepOptions& options) {
  command
      .add_flag("--skip-invalid", options.skip_invalid,
                "drop and count combinations that are not physical (m > N_c, N_c < 1)\n  default: they are errors")
      ->group("System");
  command
      .add_flag("--dry-run", options.dry_run,
                "print the number of systems, their dimensions, and estimates of eigenpairs, time, memory and file size;\n"
                "  compute and write nothing\n  default: off")
      ->group("Output");
  command.add_flag("--quiet", options.quiet, "neither progress nor remarks on stderr\n  default: off")->group("Output");
}

constexpr const char* axes_help =
    "An AXIS is a value 7, a list 1,2,5, an inclusive range 1:2000 or 0:100:10 (the third number is the step), lin:0:1:11 or\n"
    "log:10:1e6:6 (the third number is the count). In place of a number it may hold a link [FACTOR[*]]NAME[+-NUMBER] to\n"
    "another system option: nb, 2nb, nb+1, nb-3:nb+3. Free axes are combined, the last fastest; linked ones vary inside.\n\n"
    "Examples:\n"
    "  qbatt sweep --nb 1:2000 -o fig5.csv\n"
    "  qbatt sweep --nb 5:300 --nc nb-3:nb+3 --skip-invalid -o asymmetry.csv\n"
    "  qbatt sweep --systems systems.csv --tolerance 1e-10\n"
    "  qbatt sweep --nb 1:100 --times 0:2:65 --time-unit optimum --series energy_per_cell,entropy -o curves.nc";

}  // namespace

Command add_sweep(CLI::App& command) {
  auto options = std::make_shared<SweepOptions>();
  add_system_options(command, options->axes, true);
  add_text(command, "--systems", "FILE", options->systems,
           "instead of axes: a CSV file with one system a row and any of the columns n_b (required), n_c, m, omega_b,\n"
           "  omega_c, coupling, ising",
           "none", "systems.csv")
      ->group("System");
  add_series_options(command, options->series, "no time series", "absolute");
  add_work_options(command, options->work);
  add_output_option(command, options->output);
  add_sweep_flags(command, *options);
  command.footer(axes_help);
  return [options](const Invocation& invocation) { return run(*options, invocation); };
}

}  // namespace qbatt::cli
