#include "oracle/tridiagonal_oracle.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <stdexcept>

namespace qbatt::test {
namespace {

// <n+1| S^+ |n> for the symmetric states of `spins` spins one half with n of them up.
long double raise(std::int64_t spins, std::int64_t up) {
  return std::sqrt(static_cast<long double>(up + 1)) * std::sqrt(static_cast<long double>(spins - up));
}

// Energies of levels are differences of numbers that may be 10^18 times larger; 113 bits leave enough of them.
__extension__ using Quad = __float128;

Quad spin_z(std::int64_t spins, std::int64_t up) {
  return static_cast<Quad>(up) - static_cast<Quad>(spins) / 2;
}

std::int64_t quanta(const CentralSpin& s) {
  return static_cast<std::int64_t>(s.m);
}

// <k; m-k| H |k; m-k>
Quad level_energy(const CentralSpin& s, std::int64_t k) {
  const Quad battery = spin_z(s.n_b, k);
  const Quad charger = spin_z(s.n_c, quanta(s) - k);
  return static_cast<Quad>(s.omega_b) * battery + static_cast<Quad>(s.omega_c) * charger +
         2 * static_cast<Quad>(s.ising) * battery * charger;
}

// <k+1; m-k-1| H |k; m-k>; the charger's lowering is the raising of its other state.
long double hopping(const CentralSpin& s, std::int64_t k) {
  return s.coupling * raise(s.n_b, k) * raise(s.n_c, quanta(s) - k - 1);
}

// The point in [low, high] where `f`, of different signs at the ends, changes sign: bisection down to neighboring doubles.
double bisect(double low, double high, const std::function<double(double)>& f) {
  const bool low_is_positive = f(low) > 0;
  for (;;) {
    const double middle = low + (high - low) / 2;
    if (!(low < middle && middle < high)) return middle;
    ((f(middle) > 0) == low_is_positive ? low : high) = middle;
  }
}

// Energy that a cyclic unitary can extract from populations `p` on levels of energy 0, 1, 2, ... with the given degeneracies.
long double extractable(std::vector<double> p, const std::function<double(std::size_t)>& passive_energy) {
  long double before = 0, after = 0;
  for (std::size_t k = 0; k < p.size(); ++k) before += static_cast<long double>(k) * p[k];
  std::ranges::sort(p, std::greater<>());
  for (std::size_t k = 0; k < p.size(); ++k) after += static_cast<long double>(passive_energy(k)) * p[k];
  return before - after;
}

}  // namespace

TridiagonalOracle::TridiagonalOracle(const CentralSpin& system)
    : system_(system), dim_(static_cast<std::size_t>(std::min(system.n_b, quanta(system))) + 1) {
  std::vector<long double> diagonal, offdiagonal;
  for (std::size_t k = 0; k < dim_; ++k) {
    const Quad energy = level_energy(system, static_cast<std::int64_t>(k)) - level_energy(system, 0);
    diagonal.push_back(static_cast<long double>(energy));
    if (k + 1 < dim_) offdiagonal.push_back(hopping(system, static_cast<std::int64_t>(k)));
  }
  long double largest = 0;
  for (const long double x : diagonal) largest = std::max(largest, std::abs(x));
  for (const long double x : offdiagonal) largest = std::max(largest, std::abs(x));
  if (largest > 0) unit_ = largest;
  std::vector<double> matrix(dim_ * dim_);
  for (std::size_t k = 0; k < dim_; ++k) {
    diagonal_.push_back(static_cast<double>(diagonal[k] / unit_));
    matrix[k * dim_ + k] = diagonal_[k];
    if (k + 1 == dim_) break;
    offdiagonal_.push_back(static_cast<double>(offdiagonal[k] / unit_));
    matrix[k * dim_ + k + 1] = matrix[(k + 1) * dim_ + k] = offdiagonal_[k];
  }
  eigen_ = symmetric_eigen(dim_, std::move(matrix));
}

double TridiagonalOracle::scaled(double t) const {
  return static_cast<double>(t * unit_);
}

std::vector<double> TridiagonalOracle::eigenvalues() const {
  std::vector<double> values;
  for (const double value : eigen_.values) values.push_back(static_cast<double>(value * unit_));
  return values;
}

double TridiagonalOracle::population_error(double t) const {
  const double norm = std::max(std::abs(eigen_.values.front()), std::abs(eigen_.values.back()));
  return 8 * std::numeric_limits<double>::epsilon() * (norm * scaled(t) + std::sqrt(static_cast<double>(dim_)));
}

// psi(t) = sum_j v_j (v_j)_0 exp(-i lambda_j t)
TridiagonalOracle::State TridiagonalOracle::state(double scaled_t) const {
  State psi{std::vector<double>(dim_), std::vector<double>(dim_)};
  for (std::size_t j = 0; j < dim_; ++j) {
    const double* v = eigen_.vectors.data() + j * dim_;
    const double re = v[0] * std::cos(eigen_.values[j] * scaled_t);
    const double im = -v[0] * std::sin(eigen_.values[j] * scaled_t);
    for (std::size_t k = 0; k < dim_; ++k) {
      psi.re[k] += v[k] * re;
      psi.im[k] += v[k] * im;
    }
  }
  return psi;
}

// dE/dt = 2 omega_b sum_k H_{k,k+1} Im(psi*_{k+1} psi_k) with omega_b left out, and its derivative by psi' = -i H psi.
TridiagonalOracle::Slopes TridiagonalOracle::slopes(double scaled_t) const {
  const State psi = state(scaled_t);
  State change{std::vector<double>(dim_), std::vector<double>(dim_)};
  for (std::size_t k = 0; k < dim_; ++k) {
    double re = diagonal_[k] * psi.re[k];
    double im = diagonal_[k] * psi.im[k];
    if (k > 0) re += offdiagonal_[k - 1] * psi.re[k - 1], im += offdiagonal_[k - 1] * psi.im[k - 1];
    if (k + 1 < dim_) re += offdiagonal_[k] * psi.re[k + 1], im += offdiagonal_[k] * psi.im[k + 1];
    change.re[k] = im;
    change.im[k] = -re;
  }
  const auto current = [](const State& left, const State& right, std::size_t k) {
    return left.re[k + 1] * right.im[k] - left.im[k + 1] * right.re[k];
  };
  Slopes result;
  for (std::size_t k = 0; k + 1 < dim_; ++k) {
    const double b = 2 * offdiagonal_[k];
    result.first += b * current(psi, psi, k);
    result.second += b * (current(change, psi, k) + current(psi, change, k));
    result.rounding += std::abs(b) * (std::hypot(psi.re[k], psi.im[k]) + std::hypot(psi.re[k + 1], psi.im[k + 1]));
  }
  result.rounding *= std::numeric_limits<double>::epsilon();
  return result;
}

TridiagonalOracle::Slopes TridiagonalOracle::power_slopes(double scaled_t) const {
  const Slopes energy = slopes(scaled_t);
  const State psi = state(scaled_t);
  double level = 0, rounding = 0;
  for (std::size_t k = 0; k < dim_; ++k) {
    const double size = std::hypot(psi.re[k], psi.im[k]);
    level += static_cast<double>(k) * size * size;
    rounding += 2 * std::numeric_limits<double>::epsilon() * static_cast<double>(k) * size;
  }
  return {scaled_t * energy.first - level, scaled_t * energy.second, scaled_t * energy.rounding + rounding};
}

std::vector<double> TridiagonalOracle::populations(double t) const {
  const State psi = state(scaled(t));
  std::vector<double> p;
  for (std::size_t k = 0; k < dim_; ++k) p.push_back(psi.re[k] * psi.re[k] + psi.im[k] * psi.im[k]);
  return p;
}

ObservableValues TridiagonalOracle::observables(double t) const {
  const std::vector<double> p = populations(t);
  long double mean = 0, variance = 0, entropy = 0, purity = 0, roots = 0;
  for (std::size_t k = 0; k < dim_; ++k) {
    mean += static_cast<long double>(k) * p[k];
    if (p[k] > 0) entropy -= p[k] * std::log2(static_cast<long double>(p[k]));
    purity += static_cast<long double>(p[k]) * p[k];
    roots += std::sqrt(static_cast<long double>(p[k]));
  }
  for (std::size_t k = 0; k < dim_; ++k)
    variance += (static_cast<long double>(k) - mean) * (static_cast<long double>(k) - mean) * p[k];
  const long double omega = system_.omega_b;
  // In the full space of N_b spins there is one state of energy 0 and N_b >= d-1 states of energy 1.
  const auto symmetric_level = [](std::size_t k) { return static_cast<double>(k); };
  const auto full_level = [](std::size_t k) { return k == 0 ? 0.0 : 1.0; };
  ObservableValues values;
  values[Observable::energy] = static_cast<double>(omega * mean);
  values[Observable::energy_per_cell] = static_cast<double>(mean / system_.n_b);
  values[Observable::power] = t > 0 ? static_cast<double>(omega * mean / t) : 0;
  values[Observable::instantaneous_power] = static_cast<double>(omega * unit_ * slopes(scaled(t)).first);
  values[Observable::variance] = static_cast<double>(omega * omega * variance);
  values[Observable::entropy] = static_cast<double>(entropy);
  values[Observable::purity] = static_cast<double>(purity);
  values[Observable::renyi2] = static_cast<double>(-std::log2(purity));
  values[Observable::log_negativity] = static_cast<double>(2 * std::log2(roots));
  values[Observable::ergotropy] = static_cast<double>(omega * extractable(p, symmetric_level));
  values[Observable::ergotropy_full] = static_cast<double>(omega * extractable(p, full_level));
  values[Observable::p_full] = static_cast<std::int64_t>(dim_) == system_.n_b + 1 ? p.back() : 0;
  // Of one cell of many in a state that is symmetric and diagonal: its Bloch vector is (0, 0, 2 <k> / N_b - 1).
  const long double z = 2 * mean / system_.n_b - 1;
  values[Observable::local_ergotropy] = static_cast<double>(omega * system_.n_b * (z + std::abs(z)) / 2);
  // The largest less the smallest energy that unitaries lead to: the populations on the highest levels, or on the lowest.
  const auto capacity = [&](const auto& level_of, double top) {
    std::vector<double> sorted = p;
    std::ranges::sort(sorted, std::ranges::greater{});
    long double difference = 0;
    for (std::size_t j = 0; j < dim_; ++j) difference += (top - 2 * static_cast<long double>(level_of(j))) * sorted[j];
    return static_cast<double>(omega * difference);
  };
  values[Observable::capacity] = capacity(symmetric_level, static_cast<double>(system_.n_b));
  values[Observable::capacity_full] = capacity(full_level, static_cast<double>(system_.n_b));
  values[Observable::ergotropy_incoherent] = values[Observable::ergotropy];
  return values;
}

// dE/dt has no frequency above the width of the spectrum, so that 30 points per period of that leave no room for two extrema
// between neighbors; extrema themselves are located on the second derivative, and a minimum of dE/dt below zero betrays the
// two roots around it however close they are.
std::optional<OraclePeak> TridiagonalOracle::first_peak() const {
  return first_fall(&TridiagonalOracle::slopes);
}

std::optional<OraclePeak> TridiagonalOracle::first_power_peak() const {
  return first_fall(&TridiagonalOracle::power_slopes);
}

std::optional<OraclePeak> TridiagonalOracle::first_fall(Slopes (TridiagonalOracle::*slopes_at)(double) const) const {
  if (dim_ == 1 || system_.coupling == 0) return std::nullopt;
  const double step = 0.2 / width();
  const auto slopes = [&](double t) { return (this->*slopes_at)(t); };
  const auto first = [&](double t) { return slopes(t).first; };
  const auto second = [&](double t) { return slopes(t).second; };
  const auto finish = [&](double low, double high, double clearance) {
    const double t = bisect(low, high, first);
    const Slopes at = slopes(t);
    return OraclePeak{
        .t = static_cast<double>(t / unit_), .t_uncertainty = at.rounding / (std::abs(at.second) * t), .clearance = clearance};
  };
  constexpr int most_steps = 10'000'000;
  double clearance = std::numeric_limits<double>::infinity();
  Slopes before = slopes(step);
  for (int i = 1; i < most_steps; ++i) {
    const double low = i * step, high = (i + 1) * step;
    const Slopes after = slopes(high);
    if (before.second < 0 && after.second >= 0) {
      const double lowest = bisect(low, high, second);
      const Slopes minimum = slopes(lowest);
      if (minimum.first <= 0) return finish(low, lowest, clearance);
      clearance = std::min(clearance, minimum.first / minimum.rounding);
    }
    if (after.first <= 0) return finish(low, high, clearance);
    before = after;
  }
  throw std::runtime_error("no peak found for " + std::to_string(dim_) + " levels");
}

// The same scan. Two roots between neighbors are a ripple on a rise or a fall, and no largest value.
std::vector<OracleMaximum> TridiagonalOracle::maxima(double end) const {
  const double step = 0.2 / width();
  const auto first = [this](double t) { return slopes(t).first; };
  std::vector<OracleMaximum> result;
  bool rises = true;
  const double last = scaled(end);
  for (double low = 0; low < last; low += step) {
    const double high = std::min(low + step, last);
    const bool rises_on = first(high) > 0;
    if (rises && !rises_on) {
      const double peak = bisect(low > 0 ? low : high / 1024, high, first);
      const Slopes at = slopes(peak);
      const auto t = static_cast<double>(peak / unit_);
      result.push_back({.t = t, .t_uncertainty = at.rounding / (std::abs(at.second) * peak), .level = level(t)});
    }
    rises = rises_on;
  }
  return result;
}

double TridiagonalOracle::level(double t) const {
  const std::vector<double> p = populations(t);
  long double mean = 0;
  for (std::size_t k = 0; k < dim_; ++k) mean += static_cast<long double>(k) * p[k];
  return static_cast<double>(mean);
}

double TridiagonalOracle::transit_time() const {
  long double sum = 0;
  for (const double b : offdiagonal_) sum += 0.5L / std::abs(b);
  return static_cast<double>(sum / unit_);
}

}  // namespace qbatt::test
