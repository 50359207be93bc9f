#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "cli/add_options.hpp"
#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "cli/throughput.hpp"
#include "options/interrupt.hpp"
#include "options/provenance.hpp"
#include "qbatt/errors.hpp"
#include "qbatt/version.hpp"
#include "text/numbers.hpp"
#include "text/text.hpp"

namespace qbatt::cli {
namespace {

constexpr const char* default_sizes = "10,100,1000,10000";
/// Dimensions from which on solvers other than `spectral` are left out unless asked for: one system takes seconds.
constexpr std::int64_t largest_unasked = 1100;

struct BenchOptions {
  AxisTexts axes;
  WorkOptions work;
  OptionText seconds;
  OptionText format;
};

double parse_seconds(const BenchOptions& options) {
  constexpr double default_seconds = 0.1;
  if (!options.seconds) return default_seconds;
  constexpr std::string_view range = "a number greater than 0 and at most 3600";
  const double seconds = parse_real(*options.seconds, "--seconds", range);
  if (!(seconds > 0.0 && seconds <= 3600.0))
    throw InputError(fmt::format("--seconds: {} is out of range: it must be {}", in_quotes(*options.seconds), range), "--seconds");
  return seconds;
}

/// Whether the backend has the solver of the request; where not, says so on stderr.
bool is_offered(const Request& request) {
  try {
    validate(request);
    return true;
  } catch (const InputError& error) {
    print_err("qbatt: bench leaves out --solver {}: {}\n", to_string(request.solver), error.what());
    return false;
  }
}

/// The solver that is asked for, or each that the backend has.
std::vector<Solver> solvers(const BenchOptions& options, Request request) {
  if (options.work.solver) return {request.solver};
  std::vector<Solver> offered;
  for (const Solver solver : all_solvers) {
    if (solver == Solver::automatic) continue;
    request.solver = solver;
    if (is_offered(request)) offered.push_back(solver);
  }
  return offered;
}

std::vector<Throughput> measure(const BenchOptions& options, Request request) {
  AxisTexts axes = options.axes;
  auto& sizes = axes[static_cast<std::size_t>(Parameter::n_b)];
  sizes = sizes.value_or(default_sizes);
  const double seconds = parse_seconds(options);
  const SweepPlan plan = SweepPlan::from_axes(axes, false);
  std::vector<Throughput> results;
  for (const Solver solver : solvers(options, request)) {
    request.solver = solver;
    SweepCursor cursor = plan.systems();
    while (const auto system = cursor.next()) {
      if (solver != Solver::spectral && !options.work.solver && system->dim() > largest_unasked) continue;
      results.push_back(measure_throughput(*system, request, seconds));
    }
  }
  return results;
}

nlohmann::ordered_json describe_machine(const Request& request) {
  nlohmann::ordered_json machine;
  machine["version"] = version();
  machine["git_revision"] = git_revision();
  machine["compiler"] = fmt::format("g++ {}", __VERSION__);
  machine["instruction_set"] = instruction_set();
  machine["threads"] = request.threads > 0 ? request.threads : omp_get_max_threads();
  machine["backend"] = to_string(request.backend);
  for (const DeviceReport& device : find_devices())
    machine["devices"].push_back({{"backend", device.backend}, {"found", device.found}, {"description", device.description}});
  return machine;
}

nlohmann::ordered_json describe(const Throughput& t, const Request& request) {
  const CentralSpin& s = t.row.system;
  nlohmann::ordered_json entry{{"n_b", s.n_b},         {"n_c", s.n_c},           {"m", s.m},         {"omega_b", s.omega_b},
                               {"omega_c", s.omega_c}, {"coupling", s.coupling}, {"ising", s.ising}, {"dim", s.dim()}};
  entry["solver"] = to_string(t.row.solver);
  entry["backend"] = to_string(t.backend);
  entry["device"] = describe_devices(t.backend, request);
  entry["status"] = to_string(t.row.status);
  entry["n_eig"] = t.row.n_eig;
  entry["error_bound"] = t.row.error_bound;
  entry["systems_at_once"] = t.systems;
  entry["systems_per_second"] = t.systems_per_second();
  entry["seconds_prepare"] = t.prepare;
  entry["seconds_optimum"] = t.optimum;
  entry["seconds_state"] = t.state;
  return entry;
}

std::string as_json(const std::vector<Throughput>& results, const Request& request) {
  nlohmann::ordered_json record = describe_machine(request);
  record["unit"] = "seconds of wall time a system";
  for (const Throughput& result : results) record["results"].push_back(describe(result, request));
  return record.dump(2) + "\n";
}

std::string as_table(const std::vector<Throughput>& results) {
  std::string text = fmt::format("{:<10}{:>10}{:>10}{:>8}{:>8}{:>14}{:>13}{:>13}{:>13}{:>12}\n", "solver", "n_b", "n_c", "dim",
                                 "n_eig", "systems/s", "prepare/us", "optimum/us", "state/us", "bound");
  for (const Throughput& t : results) {
    const CentralSpin& s = t.row.system;
    fmt::format_to(std::back_inserter(text), "{:<10}{:>10}{:>10}{:>8}{:>8}{:>14.4g}{:>13.4g}{:>13.4g}{:>13.4g}{:>12.1e}\n",
                   to_string(t.row.solver), s.n_b, s.n_c, s.dim(), t.row.n_eig, t.systems_per_second(), 1e6 * t.prepare,
                   1e6 * t.optimum, 1e6 * t.state, t.row.error_bound);
  }
  return text;
}

int run(const BenchOptions& options) {
  const InterruptGuard guard;
  Request request = make_request(options.work);
  request.stop = guard.token();
  const bool json = json_wanted(options.format);
  request.backend = choose_backend(request, std::numeric_limits<double>::infinity()).backend;
  validate(request);
  const std::vector<Throughput> results = measure(options, request);
  print_out(json ? as_json(results, request) : as_table(results));
  std::vector<Row> rows;
  std::ranges::transform(results, std::back_inserter(rows), &Throughput::row);
  return exit_code(rows);
}

}  // namespace

Command add_bench(CommandLine& command) {
  auto options = std::make_shared<BenchOptions>();
  add_system_options(command, options->axes, true);
  command.get_option("--nb")->default_str(default_sizes);
  add_work_options(command, options->work);
  add_option(command, {"--seconds", "NUMBER", "the least time for each measurement, in seconds", "0.1", "1"}, options->seconds,
             "Work");
  add_format_option(command, "table (for people) or json (a record with the machine and the accuracy)", options->format);
  command.footer(
      "Every system is solved in as many copies as take long enough, by each solver unless --solver names one. prepare: eigenpairs "
      "and\n"
      "certificate; optimum: the search and all observables there; state: all observables at one more time.\n\n"
      "Examples:\n"
      "  qbatt bench\n"
      "  qbatt bench --nb log:10:1e6:6 --solver spectral --threads 1 --format json");
  return [options](const Invocation&) { return run(*options); };
}

}  // namespace qbatt::cli
