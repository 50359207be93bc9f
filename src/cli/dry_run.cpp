#include "cli/dry_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <iterator>

#include "charge/ladder.hpp"
#include "cli/progress.hpp"
#include "cost/cost_model.hpp"
#include "cpu/processors.hpp"
#include "devices/cuda_backend.hpp"
#include "io/formats.hpp"
#include "run/chunk_size.hpp"
#include "run/cost_profile.hpp"
#include "run/writing_cost.hpp"
#include "text/text.hpp"

namespace qbatt::cli {
namespace {

/// systems[i] counts the systems with 2^i <= dim < 2^(i+1).
using Sizes = std::array<double, 40>;

std::size_t size_class(std::int64_t dim) {
  return static_cast<std::size_t>(std::bit_width(static_cast<std::uint64_t>(dim)) - 1);
}

struct Totals {
  double chains = 0;
  double n_eig = 0;
  double most_n_eig = 0;
  double seconds = 0;
  double solver_bytes = 0;  // of the largest system
  double levels = 0;
  double device_instructions = 0;  // FP64, at least, where CUDA is to compute
  Sizes sizes{};
};

Totals add_up(const SweepPlan& plan, const Request& request) {
  Totals totals;
  visit_samples(plan, request.stop, [&](const CentralSpin& system, std::int64_t rows) {
    const Forecast one = forecast(system, request);
    const auto count = static_cast<double>(rows);
    totals.chains += count * one.chains;
    totals.n_eig += count * one.n_eig;
    totals.most_n_eig = std::max(totals.most_n_eig, one.n_eig);
    totals.seconds += count * one.seconds;
    totals.solver_bytes = std::max(totals.solver_bytes, one.bytes);
    totals.levels += count * static_cast<double>(one.dim);
    totals.sizes[size_class(one.dim)] += count;
    if (request.backend == Backend::cuda) totals.device_instructions += count * least_fp64_instructions(system, request);
  });
  return totals;
}

double states_of(const ResultsLayout& layout) {
  return static_cast<double>(layout.times);
}

// The solver on every thread, and the results of one chunk, which are held twice while they are written.
double memory_bytes(const SweepSummary& summary, const Totals& totals, const Request& request, const ResultsLayout& layout) {
  constexpr double bytes_of_the_program = 2e7;
  const ChunkSize chunk = chunk_size(request);
  const auto systems = static_cast<double>(summary.systems);
  const double rows = std::min(systems, static_cast<double>(chunk.systems));
  const double largest = static_cast<double>(summary.largest_dim);
  const double levels = std::min(totals.levels, std::max(largest, static_cast<double>(chunk.levels)));
  const std::size_t observables = request.series_observables.empty() ? observable_count : request.series_observables.size();
  const double held = static_cast<double>(observables + 2);  // and t and the bound
  const double states = rows * states_of(layout) * held;
  const double populations = layout.populations ? 2 * levels * states_of(layout) : 0.0;
  const double solvers = std::min(systems, static_cast<double>(threads_of(request))) * totals.solver_bytes;
  return bytes_of_the_program + solvers + static_cast<double>(sizeof(Row)) * rows + 8 * (states + populations);
}

std::string amount(double bytes) {
  constexpr std::array units{"B", "kB", "MB", "GB", "TB", "PB"};
  std::size_t unit = 0;
  for (; bytes >= 1000 && unit + 1 < units.size(); ++unit) bytes /= 1000;
  return fmt::format("{:.3g} {}", bytes, units[unit]);
}

/// Sweeps of up to so many systems are looked at one by one, which takes a moment.
constexpr std::int64_t most_counted = 1 << 22;
/// Likewise of ensembles, whose chains are looked at.
constexpr std::int64_t most_counted_ensembles = 1 << 12;

Sizes count_sizes(const SweepPlan& plan) {
  Sizes sizes{};
  SweepCursor cursor = plan.systems();
  while (const auto system = cursor.next()) ++sizes[size_class(system->dim())];
  return sizes;
}

std::string dimensions(const SweepPlan& plan, const Totals& totals) {
  const SweepSummary& summary = plan.summary();
  const bool counted = summary.systems <= (summary.ensembles ? most_counted_ensembles : most_counted);
  const Sizes sizes = counted ? count_sizes(plan) : totals.sizes;
  std::string text = fmt::format("systems     {}\ndropped     {}\ndimensions  {} to {}\n", summary.systems, summary.dropped,
                                 summary.smallest_dim, summary.largest_dim);
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] == 0) continue;
    const std::int64_t low = std::int64_t{1} << i;
    const std::string count = counted ? fmt::format("{:.0f}", sizes[i]) : fmt::format("about {:.2g}", sizes[i]);
    fmt::format_to(std::back_inserter(text), "  {:>11} to {:<11} {:>11} system{}\n", std::max(low, summary.smallest_dim),
                   std::min(2 * low - 1, summary.largest_dim), count, sizes[i] == 1 ? "" : "s");
  }
  if (is_sampled(plan))
    text += "sample      what follows is from some thousand systems, spread evenly, that stand for their neighbors\n";
  return text;
}

