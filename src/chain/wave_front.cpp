#include "chain/wave_front.hpp"

#include <algorithm>
#include <cmath>

namespace qbatt {
namespace {

/// Energies this far from that of e_0 still carry a share of it that moves the front.
constexpr double energy_spread = 4;

/// Levels on which the state is above rounding when the front is at level k, generously. Populations fall off like those of a
/// coherent state while the charger's factor of offdiag(k)^2, 1 + c1 k / c0, is about 1, and geometrically, the mean being
/// k / 2, where it grows.
double support(const LevelChain& chain, double k) {
  constexpr double at_the_start = 80;
  constexpr double geometric_tail = 33;  // ln(1e30) / 2
  const double growth = chain.model.c1 * k / chain.model.c0;
  return std::min(static_cast<double>(chain.dim), at_the_start + 2.0 * k + geometric_tail * k * growth / (1.0 + growth));
}

}  // namespace

WaveFront::WaveFront(const SemiclassicalSpectrum& spectrum) {
  const kernels::LevelSamples samples = spectrum.samples();
  const double copies = spectrum.folded() ? 2.0 : 1.0;
  double lowest = 0.0;
  double highest = 0.0;
  int ahead = 0;
  bool turned = false;
  for (int i = 0; i < samples.count; ++i) {
    transit_ += copies * samples.measure[i] / samples.reach[i];
    if (turned) continue;
    const double levels = support(spectrum.chain(), static_cast<double>(samples.level[i]));
    for (; ahead < samples.count && static_cast<double>(samples.level[ahead]) < levels; ++ahead) {
      lowest = std::min(lowest, samples.diag[ahead] - samples.reach[ahead]);
      highest = std::max(highest, samples.diag[ahead] + samples.reach[ahead]);
    }
    stages_.push_back({turn_, levels, 0.5 * (highest - lowest)});
    const double reach = samples.reach[i];
    const double diag = std::abs(samples.diag[i]);
    turned = diag >= reach + energy_spread;
    if (!turned) turn_ += samples.measure[i] / std::sqrt(std::max(reach * reach - diag * diag, reach));
  }
  if (!turned && spectrum.folded()) {
    stages_.push_back({turn_, static_cast<double>(spectrum.chain().dim), stages_.back().half_width});
    turn_ *= 2.0;
  }
}

WaveFront::Expansion WaveFront::expansion(double t) const {
  Expansion result;
  for (std::size_t i = 0; i < stages_.size() && stages_[i].begin < t; ++i) {
    const Stage& stage = stages_[i];
    const double end = i + 1 < stages_.size() ? std::min(stages_[i + 1].begin, t) : t;
    const double phase = stage.half_width * (end - stage.begin);
    result.phase += phase;
    result.work += phase * stage.levels;
    result.levels = stage.levels;
    result.mean += stage.levels * ((end - stage.begin) / t);
  }
  return result;
}

}  // namespace qbatt
