#include "kernels/cuda/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <map>
#include <utility>

#include "kernels/certificate.hpp"
#include "kernels/cuda/certify.hpp"
#include "kernels/cuda/observation.hpp"
#include "qbatt/errors.hpp"

namespace qbatt::cuda {

std::int64_t padded_levels(std::int64_t dim) {
  constexpr std::int64_t exact = 32;
  constexpr int steps_an_octave = 16;
  if (dim <= exact) {
    return dim;
  }
  const auto bonds = static_cast<std::uint64_t>(dim - 1);
  const std::uint64_t step = std::bit_floor(bonds) / steps_an_octave;
  return static_cast<std::int64_t>((bonds + step - 1) / step * step) + 1;
}

std::int64_t largest_batch(std::int64_t n, const BatchLimits& limits, const ChunkBytes& bytes) {
  std::int64_t fits = 0;
  std::int64_t too_many = std::min(limits.matrices, limits.elements / n / n) + 1;
  while (too_many - fits > 1) {
    const std::int64_t middle = fits + (too_many - fits) / 2;
    (bytes(middle) <= limits.memory ? fits : too_many) = middle;
  }
  return fits;
}

std::size_t extrapolated_workspace(std::int64_t one, std::int64_t two, std::int64_t count) {
  constexpr std::int64_t longest = std::numeric_limits<std::int32_t>::max();
  const std::int64_t each = std::max<std::int64_t>(0, two - one);
  const bool fits = one >= 0 && two >= 0 && one <= longest && (each == 0 || count - 1 <= (longest - one) / each);
  return fits ? static_cast<std::size_t>(one + (count - 1) * each) : std::numeric_limits<std::size_t>::max();
}

std::size_t bytes_per_system(std::int64_t n, bool constant_diagonal, std::int64_t times, bool populations) {
  const auto levels = static_cast<std::size_t>(n);
  const auto samples = static_cast<std::size_t>(times);
  const std::size_t columns = constant_diagonal ? samples : 2 * samples;
  const std::size_t matrix = levels * levels + 4 * levels;  // with diag, diag_size, offdiag, eigenvalues
  const std::size_t evidence = levels * (sizeof(kernels::Residual<>) + 2 * sizeof(double));
  const std::size_t evolution = 2 * levels * columns;                             // factors and amplitudes
  const std::size_t sorting = levels * samples * (populations ? 4 : 3);           // before, after, scratch, and what is handed out
  const std::size_t sums = static_cast<std::size_t>(segment_count(n)) * samples;  // of each segment
  const std::size_t small = 1024;                                                 // descriptor, search, summary, pointers, info
  return (matrix + evolution + sorting + samples) * sizeof(double) + evidence + sums * sizeof(kernels::StateSums) +
         samples * sizeof(StateReport) + small;
}

std::vector<Chunk> plan_chunks(std::span<const CentralSpin> systems, std::span<const std::size_t> selected,
                               const std::function<std::int64_t(std::int64_t n, bool constant_diagonal)>& batch) {
  std::map<std::pair<std::int64_t, bool>, std::vector<std::size_t>, std::greater<>> groups;
  for (const std::size_t i : selected) {
    groups[{padded_levels(systems[i].dim()), systems[i].constant_diagonal()}].push_back(i);
  }
  std::vector<Chunk> chunks;
  for (const auto& [key, members] : groups) {
    const auto [n, constant_diagonal] = key;
    const auto most = static_cast<std::size_t>(batch(n, constant_diagonal));
    if (n > largest_matrix) {
      throw InputError(
          fmt::format("solver (--solver) = dense on CUDA is out of range for {} levels: it takes up to {}", n, largest_matrix));
    }
    if (most == 0) {
      throw InputError(fmt::format(
          "memory (--memory) is too small for the dense solver on {} levels: raise it, or use --solver spectral --backend cpu", n));
    }
    // Equal parts rather than full ones and a small rest.
    const std::size_t parts = (members.size() + most - 1) / most;
    for (std::size_t part = 0; part < parts; ++part) {
      const auto begin = static_cast<std::ptrdiff_t>(members.size() * part / parts);
      const auto end = static_cast<std::ptrdiff_t>(members.size() * (part + 1) / parts);
      chunks.push_back({n, constant_diagonal, {members.begin() + begin, members.begin() + end}});
    }
  }
  const auto work = [](const Chunk& c) {
    const auto n = static_cast<double>(c.n);
    return n * n * n * static_cast<double>(c.systems.size());
  };
  std::ranges::stable_sort(chunks, [&](const Chunk& a, const Chunk& b) { return work(a) > work(b); });
  return chunks;
}

}  // namespace qbatt::cuda
