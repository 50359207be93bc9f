#include "cli/options.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <span>

#include "cli/print.hpp"
#include "qbatt/errors.hpp"
#include "text/numbers.hpp"
#include "text/text.hpp"

namespace qbatt::cli {
namespace {

template <typename Choice>
Choice parse_choice(std::string_view option, const std::string& text, std::span<const Choice> choices) {
  for (const Choice choice : choices) {
    if (to_string(choice) == text) return choice;
  }
  throw InputError(fmt::format("{}: {} is not known: it must be one of {}", option, in_quotes(text),
                               listed(choices, [](Choice choice) { return to_string(choice); })));
}

double parse_positive(const std::string& text, std::string_view option) {
  constexpr std::string_view range = "a number greater than 0";
  const double number = parse_real(text, option, range);
  if (!(number > 0)) throw InputError(fmt::format("{}: {} is out of range: it must be {}", option, in_quotes(text), range));
  return number;
}

std::vector<int> parse_devices(const std::string& text) {
  constexpr std::int64_t highest = 1023;
  std::vector<int> devices;
  for (const std::string_view number : split(text, ',')) {
    const auto device = static_cast<int>(parse_whole(number, "--device", 0, highest));
    if (std::ranges::find(devices, device) != devices.end()) {
      throw InputError(fmt::format("--device: {} stands twice in {}: each device may be named once", device, in_quotes(text)));
    }
    devices.push_back(device);
  }
  return devices;
}

struct SystemHelp {
  std::string_view help;
  std::string_view by_default;
  std::string_view value_example;
  std::string_view axis_example;
};

constexpr std::array<SystemHelp, parameter_count> system_help{{
    {"battery spins N_b, a whole number from 1 to 1e10", "required", "1e6", "1:2000"},
    {"charger spins N_c, a whole number from 1 to 1e10", "nb", "nb+1", "nb-3:nb+3"},
    {"charger spins up at t = 0, from 0 to N_c", "nc", "0.5nc", "0:nc"},
    {"level splitting of the battery spins > 0, in your unit of energy (hbar = 1)", "1", "2.5", "1,2,5"},
    {"level splitting of the charger spins, in the same unit", "omega-b", "omega-b+0.1", "lin:0.5omega-b:2omega-b:11"},
    {"flip-flop coupling A, in the same unit; its sign is a gauge", "1", "0.1", "log:0.01:1:5"},
    {"Ising coupling Delta, in the same unit", "0", "-0.7", "-1:1:0.25"},
}};

}  // namespace

CLI::Option* add_text(CLI::App& app, const std::string& name, const std::string& type, Text& target, std::string_view help,
                      std::string_view by_default, std::string_view example) {
  const std::string option = name.substr(name.rfind(',') + 1);
  const std::string description = fmt::format("{}\n  default: {}; example: {} {}", help, by_default, option, example);
  return app
      .add_option_function<std::string>(
          name, [&target](const std::string& value) { target = value; }, description)
      ->option_text(type)
      ->default_str(std::string(by_default));
}

void add_system_options(CLI::App& app, AxisTexts& texts, bool axes) {
  for (const ParameterInfo& info : parameter_info()) {
    const auto i = static_cast<std::size_t>(info.id);
    const SystemHelp& text = system_help[i];
    const bool required = info.default_axis.empty();
    add_text(app, fmt::format("--{}", info.name), axes ? "AXIS" : "NUMBER", texts[i], text.help,
             required && axes ? "required, unless --systems is given" : text.by_default,
             axes ? text.axis_example : text.value_example)
        ->group("System");
  }
}

void add_work_options(CLI::App& app, WorkOptions& options) {
  const auto add = [&](const std::string& name, const std::string& type, Text& target, std::string_view help,
                       std::string_view by_default,
                       std::string_view example) { add_text(app, name, type, target, help, by_default, example)->group("Work"); };
  add("--optimum", "NAME", options.optimum,
      "first-peak (the first t > 0 where dE/dt turns from + to -), global (the largest energy up to the time --window; the\n"
      "  earliest within 1e-12 of it) or none (no optimum is searched)",
      "first-peak", "global");
  add("--window", "NUMBER", options.window,
      "longest time that --optimum global looks at, a number > 0 in transit times sum_k 1/(2 offdiag(k)) of each system", "10",
      "25");
  add("--solver", "NAME", options.solver,
      "auto, spectral (only the eigenpairs that matter), chebyshev (propagation in time without eigenpairs) or dense (LAPACK\n  on "
      "the whole matrix)",
      "auto", "spectral");
  add("--dense-routine", "NAME", options.dense_routine,
      "what diagonalizes for --solver dense on CUDA: syevj (cusolverDnDsyevjBatched) or syev (cusolverDnXsyevBatched)", "syevj",
      "syev");
  add("--backend", "NAME", options.backend, "what computes: auto, cpu or cuda; see qbatt devices", "auto", "cpu");
  add("--threads", "COUNT", options.threads, "CPU threads, from 1 to 4096; results do not depend on it", "all of the machine", "4");
  add("--device", "LIST", options.device, "CUDA devices to use, by their numbers in qbatt devices", "all that are found", "0,1");
  add("--memory", "SIZE", options.memory,
      "device memory that CUDA may use for chunks, per device: a number with B, kB, MB, GB, TB, KiB, MiB, GiB or TiB",
      "what is free on the device", "8GiB");
  add("--tolerance", "NUMBER", options.tolerance,
      "largest error_bound (a pure number > 0, on the norm of the state) of a row that counts as ok",
      "1e-8 for up to 10^6 levels, 1e-14 per level beyond", "1e-10");
}

void add_output_option(CLI::App& app, Text& output) {
  add_text(app, "-o", "FILE", output,
           "where the results go: a file that ends in .csv or .nc (netCDF-4), or - for CSV on the standard output", "-",
           "results.csv")
      ->group("Output");
}

TimeUnit parse_time_unit(const std::string& text) {
  constexpr std::array choices{TimeUnit::absolute, TimeUnit::rabi, TimeUnit::optimum};
  return parse_choice<TimeUnit>("--time-unit", text, choices);
}

Request make_request(const WorkOptions& options) {
  constexpr std::array routines{DenseRoutine::syevj, DenseRoutine::syev};
  constexpr std::array backends{Backend::automatic, Backend::cpu, Backend::cuda};
  Request request;
  if (options.optimum) request.optimum = parse_choice<OptimumRule>("--optimum", *options.optimum, all_optimum_rules);
  if (options.window) request.window = parse_positive(*options.window, "--window");
  if (options.window && request.optimum != OptimumRule::global) {
    throw InputError("--window needs --optimum global: no other optimum has a window");
  }
  if (options.solver) request.solver = parse_choice<Solver>("--solver", *options.solver, all_solvers);
  if (options.dense_routine) {
    request.dense_routine = parse_choice<DenseRoutine>("--dense-routine", *options.dense_routine, routines);
  }
  if (options.backend) request.backend = parse_choice<Backend>("--backend", *options.backend, backends);
  if (options.threads) request.threads = static_cast<int>(parse_whole(*options.threads, "--threads", 1, 4096));
  if (options.device) request.devices = parse_devices(*options.device);
  if (options.memory) request.memory = parse_bytes(*options.memory, "--memory");
  if (options.tolerance) request.tolerance = parse_positive(*options.tolerance, "--tolerance");
  return request;
}

void settle_backend(Request& request, const WorkOptions& options, bool quiet) {
  if (request.backend != Backend::automatic) return;
  const BackendChoice choice = choose_backend(request);
  request.backend = choice.backend;
  if (!quiet && (options.backend || ::isatty(STDERR_FILENO) == 1)) {
    print_err("qbatt: backend: {} ({})\n", to_string(choice.backend), choice.reason);
  }
}

}  // namespace qbatt::cli
