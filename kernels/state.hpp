#pragma once

#include "kernels/lane.hpp"

// From amplitudes to observables. A chain is read in blocks of consecutive levels; each block yields sums that merge() combines in
// a fixed order. Amplitudes of level k are re[k] + i im[k].
namespace qbatt::kernels {

/// Sums over a set of levels at one time, energies in units of a_0, k counted from the first level of the chain. Outside
/// QBATT_TARGET, as ChainModel: kernels begin one with braces, which needs no constructor that the linker could mix up.
struct StateSums {
  double norm = 0;         ///< sum p
  double mean = 0;         ///< sum k p / sum p
  double spread = 0;       ///< sum (k - mean)^2 p
  double entropy = 0;      ///< -sum p log2 p
  double purity = 0;       ///< sum p^2
  double root_sum = 0;     ///< sum sqrt(p)
  double largest = 0;      ///< max p
  double flow = 0;         ///< d<k>/dt = 2 sum b_k Im(psi*_{k+1} psi_k)
  double flow_change = 0;  ///< d^2<k>/dt^2
};

inline namespace QBATT_TARGET {

/// Adds level k with population p: mean and spread by West's update, so that neither k nor k^2 ever meets a large cancellation.
QBATT_HD inline void add_moments(StateSums& s, double k, double p) {
  if (p > 0.0) {
    s.norm += p;
    const double step = (k - s.mean) * (p / s.norm);
    s.spread += p * (k - s.mean - step) * (k - s.mean);
    s.mean += step;
  }
}

QBATT_HD inline void add_information(StateSums& s, double p) {
  if (p > 0.0) {
    s.entropy -= p * log2(p);
    s.purity += p * p;
    s.root_sum += sqrt(p);
    s.largest = fmax(s.largest, p);
  }
}

/// Puts the information of one set of levels in the place of another's.
QBATT_HD inline void put_information(StateSums& s, const StateSums& information) {
  s.entropy = information.entropy;
  s.purity = information.purity;
  s.root_sum = information.root_sum;
  s.largest = information.largest;
}

/// Sums of the union of two disjoint sets of levels (Chan, Golub & LeVeque for mean and spread).
QBATT_HD inline StateSums merge(const StateSums& a, const StateSums& b) {
  StateSums s{};
  s.norm = a.norm + b.norm;
  if (s.norm > 0.0) {
    const double share = b.norm / s.norm;
    const double distance = b.mean - a.mean;
    s.mean = a.mean + distance * share;
    s.spread = a.spread + b.spread + distance * distance * a.norm * share;
  }
  s.entropy = a.entropy + b.entropy;
  s.purity = a.purity + b.purity;
  s.root_sum = a.root_sum + b.root_sum;
  s.largest = fmax(a.largest, b.largest);
  s.flow = a.flow + b.flow;
  s.flow_change = a.flow_change + b.flow_change;
  return s;
}

/// Two neighboring levels and what couples them.
struct Bond {
  double offdiag;    ///< b_k
  double diag_step;  ///< diag(k+1) - diag(k)
};

/// Adds the current through a bond: flow 2 b Im(psi*_upper psi_lower), and its share of the second derivative,
/// 2 b^2 (p_lower - p_upper) + 2 b (diag step) Re(psi*_upper psi_lower); the next-neighbor terms of d(flow)/dt cancel in the sum.
QBATT_HD inline void add_flow(StateSums& s, const Bond& bond, double re_lower, double im_lower, double re_upper, double im_upper) {
  const double p_lower = re_lower * re_lower + im_lower * im_lower;
  const double p_upper = re_upper * re_upper + im_upper * im_upper;
  const double b = bond.offdiag;
  s.flow += 2.0 * b * (re_upper * im_lower - im_upper * re_lower);
  s.flow_change += 2.0 * b * (b * (p_lower - p_upper) + bond.diag_step * (re_upper * re_lower + im_upper * im_lower));
}

}  // namespace QBATT_TARGET
}  // namespace qbatt::kernels
