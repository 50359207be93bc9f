#include "oracle/kronecker_oracle.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <numeric>

namespace qbatt::test {
namespace {

using Complex = std::complex<double>;

// One spin one half; state 0 is down, state 1 is up.
Matrix sigma_plus() {
  Matrix s(2, 2);
  s(1, 0) = 1;
  return s;
}

Matrix half_sigma_z() {
  Matrix s(2, 2);
  s(0, 0) = -0.5;
  s(1, 1) = 0.5;
  return s;
}

// 1 x ... x op x ... x 1, summed over the places of `op`.
Matrix sum_over_spins(std::int64_t spins, const Matrix& op) {
  const auto n = static_cast<std::size_t>(spins);
  Matrix total(std::size_t{1} << n, std::size_t{1} << n);
  for (std::size_t place = 0; place < n; ++place) {
    const Matrix before = Matrix::identity(std::size_t{1} << place);
    const Matrix after = Matrix::identity(std::size_t{1} << (n - place - 1));
    add(total, 1, kronecker(kronecker(before, op), after));
  }
  return total;
}

Matrix transposed(const Matrix& a) {
  Matrix t(a.cols, a.rows);
  for (std::size_t i = 0; i < a.rows; ++i)
    for (std::size_t j = 0; j < a.cols; ++j) t(j, i) = a(i, j);
  return t;
}

// a^+ on the Fock states 0, 1, ...
Matrix creation(std::size_t states) {
  Matrix a(states, states);
  for (std::size_t n = 0; n + 1 < states; ++n) a(n + 1, n) = std::sqrt(static_cast<double>(n + 1));
  return a;
}

Matrix quanta_of_mode(std::size_t states) {
  Matrix a(states, states);
  for (std::size_t n = 0; n < states; ++n) a(n, n) = static_cast<double>(n);
  return a;
}

Matrix full_hamiltonian(const CentralSpin& s, std::size_t quanta) {
  const bool boson = s.charger == Charger::boson;
  const Matrix s_plus = sum_over_spins(s.n_b, sigma_plus());
  const Matrix j_plus = boson ? creation(quanta) : sum_over_spins(s.n_c, sigma_plus());
  const Matrix s_z = sum_over_spins(s.n_b, half_sigma_z());
  const Matrix j_z = boson ? quanta_of_mode(quanta) : sum_over_spins(s.n_c, half_sigma_z());
  Matrix h = kronecker(s_z, j_z);
  for (double& x : h.data) x *= 2 * s.ising;
  add(h, s.coupling, kronecker(s_plus, transposed(j_plus)));
  add(h, s.coupling, kronecker(transposed(s_plus), j_plus));
  add(h, s.omega_b, kronecker(s_z, Matrix::identity(j_z.rows)));
  add(h, s.omega_c, kronecker(Matrix::identity(s_z.rows), j_z));
  return h;
}

int up(std::size_t product_state) {
  return std::popcount(product_state);
}

double von_neumann(const std::vector<double>& eigenvalues) {
  double entropy = 0;
  for (const double r : eigenvalues) entropy -= r > 0 ? r * std::log2(r) : 0;
  return entropy;
}

// tr(rho H) - min over unitaries U of tr(U rho U^+ H): the populations sorted down meet the levels sorted up.
double ergotropy(double energy, std::vector<double> eigenvalues, std::vector<double> levels) {
  std::ranges::sort(eigenvalues, std::greater<>());
  std::ranges::sort(levels);
  return energy - std::inner_product(eigenvalues.begin(), eigenvalues.end(), levels.begin(), 0.0);
}

// max - min over unitaries U of tr(U rho U^+ H)
double capacity(std::vector<double> eigenvalues, std::vector<double> levels) {
  std::ranges::sort(eigenvalues);
  std::ranges::sort(levels);
  const double most = std::inner_product(eigenvalues.begin(), eigenvalues.end(), levels.begin(), 0.0);
  const double least = std::inner_product(eigenvalues.rbegin(), eigenvalues.rend(), levels.begin(), 0.0);
  return most - least;
}

// What unitaries of single spins, each with levels 0 and 1, extract: (z + |r|) / 2 from each with the Bloch vector r.
double local_ergotropy(std::size_t states, const std::vector<Complex>& rho) {
  double sum = 0;
  for (std::size_t spin = 1; spin < states; spin *= 2) {
    double z = 0;
    Complex coherence = 0;
    for (std::size_t i = 0; i < states; ++i) {
      const bool is_up = (i & spin) != 0;
      z += (is_up ? 1 : -1) * rho[i * states + i].real();
      if (is_up) coherence += rho[(i ^ spin) * states + i];
    }
    sum += (z + std::hypot(z, 2 * std::abs(coherence))) / 2;
  }
  return sum;
}

// <k| rho |l> for the symmetric states |k> = C(N_b, k)^(-1/2) (sum of the product states with k spins up).
std::vector<Complex> in_symmetric_space(std::size_t states, const std::vector<Complex>& rho) {
  const auto levels = static_cast<std::size_t>(up(states - 1)) + 1;
  std::vector<double> count(levels);
  for (std::size_t i = 0; i < states; ++i) ++count[static_cast<std::size_t>(up(i))];
  std::vector<Complex> result(levels * levels);
  for (std::size_t i = 0; i < states; ++i) {
    for (std::size_t j = 0; j < states; ++j) {
      const auto k = static_cast<std::size_t>(up(i)), l = static_cast<std::size_t>(up(j));
      result[k * levels + l] += rho[i * states + j] / std::sqrt(count[k] * count[l]);
    }
  }
  return result;
}

}  // namespace

Matrix Matrix::identity(std::size_t n) {
  Matrix one(n, n);
  for (std::size_t i = 0; i < n; ++i) one(i, i) = 1;
  return one;
}

Matrix kronecker(const Matrix& a, const Matrix& b) {
  Matrix c(a.rows * b.rows, a.cols * b.cols);
  for (std::size_t i = 0; i < a.rows; ++i) {
    for (std::size_t j = 0; j < a.cols; ++j) {
      if (a(i, j) == 0) continue;
      for (std::size_t k = 0; k < b.rows; ++k)
        for (std::size_t l = 0; l < b.cols; ++l) c(i * b.rows + k, j * b.cols + l) = a(i, j) * b(k, l);
    }
  }
  return c;
}

void add(Matrix& target, double factor, const Matrix& term) {
  for (std::size_t i = 0; i < target.data.size(); ++i) target.data[i] += factor * term.data[i];
}

KroneckerOracle::KroneckerOracle(const CentralSpin& system, std::size_t quanta)
    : system_(system),
      battery_states_(std::size_t{1} << system.n_b),
      charger_states_(system.charger == Charger::boson ? quanta : std::size_t{1} << system.n_c),
      hamiltonian_(full_hamiltonian(system, quanta)),
      eigen_(symmetric_eigen(hamiltonian_.rows, hamiltonian_.data)) {
  for (std::size_t j = 0; j < charger_states_; ++j)
    excitations_.push_back(system.charger == Charger::boson ? static_cast<std::int64_t>(j) : up(j));
}

KroneckerOracle::State KroneckerOracle::start(std::int64_t m) const {
  State psi(battery_states_ * charger_states_);
  const auto count = static_cast<double>(std::ranges::count(excitations_, m));
  for (std::size_t j = 0; j < charger_states_; ++j) psi[j] = excitations_[j] == m ? 1 / std::sqrt(count) : 0;
  return psi;
}

std::vector<KroneckerOracle::Share> KroneckerOracle::starts(ChargerState state, double m) const {
  const bool boson = system_.charger == Charger::boson;
  const double p = boson ? 0 : m / static_cast<double>(system_.n_c);
  // The probability of one state of the charger, which is a product of those of its spins, or a Fock state.
  const auto probability = [&](std::size_t j) {
    const auto n = static_cast<double>(excitations_[j]);
    if (!boson) return std::pow(p, n) * std::pow(1 - p, static_cast<double>(system_.n_c) - n);
    if (state == ChargerState::thermal) return std::pow(m / (1 + m), n) / (1 + m);
    return std::exp(-m) * std::pow(m, n) / std::tgamma(n + 1);
  };
  std::vector<Share> shares;
  State superposition(battery_states_ * charger_states_);
  for (std::size_t j = 0; j < charger_states_; ++j) {
    superposition[j] = std::sqrt(probability(j));
    State one(superposition.size());
    one[j] = 1;
    shares.push_back({probability(j), one});
  }
  if (state == ChargerState::thermal) return shares;
  if (state == ChargerState::coherent) return {{1, superposition}};
  shares.clear();
  for (std::int64_t n = 0; n <= excitations_.back(); ++n) {
    double weight = 0;
    for (std::size_t j = 0; j < charger_states_; ++j) weight += excitations_[j] == n ? probability(j) : 0;
    shares.push_back({weight, start(n)});
  }
  return shares;
}

KroneckerOracle::State KroneckerOracle::propagate(const State& start, double t) const {
  const std::size_t n = start.size();
  State psi(n);
  for (std::size_t j = 0; j < n; ++j) {
    const double* v = eigen_.vectors.data() + j * n;
    double overlap = 0;  // the start is real
    for (std::size_t i = 0; i < n; ++i) overlap += v[i] * start[i].real();
    const Complex factor = std::polar(overlap, -eigen_.values[j] * t);
    if (overlap == 0) continue;
    for (std::size_t i = 0; i < n; ++i) psi[i] += factor * v[i];
  }
  return psi;
}

// d<H_b>/dt = 2 Re <H_b psi | -i H psi> = 2 Im <H_b psi | H psi>
double KroneckerOracle::power(const State& psi) const {
  double result = 0;
  for (std::size_t i = 0; i < psi.size(); ++i) {
    Complex h_psi = 0;
    for (std::size_t j = 0; j < psi.size(); ++j) h_psi += hamiltonian_(i, j) * psi[j];
    result += 2 * system_.omega_b * up(i / charger_states_) * (std::conj(psi[i]) * h_psi).imag();
  }
  return result;
}

std::vector<Complex> KroneckerOracle::battery_density(const State& psi) const {
  std::vector<Complex> rho(battery_states_ * battery_states_);
  for (std::size_t i = 0; i < battery_states_; ++i) {
    for (std::size_t j = 0; j < battery_states_; ++j) {
      Complex sum = 0;
      for (std::size_t c = 0; c < charger_states_; ++c)
        sum += psi[i * charger_states_ + c] * std::conj(psi[j * charger_states_ + c]);
      rho[i * battery_states_ + j] = sum;
    }
  }
  return rho;
}

// log2 of the trace norm of |psi><psi| transposed in the battery's indices.
double KroneckerOracle::log_negativity(const State& psi) const {
  const std::size_t n = psi.size();
  std::vector<Complex> transposed_density(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      const std::size_t row = j / charger_states_ * charger_states_ + i % charger_states_;
      const std::size_t col = i / charger_states_ * charger_states_ + j % charger_states_;
      transposed_density[row * n + col] = psi[i] * std::conj(psi[j]);
    }
  }
  double trace_norm = 0;
  for (const double value : hermitian_eigenvalues(n, transposed_density)) trace_norm += std::abs(value);
  return std::log2(trace_norm);
}

