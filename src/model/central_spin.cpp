#include "qbatt/central_spin.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "model/units.hpp"

namespace qbatt {
namespace {

kernels::CentralSpinModel model_with_unit(const CentralSpin& s, double unit, double offdiag_square) {
  return {.n_b = static_cast<double>(s.n_b),
          .n_c = static_cast<double>(s.n_c),
          .m = static_cast<double>(s.m),
          .detuning = (s.omega_b - s.omega_c) / unit,
          .ising = s.ising / unit,
          .offdiag_square = offdiag_square};
}

}  // namespace

std::int64_t CentralSpin::dim() const {
  return std::min(n_b, m) + 1;
}

double CentralSpin::diag(std::int64_t k) const {
  return model_with_unit(*this, 1.0, 1.0).diag(static_cast<double>(k));
}

double CentralSpin::offdiag(std::int64_t k) const {
  if (k < 0 || k >= dim() - 1) {
    return 0.0;
  }
  return std::abs(coupling) * model_with_unit(*this, 1.0, 1.0).offdiag(static_cast<double>(k));
}

double CentralSpin::rabi() const {
  return offdiag(0);
}

double CentralSpin::transit_time() const {
  if (rabi() == 0.0) {
    return std::numeric_limits<double>::infinity();
  }
  const auto model = model_in_rabi_units(*this);
  // Blocks keep the rounding of the sum near that of a pairwise one.
  constexpr std::int64_t block = 1024;
  double sum = 0.0;
  for (std::int64_t begin = 0; begin < dim() - 1; begin += block) {
    double partial = 0.0;
    for (std::int64_t k = begin; k < std::min(begin + block, dim() - 1); ++k) {
      partial += 0.5 / model.offdiag(static_cast<double>(k));
    }
    sum += partial;
  }
  return sum / rabi();
}

bool CentralSpin::constant_diagonal() const {
  return dim() == 1 || (omega_b == omega_c && ising == 0.0);
}

// offdiag(k)^2 and offdiag(d-2-k)^2 are polynomials in k; comparing their roots leaves two families, and the diagonal, a parabola
// through diag(0) = 0, must vanish at k = d-1 too, which both families need omega_b = omega_c for.
bool CentralSpin::mirror_symmetric() const {
  if (dim() <= 2) {
    return dim() == 1 || diag(1) == 0.0;
  }
  const bool battery_limits = m >= n_b && 2 * m == n_b + n_c;
  const bool charger_limits = m <= n_b && n_b == n_c;
  return omega_b == omega_c && (battery_limits || charger_limits);
}

std::string describe(const CentralSpin& s) {
  return fmt::format("N_b = {}, N_c = {}, m = {}, omega_b = {}, omega_c = {}, A = {}, Delta = {}", s.n_b, s.n_c, s.m, s.omega_b,
                     s.omega_c, s.coupling, s.ising);
}

kernels::CentralSpinModel model_in_rabi_units(const CentralSpin& s) {
  const double n_b = static_cast<double>(s.n_b);
  const double m = static_cast<double>(s.m);
  const double n_c = static_cast<double>(s.n_c);
  return model_with_unit(s, s.rabi(), 1.0 / (n_b * m * (n_c - m + 1.0)));
}

}  // namespace qbatt
