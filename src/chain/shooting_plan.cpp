#include "chain/shooting_plan.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/shooting.hpp"

namespace qbatt {

using kernels::index;

int block_for_growth(double growth) {
  constexpr int largest_block = 128;
  const double doublings = std::log2(std::max(growth, 2.0));
  int block = largest_block;
  while (block > 1 && block * doublings > kernels::largest_block_growth) block /= 2;
  return block;
}

ShootingWindow shooting_window(const SemiclassicalSpectrum& spectrum) {
  const double end = spectrum.end();
  const bool whole_spectrum = spectrum.levels() <= all_pairs_levels;
  const double high = whole_spectrum ? end : spectrum.window_edge(1.0);
  const double low = whole_spectrum ? -end : spectrum.window_edge(-1.0);
  return {.low = spectrum.chain().constant_diagonal ? 0.0 : low, .high = high};
}

int shooting_block(const SemiclassicalSpectrum& spectrum, const ShootingWindow& window) {
  const double reach = 2.0 * std::max(window.high, -window.low);  // a search may widen the window
  const LevelChain& chain = spectrum.chain();
  double growth = 2.0;
  const auto samples = spectrum.samples();
  for (int i = 0; i < samples.count; ++i) {
    const index k = samples.level[i];
    const bool inside = k < chain.dim - 1;
    const double below = k > 0 ? kernels::offdiag(chain.model, static_cast<double>(k - 1)) : HUGE_VAL;
    const double above = inside ? kernels::offdiag(chain.model, static_cast<double>(k)) : HUGE_VAL;
    const double least = std::min(below, above);
    const double most = std::max(k > 0 ? below : 0.0, inside ? above : 0.0);
    growth = std::max(growth, (reach + std::abs(samples.diag[i]) + most) / least);
  }
  return block_for_growth(growth);
}

}  // namespace qbatt
