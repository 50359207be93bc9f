#include "cuda/batches.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

#include "kernels/certificate.hpp"
#include "kernels/cuda/certify.hpp"
#include "kernels/cuda/chebyshev_plan.hpp"
#include "kernels/cuda/observation.hpp"
#include "kernels/cuda/shooting_stages.hpp"
#include "kernels/segment.hpp"
#include "qbatt/errors.hpp"

namespace qbatt::cuda {

std::int64_t padded_levels(std::int64_t dim) {
  constexpr std::int64_t exact = 32;
  constexpr int steps_an_octave = 16;
  if (dim <= exact) return dim;
  const auto bonds = static_cast<std::uint64_t>(dim - 1);
  const std::uint64_t step = std::bit_floor(bonds) / steps_an_octave;
  return static_cast<std::int64_t>((bonds + step - 1) / step * step) + 1;
}

std::size_t memory_of_stream(std::size_t bytes, int processes, std::size_t streams) {
  return bytes / static_cast<std::size_t>(processes) / streams;
}

std::int64_t largest_batch(std::int64_t n, const BatchLimits& limits, const BatchBytes& bytes) {
  std::int64_t fits = 0;
  std::int64_t too_many = std::min(limits.matrices, limits.elements / n / n) + 1;
  while (too_many - fits > 1) {
    const std::int64_t middle = fits + (too_many - fits) / 2;
    (bytes(middle) <= limits.memory ? fits : too_many) = middle;
  }
  return fits;
}

namespace {

/// What a batch holds whichever way its pairs were found.
std::size_t shared_bytes_per_system(std::int64_t n, std::int64_t pairs, bool constant_diagonal, std::int64_t times,
                                    bool populations) {
  const auto levels = static_cast<std::size_t>(n);
  const auto vectors = static_cast<std::size_t>(pairs);
  const auto samples = static_cast<std::size_t>(times);
  const std::size_t columns = constant_diagonal ? samples : 2 * samples;
  const std::size_t matrix = levels * vectors + 3 * levels + vectors;  // with diag, diag_size, offdiag, eigenvalues
  const std::size_t evidence = vectors * (sizeof(kernels::Residual<>) + sizeof(double)) + levels * sizeof(double);
  const std::size_t evolution = (levels + vectors) * columns;                     // factors and amplitudes
  const std::size_t sorting = levels * samples * (populations ? 4 : 3);           // before, after, scratch, and what is handed out
  const std::size_t sums = static_cast<std::size_t>(segment_count(n)) * samples;  // of each segment
  const std::size_t small = 1024;                                                 // descriptor, search, summary, info
  return (matrix + evolution + sorting + samples) * sizeof(double) + evidence + sums * sizeof(kernels::StateSums) +
         samples * sizeof(StateReport) + small;
}

/// Equal parts of at most `most` members rather than full ones and a small rest, each with the rest of `like`.
void cut(const std::vector<std::size_t>& members, std::int64_t most, const Batch& like, std::vector<Batch>& batches) {
  const auto largest = static_cast<std::size_t>(most);
  const std::size_t parts = (members.size() + largest - 1) / largest;
  for (std::size_t part = 0; part < parts; ++part) {
    const auto begin = static_cast<std::ptrdiff_t>(members.size() * part / parts);
    const auto end = static_cast<std::ptrdiff_t>(members.size() * (part + 1) / parts);
    batches.push_back(like);
    batches.back().systems.assign(members.begin() + begin, members.begin() + end);
  }
}

/// Systems that may share a batch of matrices or of expansions.
std::map<std::pair<std::int64_t, bool>, std::vector<std::size_t>, std::greater<>> group_by_shape(
    std::span<const LevelChain> chains, std::span<const std::size_t> selected) {
  std::map<std::pair<std::int64_t, bool>, std::vector<std::size_t>, std::greater<>> groups;
  for (const std::size_t i : selected) groups[{padded_levels(chains[i].dim), chains[i].constant_diagonal}].push_back(i);
  return groups;
}

/// The most expensive first, where n x n x pairs is what a system takes, or n x n by expansions.
void order_by_work(std::vector<Batch>& batches) {
  const auto work = [](const Batch& c) {
    const auto n = static_cast<double>(c.n);
    const double each =
        n * (c.solver == Solver::spectral ? 1.0 : n) * (c.solver == Solver::chebyshev ? 1.0 : static_cast<double>(c.pairs));
    return each * static_cast<double>(c.systems.size());
  };
  std::ranges::stable_sort(batches, [&](const Batch& a, const Batch& b) { return work(a) > work(b); });
}

}  // namespace

std::size_t bytes_per_system(std::int64_t n, bool constant_diagonal, std::int64_t times, bool populations) {
  return shared_bytes_per_system(n, n, constant_diagonal, times, populations);
}

std::size_t shooting_bytes_per_system(std::int64_t n, std::int64_t pairs, bool constant_diagonal, std::int64_t times,
                                      bool populations) {
  const std::size_t coefficients = kernels::Coefficients::arrays * static_cast<std::size_t>(n) * sizeof(double);
  const std::size_t grid = static_cast<std::size_t>(pairs + ShootingBatch::extra_nodes) * sizeof(kernels::GridNode);
  const std::size_t bonds = static_cast<std::size_t>(pairs) * sizeof(index);
  return shared_bytes_per_system(n, pairs, constant_diagonal, times, populations) + coefficients + grid + bonds;
}

std::int64_t padded_pairs(double expected, std::int64_t dim) {
  constexpr double margin = 1.05;  // of semiclassics, which count to a few percent
  constexpr double more = 6.0;     // ... or to a few pairs
  constexpr std::int64_t step = 16;
  const std::int64_t n = padded_levels(dim);
  const double wanted = std::min(margin * expected + more, static_cast<double>(n));
  return std::min((static_cast<std::int64_t>(wanted) + step) / step * step, n);
}

std::vector<Batch> plan_dense_batches(std::span<const LevelChain> chains, std::span<const std::size_t> selected,
                                      const std::function<std::int64_t(std::int64_t n, bool constant_diagonal)>& largest) {
  std::vector<Batch> batches;
  for (const auto& [key, members] : group_by_shape(chains, selected)) {
    const auto [n, constant_diagonal] = key;
    const auto most = static_cast<std::size_t>(largest(n, constant_diagonal));
    if (n > largest_matrix) {
      throw InputError(
          fmt::format("solver (--solver) = dense on CUDA is out of range for {} levels: it takes up to {}", n, largest_matrix),
          "--solver");
    }
    if (most == 0) {
      throw InputError(
          fmt::format(
              "memory (--memory) is too small for the dense solver on {} levels: raise it, or use --solver spectral --backend cpu",
              n),
          "--memory");
    }
    cut(members, static_cast<std::int64_t>(most),
        {.solver = Solver::dense, .n = n, .pairs = n, .constant_diagonal = constant_diagonal, .systems = {}}, batches);
  }
  order_by_work(batches);
  return batches;
}

std::vector<Batch> plan_shooting_batches(
    std::span<const LevelChain> chains, std::span<const std::size_t> selected, std::span<const std::int64_t> pairs,
    const std::function<std::int64_t(std::int64_t n, std::int64_t pairs, bool constant_diagonal)>& largest) {
  std::map<std::tuple<std::int64_t, std::int64_t, bool>, std::vector<std::size_t>, std::greater<>> groups;
  for (const std::size_t i : selected) groups[{padded_levels(chains[i].dim), pairs[i], chains[i].constant_diagonal}].push_back(i);
  std::vector<Batch> batches;
  for (const auto& [key, members] : groups) {
    const auto [n, room, constant_diagonal] = key;
    const std::int64_t most = largest(n, room, constant_diagonal);
    if (most == 0) {
      throw InputError(
          fmt::format(
              "memory (--memory) is too small for the spectral solver on {} levels, of which it keeps {} vectors on the device: "
              "raise it, or use --backend cpu",
              n, room),
          "--memory");
    }
    cut(members, most, {.solver = Solver::spectral, .n = n, .pairs = room, .constant_diagonal = constant_diagonal, .systems = {}},
        batches);
  }
  order_by_work(batches);
  return batches;
}

std::vector<Batch> plan_chip_batches(std::span<const LevelChain> chains, std::span<const std::size_t> selected, std::size_t memory,
                                     const std::function<std::size_t(std::int64_t dim)>& each) {
  constexpr std::size_t most = 16'384;
  constexpr std::size_t share = 2;  // the rest is for work spaces
  std::vector<std::size_t> places(selected.begin(), selected.end());
  std::ranges::stable_sort(places, std::ranges::greater{}, [&](std::size_t i) { return chains[i].dim; });
  std::vector<Batch> batches;
  for (auto begin = places.begin(); begin != places.end();) {
    const std::int64_t longest = chains[*begin].dim;
    const std::size_t fitting = memory / share / each(longest);
    if (fitting == 0) {
      throw InputError(
          fmt::format("memory (--memory) is too small for the spectral solver on {} levels: raise it, or use --backend cpu",
                      longest),
          "--memory");
    }
    const auto count = static_cast<std::ptrdiff_t>(std::min(fitting, most));
    const auto end = places.end() - begin > count ? begin + count : places.end();
    batches.push_back(
        {.solver = Solver::spectral, .n = longest, .on_chip = true, .memory = memory / share, .systems = {begin, end}});
    std::ranges::sort(batches.back().systems);
    begin = end;
  }
  return batches;
}

std::int64_t LongChains::segment(std::int64_t dim) const {
  constexpr std::int64_t most_segments = 8192;
  const auto wanted = static_cast<std::uint64_t>((dim + most_segments - 1) / most_segments);
  return std::max(least_segment, static_cast<std::int64_t>(std::bit_ceil(wanted)));
}

std::size_t long_chain_bytes(const ShootingSize& size, std::int64_t segment, std::int64_t window, const ShootingBudget& budget) {
  const auto levels = static_cast<std::size_t>(size.dim);
  const auto kept = static_cast<std::size_t>(size.kept);
  const auto pairs = static_cast<std::size_t>(size.pairs);
  const auto length = static_cast<std::size_t>(segment);
  const auto samples = static_cast<std::size_t>(budget.times);
  const std::size_t columns = size.constant_diagonal ? samples : 2 * samples;
  const std::size_t segments = (kept + length - 1) / length;
  const std::size_t shot = sizeof(kernels::SegmentTransfer) + 2 * sizeof(kernels::ScaledPair) + 2 * sizeof(kernels::SegmentShot) +
                           sizeof(kernels::DeepBond) + sizeof(kernels::ResidualSquares<double>);
  const std::size_t shots =
      2 * (pairs + ShootingBatch::extra_nodes) * segments * shot;  // at the grid or in a round, and at the pairs
  const std::size_t chain = levels * 3 + kept * kernels::Coefficients::arrays;
  const std::size_t states = levels * (columns + samples * (budget.populations ? 4 : 3));  // amplitudes; sorted to another place
  const std::size_t vectors = static_cast<std::size_t>(window) * length * (pairs + 1);     // with defects
  const std::size_t sums = static_cast<std::size_t>(segment_count(size.dim)) * samples * sizeof(kernels::StateSums);
  const std::size_t small = (pairs + 8) * (4 * columns + 64) * sizeof(double) + std::size_t{65'536};
  return (chain + states + vectors) * sizeof(double) + shots + sums + small;
}

std::int64_t long_chain_window(const ShootingSize& size, std::int64_t segment, const ShootingBudget& budget) {
  const std::size_t without = long_chain_bytes(size, segment, 0, budget);
  const std::size_t each = long_chain_bytes(size, segment, 1, budget) - without;
  const std::int64_t all = (size.kept + segment - 1) / segment;
  const auto fitting = [&](std::size_t memory) {
    return memory < without ? 0 : std::min(all, static_cast<std::int64_t>((memory - without) / each));
  };
  const std::int64_t window = fitting(budget.memory.several);
  return window > 0 ? window : fitting(budget.memory.alone);
}

namespace {

Batch plan_long_chain(std::size_t place, const ShootingSize& size, std::int64_t segment, const ShootingBudget& budget) {
  const std::int64_t window = long_chain_window(size, segment, budget);
  if (window == 0) {
    throw InputError(
        fmt::format(
            "memory (--memory) is too small for the spectral solver on {} levels, whose states lie on the device: raise it, or use "
            "--backend cpu",
            size.dim),
        "--memory");
  }
  return {.solver = Solver::spectral,
          .n = size.dim,
          .pairs = size.pairs,
          .constant_diagonal = size.constant_diagonal,
          .segment = segment,
          .window = window,
          .systems = {place}};
}

}  // namespace

std::vector<Batch> plan_spectral_batches(std::span<const LevelChain> chains, std::span<const std::size_t> selected,
                                         std::span<const ShootingSize> sizes, const LongChains& long_chains,
                                         const ShootingBudget& budget) {
  std::vector<Batch> batches;
  std::vector<std::size_t> others;
  std::vector<std::int64_t> pairs(sizes.size());
  for (const std::size_t i : selected) {
    pairs[i] = sizes[i].pairs;
    if (long_chains.include(sizes[i].dim))
      batches.push_back(plan_long_chain(i, sizes[i], long_chains.segment(sizes[i].dim), budget));
    else
      others.push_back(i);
  }
  order_by_work(batches);
  const auto together =
      plan_shooting_batches(chains, others, pairs, [&](std::int64_t n, std::int64_t room, bool constant_diagonal) {
        const std::size_t each = shooting_bytes_per_system(n, room, constant_diagonal, budget.times, budget.populations);
        return budget.memory.most([&](std::size_t bytes) { return std::min(bytes / each, most_systems); });
      });
  std::ranges::copy(together, std::back_inserter(batches));
  return batches;
}

std::vector<Batch> plan_chebyshev_batches(std::span<const LevelChain> chains, std::span<const std::size_t> selected,
                                          const BatchMemory& memory, std::int64_t times) {
  std::vector<Batch> batches;
  for (const auto& [key, members] : group_by_shape(chains, selected)) {
    const auto [n, constant_diagonal] = key;
    const auto bytes = chebyshev_bytes(n, constant_diagonal, times);
    const std::int64_t most = memory.most([&](std::size_t room) { return std::min(bytes.most_systems(room), most_expansions); });
    if (most == 0) {
      throw InputError(
          fmt::format("memory (--memory) is too small for the Chebyshev solver on {} levels: raise it, or use --backend cpu", n),
          "--memory");
    }
    cut(members, most,
        {.solver = Solver::chebyshev,
         .n = n,
         .pairs = 0,
         .constant_diagonal = constant_diagonal,
         .memory = bytes.of(1) <= memory.several ? memory.several : memory.alone,
         .systems = {}},
        batches);
  }
  order_by_work(batches);
  return batches;
}

}  // namespace qbatt::cuda
