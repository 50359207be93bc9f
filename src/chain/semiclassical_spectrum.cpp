#include "chain/semiclassical_spectrum.hpp"

#include <algorithm>
#include <cmath>

namespace qbatt {

using kernels::index;

SemiclassicalSpectrum::SemiclassicalSpectrum(const LevelChain& chain)
    : chain_(chain), folded_(chain_to_shoot_at(chain).folded), levels_(chain_to_shoot_at(chain).levels) {
  for (index k = 0; k < levels_;) {
    const index next = std::min(kernels::next_sample(k, levels_, folded_), levels_);
    const index middle = k + (next - 1 - k) / 2;
    const auto x = static_cast<double>(middle);
    const double below = middle > 0 ? kernels::offdiag(chain.model, x - 1.0) : 0.0;
    const double above = middle < chain.dim - 1 ? kernels::offdiag(chain.model, x) : 0.0;
    level_.push_back(middle);
    measure_.push_back(static_cast<double>(next - k));
    reach_.push_back(below + above);
    diag_.push_back(kernels::diag(chain.model, x));
    matrix_bound_ = std::max(matrix_bound_, reach_.back() + kernels::diag_size(chain.model, x));
    k = next;
  }
  matrix_bound_ *= kernels::between_samples;
  deepest_for_any_ = kernels::deepest_sample(samples(), 0.0);
}

kernels::LevelSamples SemiclassicalSpectrum::samples() const {
  return {.count = static_cast<int>(level_.size()),
          .level = level_.data(),
          .measure = measure_.data(),
          .reach = reach_.data(),
          .diag = diag_.data()};
}

bool SemiclassicalSpectrum::may_matter(double low, double high) const {
  return kernels::may_matter(samples(), low, high);
}

// Outward from diag_0 = 0, where e_0 lives, until tunnelling leaves nothing of it or the spectrum ends. Where the diagonal varies,
// a level far from diag_0 but close in the chain may hold a vector that e_0 feels across a gap: every level's own band is looked
// at.
double SemiclassicalSpectrum::window_edge(double direction) const {
  constexpr double step = 1.2;
  double edge = 1.0;
  while (edge < end() && may_matter(direction * edge, direction * edge)) edge *= step;
  for (std::size_t i = 0; !chain_.constant_diagonal && i < level_.size(); ++i) {
    for (const double part : {0.0, 0.5, 1.0}) {
      const double lambda = diag_[i] + direction * part * reach_[i];
      if (direction * lambda > edge && may_matter(lambda, lambda)) edge = step * direction * lambda;
    }
  }
  return direction * std::min(edge, end());
}

// Where the weight reaches the least that is wanted, to a few percent, a gap between the bands of neighboring levels leapt over.
double SemiclassicalSpectrum::refined_edge(double direction) const {
  constexpr double step = 2.0;
  constexpr int widest_gap = 2;  // trials
  constexpr int halvings = 5;
  double low = 1.0;
  int misses = 0;
  for (double edge = low; edge < end() && misses < widest_gap; edge *= step) {
    const bool matters = may_matter(direction * edge, direction * edge);
    low = matters ? edge : low;
    misses = matters ? 0 : misses + 1;
  }
  double high = step * low;
  for (int i = 0; i < halvings; ++i) {
    const double middle = 0.5 * (low + high);
    (may_matter(direction * middle, direction * middle) ? low : high) = middle;
  }
  return direction * std::min(high, end());
}

double SemiclassicalSpectrum::wanted_pairs() const {
  const double high = kernels::semiclassical_count(samples(), refined_edge(1.0));
  const double inside = chain_.constant_diagonal ? 2.0 * (kernels::semiclassical_count(samples(), 0.0) - high)
                                                 : kernels::semiclassical_count(samples(), refined_edge(-1.0)) - high;
  return std::clamp(folded_ ? 2.0 * inside : inside, 1.0, static_cast<double>(chain_.dim));
}

}  // namespace qbatt
