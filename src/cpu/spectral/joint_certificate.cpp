#include "cpu/spectral/joint_certificate.hpp"

#include <cmath>
#include <numbers>

namespace qbatt::cpu {

void JointCertificate::Residuals::add(double weight, double size, double spacing) {
  const double square = weight * size * size;
  if (square == 0.0) return;
  squares_ += square;
  over_spacing_ += square / spacing;
}

double JointCertificate::Residuals::until(double t) const {
  return std::sqrt(t * (t * squares_ + 3.0 * std::numbers::pi * over_spacing_));
}

JointCertificate::JointCertificate(const Eigenpairs& pairs, std::span<const double> spacing, const kernels::ShotCertificate& sums,
                                   const kernels::Certificate& by_pairs, double matrix_bound)
    : start_defect_(by_pairs.start_defect), rounding_(by_pairs.rounding) {
  double phase_rate = 0.0;
  for (std::size_t j = 0; j < spacing.size(); ++j) {
    const double weight = pairs.copies[j] * pairs.weight[j];
    mismatch_.add(weight, pairs.mismatch[j], spacing[j]);
    all_.add(weight, pairs.mismatch[j] + sums.own_rounding(pairs.magnitude[j]), spacing[j]);
    phase_rate += pairs.copies[j] * std::sqrt(pairs.weight[j]) * kernels::ShotCertificate::phase_rounding(pairs.lambda[j]);
  }
  shared_rate_ = phase_rate + sums.shared_rounding(matrix_bound);
}

}  // namespace qbatt::cpu
