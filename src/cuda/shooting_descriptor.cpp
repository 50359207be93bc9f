#include "cuda/shooting_descriptor.hpp"

#include <algorithm>

#include "chain/shooting_plan.hpp"
#include "cuda/batches.hpp"

namespace qbatt::cuda {
namespace {

/// Where the diagonal is constant all eigenvalues share the bond with the largest coupling.
index bond_for_any(const SemiclassicalSpectrum& spectrum) {
  if (!spectrum.chain().constant_diagonal) return -1;
  const index last = spectrum.levels() - 2;
  return spectrum.folded() ? last : std::clamp<index>(spectrum.samples().level[spectrum.deepest_for_any()], 0, last);
}

}  // namespace

ShootingPlan plan_shooting(const LevelChain& chain) {
  const SemiclassicalSpectrum spectrum(chain);
  const ShootingWindow window = shooting_window(spectrum);
  const double low = chain.constant_diagonal ? -window.high : window.low;
  const double between =
      kernels::semiclassical_count(spectrum.samples(), low) - kernels::semiclassical_count(spectrum.samples(), window.high);
  const double families = spectrum.folded() ? 2.0 : 1.0;
  const bool all = spectrum.levels() <= kernels::all_pairs_levels;
  return {.descriptor = {.levels = spectrum.levels(),
                         .bond_for_any = bond_for_any(spectrum),
                         .low = low,
                         .high = window.high,
                         .block = shooting_block(spectrum, window),
                         .folded = spectrum.folded()},
          .pairs = padded_pairs(all ? static_cast<double>(chain.dim) : families * between, chain.dim)};
}

}  // namespace qbatt::cuda
