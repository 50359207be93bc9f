#include "qbatt/central_spin.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "model/ensemble.hpp"
#include "model/level_chain.hpp"

namespace qbatt {
namespace {

// What the square of a coupling is multiplied by for the charger's ladder: c0 + c1 k.
struct ChargerLadder {
  double c0;
  double c1;
};

ChargerLadder ladder_of(const CentralSpin& s) {
  if (s.charger == Charger::boson) return {1.0, 0.0};
  return {static_cast<double>(s.n_c) - s.m + 1, 1.0};
}

kernels::ChainModel model_with_unit(const CentralSpin& s, double unit) {
  const ChargerLadder ladder = ladder_of(s);
  const auto n_b = static_cast<double>(s.n_b);
  return {.n_b = n_b,
          .m = s.m,
          .c0 = ladder.c0,
          .c1 = ladder.c1,
          .detuning = (s.omega_b - s.omega_c) / unit,
          .ising = s.ising / unit,
          .kappa = 2 * s.m - static_cast<double>(s.n_c) + n_b,
          .scale = 1.0};
}

// Whether the local spectrum diag(k) +- 2 offdiag(k) can have no barrier inside the chain, as its curvature that diag adds, 4
// |Delta| at most, is less than that of offdiag: of spins for |Delta| <= |A|. Of a boson offdiag is |A| sqrt(k (s - k) (l - k)), s
// and l the smaller and the larger of n_b and m, and its second derivative at least |A| sqrt(l) / s.
bool has_no_barrier(const CentralSpin& s) {
  if (s.charger == Charger::spins) return std::abs(s.ising) <= std::abs(s.coupling);
  const auto n_b = static_cast<double>(s.n_b);
  return 2 * std::abs(s.ising) * std::min(n_b, s.m) <= std::abs(s.coupling) * std::sqrt(std::max(n_b, s.m));
}

}  // namespace

std::int64_t CentralSpin::dim() const {
  return is_chain() ? std::min(n_b, static_cast<std::int64_t>(m)) + 1 : dim_of(*this, ensemble_of(*this));
}

double CentralSpin::diag(std::int64_t k) const {
  return kernels::diag(model_with_unit(*this, 1.0), static_cast<double>(k));
}

double CentralSpin::offdiag(std::int64_t k) const {
  if (k < 0 || k >= dim() - 1) return 0.0;
  return std::abs(coupling) * kernels::offdiag(model_with_unit(*this, 1.0), static_cast<double>(k));
}

double CentralSpin::rabi() const {
  return is_chain() ? offdiag(0) : rabi_of(*this, ensemble_of(*this));
}

double CentralSpin::transit_time() const {
  double sum = 0.0;
  double weight = 0.0;
  const Ensemble ensemble = ensemble_of(*this);
  for (const Sector& sector : ensemble.sectors) {
    const LevelChain chain = chain_of(system_of(*this, sector));
    if (chain.rabi == 0.0) continue;
    sum += sector.weight * (qbatt::transit_time(chain) / chain.rabi);
    weight += sector.weight;
  }
  return weight == 0.0 ? std::numeric_limits<double>::infinity() : sum / weight;
}

bool CentralSpin::constant_diagonal() const {
  return dim() == 1 || (omega_b == omega_c && ising == 0.0);
}

// offdiag(k)^2 and offdiag(d-2-k)^2 are polynomials in k; comparing their roots leaves two families, and the diagonal, a parabola
// through diag(0) = 0, must vanish at k = d-1 too, which both families need omega_b = omega_c for.
bool CentralSpin::mirror_symmetric() const {
  if (dim() <= 2) return dim() == 1 || diag(1) == 0.0;
  if (charger == Charger::boson) return false;  // three factors, of which no two change places
  const auto quanta = static_cast<std::int64_t>(m);
  const bool battery_limits = quanta >= n_b && 2 * quanta == n_b + n_c;
  const bool charger_limits = quanta <= n_b && n_b == n_c;
  return omega_b == omega_c && (battery_limits || charger_limits);
}

std::string describe(const CentralSpin& s) {
  const std::string size = has_spins(s.charger) ? fmt::format(", N_c = {}", s.n_c) : "";
  std::string text = fmt::format("N_b = {}{}, m = {}, omega_b = {}, omega_c = {}, A = {}, Delta = {}", s.n_b, size, s.m, s.omega_b,
                                 s.omega_c, s.coupling, s.ising);
  if (s.charger != Charger::spins) text += fmt::format(", charger = {}", to_string(s.charger));
  if (!s.is_chain()) text += fmt::format(", charger state = {}", to_string(s.charger_state));
  return text;
}

double rabi_of(const CentralSpin& system, const Ensemble& ensemble) {
  CentralSpin unit = system;
  unit.coupling = 1;
  double sum = 0.0;
  for (const Sector& sector : ensemble.sectors) {
    const double a_0 = system_of(unit, sector).offdiag(0);
    sum += sector.weight * a_0 * a_0;
  }
  return std::abs(system.coupling) * std::sqrt(sum);
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
          .shooting_is_safe = mirror_symmetric || has_no_barrier(s)};
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