std::string time_text(double seconds) {
  if (seconds < 1) return "less than 1 s";
  return "about " + (seconds < 10 ? fmt::format("{:.1f} s", seconds) : duration(seconds));
}

// A limit that no implementation can beat, not a prediction: the clock may be lower, and states and observables come on top.
std::string cuda_text(const std::vector<CudaDeviceTraits>& devices, double instructions) {
  double peak = 0;
  for (const CudaDeviceTraits& device : devices) {
    const auto one = peak_fp64_instructions(device);
    if (!one) return fmt::format("no estimate: {}\n", describe_fp64(device));
    peak += *one;
  }
  if (devices.empty()) return "no estimate: the driver tells nothing of its devices\n";
  std::string text =
      fmt::format("lower limit {:.3g} s: {:.3g} FP64 instructions counted for the eigenpairs, {:.3g} a second at the peak of {}\n",
                  instructions / peak, instructions, peak, counted(std::ssize(devices), "device"));
  const auto slow = std::ranges::find_if(devices, is_slow_in_fp64);
  if (slow != devices.end())
    text += fmt::format("            the device computes {}: the CPU may be faster\n", describe_fp64(*slow));
  return text;
}

}  // namespace

std::string dry_run_text(const SweepPlan& plan, const Request& request, const ResultsLayout& layout, const std::string& output,
                         const std::string& absence) {
  const SweepSummary& summary = plan.summary();
  const Totals totals = add_up(plan, request);
  const ResultsFormat& format = format_of(output);
  const int threads = threads_of(request);
  const double processors = parallel_threads(request);
  const double writing = writing_seconds(format, layout, static_cast<double>(summary.systems), totals.levels);
  const double seconds = totals.seconds / processors + writing;
  std::string text = dimensions(plan, totals);
  const auto out = std::back_inserter(text);
  if (summary.ensembles) fmt::format_to(out, "chains      about {:.3g} in all\n", totals.chains);
  fmt::format_to(out, "eigenpairs  about {:.3g} in all, up to {:.3g} a system\n", totals.n_eig, totals.most_n_eig);
  fmt::format_to(out, "time        {} on the CPU with {}{}\n", time_text(seconds), counted(threads, "thread"),
                 processors < threads ? fmt::format(" on {:.3g} processor{}", processors, processors == 1 ? "" : "s") : "");
  if (request.backend == Backend::cuda) {
    text += "on CUDA     ";
    text += absence.empty() ? cuda_text(cuda_module::used_devices(request), totals.device_instructions)
                            : "no device to estimate for: " + absence + "\n";
  }
  fmt::format_to(out, "memory      about {}\n", amount(memory_bytes(summary, totals, request, layout)));
  fmt::format_to(out, "file        {} {}\n", format.compresses ? "at most about" : "about",
                 amount(format.bytes(layout, static_cast<double>(summary.systems), totals.levels)));
  return text;
}

}  // namespace qbatt::cli
