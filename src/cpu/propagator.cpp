#include "cpu/propagator.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "kernels/ergotropy.hpp"

namespace qbatt::cpu {

// The variance of the energy is 1 in units of a_0^2; a far eigenvalue of small weight that moves the energy shows in it.
double energy_bandwidth(std::span<const double> eigenvalues, std::span<const double> weights) {
  constexpr double tail = 1e-4;
  std::vector<std::size_t> order(eigenvalues.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, std::greater{}, [&](std::size_t j) { return std::abs(eigenvalues[j]); });
  double outside = 0.0;
  double reach = 1.0;
  for (const std::size_t j : order) {
    reach = std::max(1.0, std::abs(eigenvalues[j]));
    outside += weights[j] * eigenvalues[j] * eigenvalues[j];
    if (outside > tail) {
      break;
    }
  }
  return 2.0 * reach;
}

double passive_level(std::vector<double>& populations) {
  std::ranges::sort(populations, std::greater{});
  return kernels::passive_level(populations.data(), static_cast<kernels::index>(populations.size()));
}

}  // namespace qbatt::cpu
