#include "options/work_options.hpp"

#include <algorithm>
#include <array>

#include "text/numbers.hpp"

namespace qbatt {
namespace {

using Entry = OptionEntry<WorkOptions>;

constexpr std::array routines{DenseRoutine::syevj, DenseRoutine::syev};
constexpr std::array backends{Backend::automatic, Backend::cpu, Backend::cuda};

const auto& table() {
  // clang-format off
  static const std::array entries{
      Entry{{"--optimum", "NAME",
             "first-peak (the first t > 0 where dE/dt turns from + to -), global (the largest energy up to the time --window; the "
             "earliest within 1e-12 of it), power (the first t > 0 where the average power E/t is largest) or none (no optimum is "
             "searched)", "first-peak", "power",
             names_of_all<all_optimum_rules>()}, &WorkOptions::optimum},
      Entry{{"--window", "NUMBER", "longest time that --optimum global looks at, a number > 0 in transit times sum_k 1/(2 offdiag(k)) "
             "of each system", "10", "25"}, &WorkOptions::window},
      Entry{{"--solver", "NAME",
             "auto, spectral (only the eigenpairs that matter), chebyshev (propagation in time without eigenpairs) or dense (LAPACK "
             "on the whole matrix)", "auto", "spectral", names_of_all<all_solvers>()}, &WorkOptions::solver},
      Entry{{"--dense-routine", "NAME", "what diagonalizes for --solver dense on CUDA: syevj (cusolverDnDsyevjBatched) or syev "
             "(cusolverDnXsyevBatched)", "syevj", "syev", names_of_all<routines>()}, &WorkOptions::dense_routine},
      Entry{{"--backend", "NAME", "what computes: auto, cpu or cuda; see qbatt devices", "auto", "cpu",
             names_of_all<backends>()}, &WorkOptions::backend},
      Entry{{"--threads", "COUNT", "CPU threads, from 1 to 4096; results do not depend on it", "all of the machine", "4"},
            &WorkOptions::threads},
      Entry{{"--device", "LIST", "CUDA devices to use, by their numbers in qbatt devices", "all that are found", "0,1"},
            &WorkOptions::device},
      Entry{{"--memory", "SIZE", "device memory that CUDA may use for chunks, per device: a number with B, kB, MB, GB, TB, KiB, MiB, "
             "GiB or TiB", "what is free on the device", "8GiB"}, &WorkOptions::memory},
      Entry{{"--tolerance", "NUMBER", "largest error_bound (a pure number > 0, on the norm of the state) of a row that counts as ok",
             "1e-8 for up to 10^6 levels, 1e-14 per level beyond", "1e-10"}, &WorkOptions::tolerance},
  };
  // clang-format on
  return entries;
}

double parse_positive(const std::string& text, std::string_view option) {
  constexpr std::string_view range = "a number greater than 0";
  const double number = parse_real(text, option, range);
  if (!(number > 0)) throw InputError(fmt::format("{}: {} is out of range: it must be {}", option, in_quotes(text), range), option);
  return number;
}

std::vector<int> parse_devices(const std::string& text) {
  constexpr std::int64_t highest = 1023;
  std::vector<int> devices;
  for (const std::string_view number : split(text, ',')) {
    const auto device = static_cast<int>(parse_whole(number, "--device", 0, highest));
    if (std::ranges::find(devices, device) != devices.end()) {
      throw InputError(fmt::format("--device: {} stands twice in {}: each device may be named once", device, in_quotes(text)),
                       "--device");
    }
    devices.push_back(device);
  }
  return devices;
}

}  // namespace

std::span<const OptionEntry<WorkOptions>> work_options() {
  return table();
}

const OptionEntry<WorkOptions>& threads_option() {
  return *std::ranges::find(table(), &WorkOptions::threads, &OptionEntry<WorkOptions>::text);
}

Request make_request(const WorkOptions& options) {
  Request request;
  if (options.optimum) request.optimum = parse_choice<OptimumRule>("--optimum", *options.optimum, all_optimum_rules);
  if (options.window) request.window = parse_positive(*options.window, "--window");
  if (options.window && request.optimum != OptimumRule::global)
    throw InputError("--window needs --optimum global: no other optimum has a window", "--window");
  if (options.solver) request.solver = parse_choice<Solver>("--solver", *options.solver, all_solvers);
  if (options.dense_routine)
    request.cuda.dense_routine = parse_choice<DenseRoutine>("--dense-routine", *options.dense_routine, routines);
  if (options.backend) request.backend = parse_choice<Backend>("--backend", *options.backend, backends);
  if (options.threads) request.threads = static_cast<int>(parse_whole(*options.threads, "--threads", 1, 4096));
  if (options.device) request.cuda.devices = parse_devices(*options.device);
  if (options.memory) request.cuda.memory = parse_bytes(*options.memory, "--memory");
  if (options.tolerance) request.tolerance = parse_positive(*options.tolerance, "--tolerance");
  return request;
}

}  // namespace qbatt
