#include "kernels/cuda/chebyshev_plan.hpp"

#include <algorithm>
#include <limits>

#include "kernels/cuda/chebyshev_stages.hpp"
#include "kernels/cuda/observation.hpp"
#include "kernels/peak.hpp"

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

ChebyshevKind chebyshev_kind(bool constant_diagonal, bool from_start, std::int64_t levels) {
  if (constant_diagonal) return ChebyshevKind::rotation;
  return from_start && levels <= real_start_classes.back().capacity() ? ChebyshevKind::real_start : ChebyshevKind::complex_start;
}

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

std::int64_t chebyshev_work_entries(ChebyshevKind kind, const ChebyshevClass& c, std::int64_t levels) {
  const std::int64_t vectors = kind == ChebyshevKind::complex_start ? 2 : 1;
  return tile_count(c, levels) > 1 ? 2 * 2 * vectors * levels : 0;  // of two passes, w_n and w_{n-1}
}

std::size_t chebyshev_expansion_bytes(ChebyshevKind kind, const ChebyshevClass& c, std::int64_t levels, int orders) {
  const auto coefficients = static_cast<std::size_t>(orders) * static_cast<std::size_t>(c.targets);
  const auto work = static_cast<std::size_t>(chebyshev_work_entries(kind, c, levels));
  return (coefficients + work) * sizeof(double) + sizeof(kernels::ChebyshevExpansion) +
         static_cast<std::size_t>(tile_count(c, levels)) * sizeof(ChebyshevTileItem);
}

namespace {

/// While observables are formed: reports, and what is sorted with its scratch, or, before that, the sums of segments.
std::size_t observation_bytes(std::int64_t n, std::int64_t times) {
  const auto levels = static_cast<std::size_t>(n);
  const auto segments = static_cast<std::size_t>(segment_count(n));
  constexpr std::size_t of_a_row = 2 * sizeof(double);  // of the scratch, beside its entries
  const std::size_t sorting = (levels + segments) * sizeof(double) + of_a_row;
  const std::size_t sums = segments * sizeof(kernels::StateSums);
  return static_cast<std::size_t>(times) * (sizeof(StateReport) + 2 * levels * sizeof(double) + std::max(sorting, sums));
}

/// While the search for the peak forms slopes.
std::size_t slope_bytes(std::int64_t n, std::int64_t times) {
  return static_cast<std::size_t>(times) *
         (sizeof(StateReport) + static_cast<std::size_t>(segment_count(n)) * sizeof(kernels::StateSums));
}

}  // namespace

ChebyshevBytes chebyshev_bytes(std::int64_t n, bool constant_diagonal, std::int64_t times) {
  constexpr int longest = 1200;           // orders of a leg
  constexpr int usual = 64;               // ... for one expansion of which a system has room
  constexpr std::size_t scratch = 8'192;  // of sorting and selecting, whatever their size
  constexpr std::int64_t searched = kernels::PeakSearch::most_samples;
  const ChebyshevKind kind = constant_diagonal ? ChebyshevKind::rotation : ChebyshevKind::complex_start;
  const ChebyshevClass& widest = chebyshev_classes(kind).back();
  const auto parts = static_cast<std::size_t>(constant_diagonal ? 1 : 2);
  const auto vector = static_cast<std::size_t>(n) * parts * sizeof(double);
  const std::size_t kept = sizeof(SystemDescriptor) + 3 * static_cast<std::size_t>(n) * sizeof(double) + states_kept * vector;
  const std::size_t expansion = chebyshev_expansion_bytes(kind, widest, n, usual);
  const auto at = [&](std::int64_t samples, std::size_t then) {
    const auto count = static_cast<std::size_t>(samples);
    return sizeof(index) + count * (sizeof(double) + vector) + std::max(expansion, then);  // members, times, amplitudes
  };
  const std::size_t ends = 2 * sizeof(LegEnd) + static_cast<std::size_t>(segment_count(n)) * sizeof(double);
  return {.batch = scratch + chebyshev_expansion_bytes(kind, widest, n, longest),
          .system = kept + ends + std::max(at(searched, slope_bytes(n, searched)), at(times, observation_bytes(n, times)))};
}

}  // namespace qbatt::cuda