FullState KroneckerOracle::evolve(std::int64_t m, double t, bool negativity) const {
  return observe({{1, start(m)}}, t, negativity);
}

FullState KroneckerOracle::evolve(ChargerState state, double m, double t) const {
  return observe(starts(state, m), t, false);
}

FullState KroneckerOracle::observe(const std::vector<Share>& starts, double t, bool negativity) const {
  std::vector<Complex> rho(battery_states_ * battery_states_);
  double flow = 0;
  for (const Share& share : starts) {
    const State psi = propagate(share.state, t);
    const std::vector<Complex> own = battery_density(psi);
    for (std::size_t i = 0; i < rho.size(); ++i) rho[i] += share.weight * own[i];
    flow += share.weight * power(psi);
  }
  const std::vector<double> eigenvalues = hermitian_eigenvalues(battery_states_, rho);
  FullState result{.populations = std::vector<double>(static_cast<std::size_t>(system_.n_b) + 1), .values = {}};
  std::vector<double> levels;
  double energy = 0, square = 0, purity = 0;
  for (std::size_t i = 0; i < battery_states_; ++i) {
    const double p = rho[i * battery_states_ + i].real();
    levels.push_back(system_.omega_b * up(i));
    energy += levels[i] * p;
    square += levels[i] * levels[i] * p;
    result.populations[static_cast<std::size_t>(up(i))] += p;
  }
  for (const Complex& element : rho) purity += std::norm(element);
  std::vector<double> ladder;
  for (std::int64_t k = 0; k <= system_.n_b; ++k) ladder.push_back(system_.omega_b * static_cast<double>(k));
  ObservableValues& values = result.values;
  values[Observable::energy] = energy;
  values[Observable::energy_per_cell] = energy / (system_.omega_b * static_cast<double>(system_.n_b));
  values[Observable::power] = t > 0 ? energy / t : 0;
  values[Observable::instantaneous_power] = flow;
  values[Observable::variance] = square - energy * energy;
  values[Observable::entropy] = von_neumann(eigenvalues);
  values[Observable::purity] = purity;
  values[Observable::renyi2] = -std::log2(purity);
  values[Observable::log_negativity] = negativity ? log_negativity(propagate(starts.front().state, t)) : 0;
  values[Observable::ergotropy] =
      ergotropy(energy, hermitian_eigenvalues(ladder.size(), in_symmetric_space(battery_states_, rho)), ladder);
  values[Observable::ergotropy_full] = ergotropy(energy, eigenvalues, levels);
  values[Observable::p_full] = result.populations.back();
  values[Observable::local_ergotropy] = system_.omega_b * local_ergotropy(battery_states_, rho);
  values[Observable::capacity] = capacity(hermitian_eigenvalues(ladder.size(), in_symmetric_space(battery_states_, rho)), ladder);
  values[Observable::capacity_full] = capacity(eigenvalues, levels);
  values[Observable::ergotropy_incoherent] = ergotropy(energy, result.populations, ladder);
  return result;
}

}  // namespace qbatt::test
