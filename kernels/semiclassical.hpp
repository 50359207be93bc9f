#pragma once

#include <math.h>

#include "kernels/chain.hpp"

// WKB estimates on a sample of levels: where eigenvalues lie, which carry e_0, and where each is best matched. They place starting
// points only; counts, phases and the certificate decide what is true.
namespace qbatt::kernels::inline QBATT_TARGET {

/// Levels sampled densely at the ends of a chain and sparsely inside; sample i stands for `measure[i]` levels around `level[i]`.
struct LevelSamples {
  int count;
  const index* level;
  const double* measure;
  const double* reach;  ///< b_{k-1} + b_k: level k is classically allowed where |lambda - diag_k| < reach
  const double* diag;

  static constexpr int capacity = 1024;
};

/// The next sampled level after `k` of a chain of `levels`: all levels near an end, every tenth of the distance to it inside.
template <class Integer>
QBATT_HD Integer next_sample(Integer k, Integer levels, bool folded) {
  const Integer below = k;
  const Integer above = levels - 1 - k;
  const Integer distance = folded || below < above ? below : above;
  const Integer stride = distance < 24 ? 1 : distance / 12;
  const Integer next = k + stride;
  // Do not jump over the dense end of a whole chain.
  return !folded && k < levels - 24 && next > levels - 24 ? levels - 24 : next;
}

/// Number of eigenvalues above lambda, as a real number: sum_k arccos((lambda - diag_k) / reach_k) / pi.
QBATT_HD inline double semiclassical_count(const LevelSamples& s, double lambda) {
  double sum = 0.0;
  for (int i = 0; i < s.count; ++i) {
    const double x = (lambda - s.diag[i]) / s.reach[i];
    sum += s.measure[i] * (x >= 1.0 ? 0.0 : (x <= -1.0 ? 3.14159265358979323846 : acos(x)));
  }
  return sum / 3.14159265358979323846;
}

/// ln of the weight (v)_0^2 that tunnelling leaves an eigenvector with an eigenvalue in [low, high], at most:
/// -2 sum arccosh(|lambda - diag_k| / reach_k) from the bottom up to the first allowed level, lambda as close to diag_k as it may
/// be. The sum is left where it is below `least`.
QBATT_HD inline double semiclassical_log_weight(const LevelSamples& s, double low, double high, double least) {
  double sum = 0.0;
  for (int i = 0; i < s.count && -2.0 * sum >= least; ++i) {
    const double x = fmax(low - s.diag[i], s.diag[i] - high) / s.reach[i];
    if (x <= 1.0) break;
    sum += s.measure[i] * acosh(x);
  }
  return -2.0 * sum;
}

/// How much a pair of this weight matters: a far eigenvalue moves the energy although its weight is small. In 0 ... infinity.
QBATT_HD inline double importance(double weight, double lambda) {
  constexpr double near = 40.0;
  const double ratio = fmax(1.0, fabs(lambda) / near);
  return weight * ratio * ratio;
}

/// Pairs of less importance than this are left out: their weights sum to less than the 1e-26 that an amplitude of 1e-13 allows.
inline constexpr double least_importance = 1e-30;

/// Chains whose kept levels are this few are solved for all their pairs: the semiclassical window would save nothing.
inline constexpr index all_pairs_levels = 48;

/// Whether an eigenvalue in [low, high] may carry enough of e_0 to be wanted.
QBATT_HD inline bool may_matter(const LevelSamples& s, double low, double high) {
  const double farthest = fmax(fabs(low), fabs(high));
  const double least = log(0.1 * least_importance / importance(1.0, farthest));
  return semiclassical_log_weight(s, low, high, least) > least;
}

/// What is largest at a sample is a little larger between samples.
inline constexpr double between_samples = 1.01;

/// No eigenvalue lies beyond it, with max_k (b_{k-1} + b_k + diag_size_k) <= matrix_bound.
QBATT_HD inline double spectrum_end(double matrix_bound) {
  return 1.001 * matrix_bound + 1e-6;
}

/// How much the recurrence may grow from one level to the next around level k, for |lambda| <= reach; see block_for_growth().
QBATT_HD inline double growth_at(const ChainModel& model, index dim, index k, double diag_k, double reach) {
  const bool inside = k < dim - 1;
  const double below = k > 0 ? offdiag(model, static_cast<double>(k - 1)) : HUGE_VAL;
  const double above = inside ? offdiag(model, static_cast<double>(k)) : HUGE_VAL;
  const double least = fmin(below, above);
  const double most = fmax(k > 0 ? below : 0.0, inside ? above : 0.0);
  return (reach + fabs(diag_k) + most) / least;
}

/// How deep level sample i lies in the classically allowed region of lambda; negative outside.
QBATT_HD inline double depth(const LevelSamples& s, int i, double lambda) {
  return s.reach[i] - fabs(lambda - s.diag[i]);
}

/// The sample that lies deepest.
QBATT_HD inline int deepest_sample(const LevelSamples& s, double lambda) {
  int best = 0;
  for (int i = 1; i < s.count; ++i)
    if (depth(s, i, lambda) > depth(s, best, lambda)) best = i;
  return best;
}

}  // namespace qbatt::kernels::inline QBATT_TARGET
