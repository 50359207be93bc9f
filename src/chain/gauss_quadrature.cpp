#include "chain/gauss_quadrature.hpp"
#include "model/numerical_error.hpp"

#include <cmath>
#include <limits>

namespace qbatt {
namespace {

/// A tridiagonal matrix on its way to a diagonal one.
class ImplicitQl {
public:
  ImplicitQl(std::vector<double> diag, std::vector<double> offdiag)
      : d_(std::move(diag)), e_(std::move(offdiag)), first_(d_.size(), 0.0) {
    e_.back() = 0.0;
    first_[0] = 1.0;
  }

  GaussQuadrature run() {
    constexpr int most_sweeps = 60;  // two or three are usual
    for (std::size_t l = 0; l < d_.size(); ++l) {
      for (int sweeps = 0; end_of_block(l) != l; ++sweeps) {
        if (sweeps == most_sweeps) throw NumericalError(Failure::range, "the QL algorithm does not converge");
        patient_ = sweeps < most_sweeps / 2;
        sweep(l, end_of_block(l));
      }
      patient_ = true;
    }
    for (double& x : first_) x *= x;
    return {std::move(d_), std::move(first_)};
  }

private:
  /// The last level that is coupled to l.
  [[nodiscard]] std::size_t end_of_block(std::size_t l) const {
    constexpr double negligible = std::numeric_limits<double>::epsilon();
    std::size_t m = l;
    while (m + 1 < d_.size() && !(std::abs(e_[m]) <= negligible * size(m))) ++m;
    return m;
  }

  /// What the coupling of m and m + 1 is small against: between levels of very different size, first of all the geometric mean, so
  /// that what a far level takes of the first is not lost.
  [[nodiscard]] double size(std::size_t m) const {
    return patient_ ? std::sqrt(std::abs(d_[m])) * std::sqrt(std::abs(d_[m + 1])) : std::abs(d_[m]) + std::abs(d_[m + 1]);
  }

  /// Chases a bulge from m to l, with Wilkinson's shift at l.
  void sweep(std::size_t l, std::size_t m) {
    const double ratio = (d_[l + 1] - d_[l]) / (2.0 * e_[l]);
    double g = d_[m] - d_[l] + e_[l] / (ratio + std::copysign(std::hypot(ratio, 1.0), ratio));
    double sine = 1.0;
    double cosine = 1.0;
    double shift = 0.0;
    for (std::size_t i = m; i-- > l;) {
      const double f = sine * e_[i];
      const double b = cosine * e_[i];
      const double r = std::hypot(f, g);
      e_[i + 1] = r;
      if (r == 0.0) {  // the block falls apart
        d_[i + 1] -= shift;
        e_[m] = 0.0;
        return;
      }
      sine = f / r;
      cosine = g / r;
      g = d_[i + 1] - shift;
      const double turned = (d_[i] - g) * sine + 2.0 * cosine * b;
      shift = sine * turned;
      d_[i + 1] = g + shift;
      g = cosine * turned - b;
      const double upper = first_[i + 1];
      first_[i + 1] = sine * first_[i] + cosine * upper;
      first_[i] = cosine * first_[i] - sine * upper;
    }
    d_[l] -= shift;
    e_[l] = g;
    e_[m] = 0.0;
  }

  std::vector<double> d_;
  std::vector<double> e_;      // e_[k] couples k and k + 1
  std::vector<double> first_;  // first components of the vectors
  bool patient_ = true;
};

}  // namespace

GaussQuadrature gauss_quadrature(std::vector<double> diag, std::vector<double> offdiag) {
  return ImplicitQl(std::move(diag), std::move(offdiag)).run();
}

}  // namespace qbatt
