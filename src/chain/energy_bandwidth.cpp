#include "chain/energy_bandwidth.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "kernels/certificate.hpp"

namespace qbatt {

double energy_bandwidth(std::span<const double> eigenvalues, std::span<const double> weights) {
  std::vector<std::size_t> order(eigenvalues.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t j) { return eigenvalues[j]; });
  std::vector<double> ascending(order.size());
  std::vector<double> sorted_weights(order.size());
  std::ranges::transform(
      order, ascending.begin(), [&](std::size_t j) { return eigenvalues[j]; });
  std::ranges::transform(order, sorted_weights.begin(), [&](std::size_t j) { return weights[j]; });
  return kernels::energy_bandwidth(ascending.data(), sorted_weights.data(), static_cast<kernels::index>(order.size()));
}

}  // namespace qbatt
