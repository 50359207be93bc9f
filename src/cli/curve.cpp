#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "cli/add_options.hpp"
#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "io/formats.hpp"
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
};

void check_unit(const CentralSpin& system, TimeUnit unit) {
  if (unit == TimeUnit::absolute || system.rabi() > 0) return;
  throw InputError(fmt::format("--time-unit: `{}` does not exist where nothing moves (coupling = 0 or m = 0): give --times and "
                               "--time-unit absolute",
                               to_string(unit)),
                   "--time-unit");
}

void remark_on_accuracy(const Row& row) {
  if (exit_code({&row, 1}) == 0) return;
  if (row.status == Status::failed) {
    print_err("qbatt: the curve failed: --solver {} cannot compute this system\n", to_string(row.solver));
    return;
  }
  print_err("qbatt: the curve is {}: its error_bound reaches {:.3g}, more than --tolerance allows\n", to_string(row.status),
            row.error_bound);
}

int run(const CurveOptions& options, const Invocation& invocation) {
  const std::string output = options.output.value_or("-");
  check_results_name(output);
  const InterruptGuard guard;
  Request request = make_request(options.work);
  request.stop = guard.token();
  const ResultsLayout layout = request_series(request, parse_times(options.series).value_or(TimeGrid{}), options.series);
  const CentralSpin system = single_system(options.system);
  check_unit(system, request.times->unit);
  validate(request);
  check_memory(request, system.dim());
  const auto writer = open_curve(output, layout, make_provenance(request, invocation));
  settle_backend(request, options.work, false);
  const Table table = solve({&system, 1}, request);
  writer->write(0, table);
  writer->finish(1);
  remark_on_accuracy(table.rows.at(0));
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
  command.footer(
      "Examples:\n"
      "  qbatt curve --nb 50 -o curve.csv\n"
      "  qbatt curve --nb 50 --times 0:10:1001 --time-unit rabi --series energy_per_cell,entropy\n"
      "  qbatt curve --nb 20 --populations -o populations.nc");
  return [options](const Invocation& invocation) { return run(*options, invocation); };
}

}  // namespace qbatt::cli
