#include "chain/shooting_plan.hpp"

#include <algorithm>

#include "kernels/shooting.hpp"

namespace qbatt {

ShootingWindow shooting_window(const SemiclassicalSpectrum& spectrum) {
  const double end = spectrum.end();
  const bool whole_spectrum = spectrum.levels() <= kernels::all_pairs_levels;
  const double high = whole_spectrum ? end : spectrum.window_edge(1.0);
  const double low = whole_spectrum ? -end : spectrum.window_edge(-1.0);
  return {.low = spectrum.chain().constant_diagonal ? 0.0 : low, .high = high};
}

int shooting_block(const SemiclassicalSpectrum& spectrum, const ShootingWindow& window) {
  const double reach = 2.0 * std::max(window.high, -window.low);  // a search may widen the window
  const LevelChain& chain = spectrum.chain();
  double growth = 2.0;
  const auto samples = spectrum.samples();
  for (int i = 0; i < samples.count; ++i)
    growth = std::max(growth, kernels::growth_at(chain.model, chain.dim, samples.level[i], samples.diag[i], reach));
  return kernels::block_for_growth(growth);
}

}  // namespace qbatt
