#include "qbatt/central_spin.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "model/level_chain.hpp"

namespace qbatt {
namespace {

kernels::ChainModel model_with_unit(const CentralSpin& s, double unit) {
  return {.n_b = static_cast<double>(s.n_b),
          .m = static_cast<double>(s.m),
          .c0 = static_cast<double>(s.n_c - s.m + 1),
          .c1 = 1.0,
          .detuning = (s.omega_b - s.omega_c) / unit,
          .ising = s.ising / unit,
          .kappa = static_cast<double>(2 * s.m - s.n_c + s.n_b),
          .scale = 1.0};
}

}  // namespace

std::int64_t CentralSpin::dim() const {
  return std::min(n_b, m) + 1;
}

double CentralSpin::diag(std::int64_t k) const {
  return kernels::diag(model_with_unit(*this, 1.0), static_cast<double>(k));
}

double CentralSpin::offdiag(std::int64_t k) const {
  if (k < 0 || k >= dim() - 1) return 0.0;
  return std::abs(coupling) * kernels::offdiag(model_with_unit(*this, 1.0), static_cast<double>(k));
}

double CentralSpin::rabi() const {
  return offdiag(0);
}

double CentralSpin::transit_time() const {
  const LevelChain chain = chain_of(*this);
  return chain.rabi == 0.0 ? std::numeric_limits<double>::infinity() : qbatt::transit_time(chain) / chain.rabi;
}

bool CentralSpin::constant_diagonal() const {
  return dim() == 1 || (omega_b == omega_c && ising == 0.0);
}

// offdiag(k)^2 and offdiag(d-2-k)^2 are polynomials in k; comparing their roots leaves two families, and the diagonal, a parabola
// through diag(0) = 0, must vanish at k = d-1 too, which both families need omega_b = omega_c for.
bool CentralSpin::mirror_symmetric() const {
  if (dim() <= 2) return dim() == 1 || diag(1) == 0.0;
  const bool battery_limits = m >= n_b && 2 * m == n_b + n_c;
  const bool charger_limits = m <= n_b && n_b == n_c;
  return omega_b == omega_c && (battery_limits || charger_limits);
}

std::string describe(const CentralSpin& s) {
  return fmt::format("N_b = {}, N_c = {}, m = {}, omega_b = {}, omega_c = {}, A = {}, Delta = {}", s.n_b, s.n_c, s.m, s.omega_b,
                     s.omega_c, s.coupling, s.ising);
}

LevelChain chain_of(const CentralSpin& s) {
  const double rabi = s.rabi();
  kernels::ChainModel model = model_with_unit(s, rabi);
  model.scale = 1.0 / (model.n_b * model.m * model.c0);
  const bool mirror_symmetric = s.mirror_symmetric();
  return {.model = model,
          .dim = s.dim(),
          .rabi = rabi,
          .constant_diagonal = s.constant_diagonal(),
          .mirror_symmetric = mirror_symmetric,
          .shooting_is_safe = mirror_symmetric || std::abs(s.ising) <= std::abs(s.coupling)};
}

std::vector<LevelChain> chains_of(std::span<const CentralSpin> systems) {
  std::vector<LevelChain> chains;
  chains.reserve(systems.size());
  for (const CentralSpin& system : systems) chains.push_back(chain_of(system));
  return chains;
}

kernels::Chain chain_to_shoot_at(const LevelChain& chain) {
  const bool folded = chain.dim >= 3 && chain.mirror_symmetric;
  return {.model = chain.model,
          .dim = chain.dim,
          .levels = folded ? (chain.dim + 1) / 2 : chain.dim,
          .folded = folded,
          .constant_diagonal = chain.constant_diagonal};
}

double transit_time(const LevelChain& chain) {
  long double sum = 0.0L;
  for (std::int64_t k = 0; k + 1 < chain.dim; ++k)
    sum += static_cast<long double>(0.5 / kernels::offdiag(chain.model, static_cast<double>(k)));
  return static_cast<double>(sum);
}

}  // namespace qbatt
