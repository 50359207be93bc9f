#pragma once

#include <span>

#include "cpu/spectral/eigenpairs.hpp"
#include "kernels/certificate.hpp"

namespace qbatt::cpu {

/// A tighter bound for many pairs. The certificate of kernels/certificate.hpp lets all residuals r_j = H v_j - lambda_j v_j point
/// the same way at all times, though their phases turn against each other. By Cauchy's inequality in time and that of Montgomery
/// and Vaughan, with delta_j the distance from lambda_j to the nearest other eigenvalue (see spacings()),
///
///     int_0^t || sum_j c_j r_j exp(-i lambda_j s) || ds <= (t sum_j c_j^2 || r_j ||^2 (t + 3 pi / delta_j))^(1/2),
///
/// which takes the place of t sum_j |c_j| || r_j ||: at m = (N_b + N_c) / 2, where some 11 sqrt(N_b) pairs share the state, it is
/// smaller by (N_b)^(1/4). It holds for any pairs, orthogonal or not; where two of them coincide it is infinite.
class JointCertificate {
public:
  JointCertificate() = default;

  /// `spacing`: of each pair; `by_pairs` is the certificate of the same pairs, `matrix_bound` as for it.
  JointCertificate(const Eigenpairs& pairs, std::span<const double> spacing, const kernels::ShotCertificate& sums,
                   const kernels::Certificate& by_pairs, double matrix_bound);

  /// As those of kernels::Certificate, t in units of 1/a_0.
  [[nodiscard]] double error_bound(double t) const { return start_defect_ + all_.until(t) + t * shared_rate_ + rounding_; }
  [[nodiscard]] double pair_defect(double t) const { return start_defect_ + mismatch_.until(t); }

private:
  /// A bound on int_0^t || sum_j c_j r_j exp(-i lambda_j s) || ds.
  class Residuals {
  public:
    /// `weight`: c_j^2, times the pairs it stands for; `size`: || r_j ||.
    void add(double weight, double size, double spacing);
    [[nodiscard]] double until(double t) const;

  private:
    double squares_ = 0;       // sum_j c_j^2 || r_j ||^2
    double over_spacing_ = 0;  // sum_j c_j^2 || r_j ||^2 / delta_j
  };

  Residuals mismatch_;      // || r_j || as measured
  Residuals all_;           // and what rounding of each pair adds to it
  double shared_rate_ = 0;  // of what all pairs share, and of their phases
  double start_defect_ = 0;
  double rounding_ = 0;
};

}  // namespace qbatt::cpu
