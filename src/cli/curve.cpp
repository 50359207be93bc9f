#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "cli/add_options.hpp"
#include "cli/commands.hpp"
#include "cli/dry_run.hpp"
#include "cli/print.hpp"
#include "io/formats.hpp"
#include "io/json.hpp"
#include "model/stop.hpp"
#include "options/interrupt.hpp"
#include "options/provenance.hpp"
#include "qbatt/errors.hpp"

namespace qbatt::cli {
namespace {

struct CurveOptions {
  AxisTexts system;
  WorkOptions work;
  SeriesOptions series;
  OptionText output;
  OptionText format;
  bool dry_run = false;
  bool quiet = false;
  bool overwrite = false;
};

void remark_on_accuracy(const Row& row, double tolerance) {
  if (exit_code({&row, 1}) == 0) return;
  if (row.status == Status::failed) {
    print_err("qbatt: the curve failed: {}\n", to_string(row.failure));
    return;
  }
  print_err("qbatt: the curve is {}: its error_bound reaches {:.3g}, more than the {:.3g} accepted\n", to_string(row.status),
            row.error_bound, tolerance);
}

void print_curve(const Table& table, const ResultsLayout& layout) {
  print_out(json_curve(table.rows.at(0), table.series.at(0), layout.series) + "\n");
}

int run(const CurveOptions& options, const Invocation& invocation) {
  const bool json = json_wanted(options.format, "csv");
  refuse_format_of_file(options.format, options.output);
  const std::string output = results_path(options.output.value_or("-"));
  const InterruptGuard guard;
  Request request = make_request(options.work);
  request.stop = guard.token();
  const ResultsLayout layout = request_series(request, parse_times(options.series).value_or(TimeGrid{}), options.series);
  const CentralSpin system = single_system(options.system);
  if (!options.quiet) print_remark(remark_on(rounding_of(options.system)));
  check_unit(system, request.times->unit);
  validate(request);
  check_memory(request, system.dim());
  if (options.dry_run) {
    print_out(dry_run_text(SweepPlan::from_axes(options.system, false), request, layout, output, ""));
    return 0;
  }
  settle_backend(request, predicted_core_seconds({&system, 1}, request), system.dim(), options.work, options.quiet);
  const auto writer = json ? nullptr : open_curve(output, layout, make_provenance(request, invocation), options.overwrite);
  const Table table = solve({&system, 1}, request);
  if (json) {
    print_curve(table, layout);
  } else {
    writer->write(0, table);
    throw_if_stopped(request);
    writer->finish(1);
  }
  if (!options.quiet) remark_on_accuracy(table.rows.at(0), request.tolerance.value_or(default_tolerance(system.dim())));
  return exit_code(table.rows);
}

}  // namespace

Command add_curve(CommandLine& command) {
  auto options = std::make_shared<CurveOptions>();
  add_system_options(command, options->system, false);
  add_series_options(command, options->series,
                     {.times = "0:2:401 in units of the optimum", .unit = "absolute where --times is given, optimum otherwise"});
  add_work_options(command, options->work);
  add_option(command, output_option, options->output, "Output");
  add_switch(command, overwrite_switch, options->overwrite, "Output");
  add_format_option(command,
                    "what goes to the standard output: csv, or json (one object with the system, its optimum and the series)",
                    options->format, "csv");
  add_switch(
      command,
      {"--dry-run", "print the number of levels, and estimates of eigenpairs, time, memory and file size; compute nothing", "off"},
      options->dry_run, "Output");
  add_switch(command, {"--quiet", "no remarks on stderr", "off"}, options->quiet, "Output");
  command.footer(
      "Examples:\n"
      "  qbatt curve --nb 50 -o curve.csv\n"
      "  qbatt curve --nb 50 --times 0:10:1001 --time-unit rabi --series energy_per_cell,entropy\n"
      "  qbatt curve --nb 50 --times 0,log:0.001:10:201 --format json\n"
      "  qbatt curve --nb 20 --populations -o populations.nc");
  return [options](const Invocation& invocation) { return run(*options, invocation); };
}

}  // namespace qbatt::cli
