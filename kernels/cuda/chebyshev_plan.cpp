#include "kernels/cuda/chebyshev_plan.hpp"

#include <algorithm>
#include <limits>

#include "kernels/cuda/observation.hpp"

namespace qbatt::cuda {
namespace {

/// Multiply-adds a level and order: those of the recurrence, and those of each target.
struct StepCost {
  double recurrence;
  double target;
};

constexpr StepCost step_cost(ChebyshevKind kind) {
  switch (kind) {
    case ChebyshevKind::rotation:
      return {2.0, 1.0};
    case ChebyshevKind::real_start:
      return {3.0, 1.0};
    default:
      return {6.0, 2.0};
  }
}

/// What the barrier of every order costs a block of several warps, relative to its arithmetic. A guess.
constexpr double barrier = 1.25;

}  // namespace

std::int64_t tile_count(const ChebyshevClass& c, std::int64_t levels) {
  const std::int64_t own = c.capacity() - 2 * c.margin();
  return levels <= c.capacity() ? 1 : (levels + own - 1) / own;
}

std::int64_t tile_begin(const ChebyshevClass& c, std::int64_t levels, std::int64_t tile) {
  return levels <= c.capacity() ? 0 : tile * (c.capacity() - 2 * c.margin()) - c.margin();
}

int pass_count(const ChebyshevClass& c, std::int64_t levels, int orders) {
  return levels <= c.capacity() ? 1 : (orders + c.margin() - 1) / c.margin();
}

double chebyshev_multiply_adds(ChebyshevKind kind, std::int64_t levels, int orders, std::int64_t targets) {
  const StepCost step = step_cost(kind);
  return static_cast<double>(levels) * orders * (step.recurrence + step.target * static_cast<double>(targets));
}

std::size_t choose_chebyshev_class(ChebyshevKind kind, std::int64_t levels, std::int64_t targets) {
  const std::span<const ChebyshevClass> classes = chebyshev_classes(kind);
  const StepCost step = step_cost(kind);
  std::size_t best = 0;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const ChebyshevClass& c = classes[i];
    if (c.whole() && levels > c.capacity()) continue;
    const auto runs = static_cast<double>((targets + c.targets - 1) / c.targets);
    const auto lanes = static_cast<double>(tile_count(c, levels) * c.capacity());
    const double cost = runs * lanes * (step.recurrence + step.target * c.targets) * (c.threads > 32 ? barrier : 1.0);
    if (cost < least) {
      least = cost;
      best = i;
    }
  }
  return best;
}

std::size_t chebyshev_bytes_per_system(std::int64_t n, bool constant_diagonal, std::int64_t times, bool populations) {
  constexpr std::size_t least_targets = 4;  // of the classes that work on more than one tile
  constexpr std::size_t longest = 1200;     // orders of a leg
  const auto levels = static_cast<std::size_t>(n);
  const auto samples = static_cast<std::size_t>(times);
  const std::size_t parts = constant_diagonal ? 1 : 2;
  const std::size_t runs = samples / least_targets + 1;
  const std::size_t states = (states_kept + samples) * parts;   // and amplitudes
  const std::size_t sorting = samples * (populations ? 4 : 3);  // before, after, scratch, and what is handed out
  const std::size_t work = 4 * parts * runs;                    // between passes
  const std::size_t factors = runs * least_targets * longest;   // coefficients of the longest leg
  const std::size_t sums = static_cast<std::size_t>(segment_count(n)) * samples;
  const std::size_t small = 4096;  // descriptors, expansions, tiles, reports
  return (levels * (3 + states + sorting + work) + factors) * sizeof(double) + sums * sizeof(kernels::StateSums) +
         samples * sizeof(StateReport) + small;
}

}  // namespace qbatt::cuda
