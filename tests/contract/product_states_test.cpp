#include <array>
#include <cmath>
#include <vector>

#include "contract/contract.hpp"
#include "oracle/kronecker_oracle.hpp"
#include "support/comparisons.hpp"
#include "support/random_systems.hpp"
#include "support/tolerances.hpp"

// Ensembles of chains against all product states of all spins, or of spins and the Fock states of a mode.
namespace qbatt::test {
namespace {

class ProductStatesContract : public Contract {
protected:
  static ObservableValues state_at(const CentralSpin& system, double t, std::vector<double>* populations) {
    const Series held = series(system, at_time(t));
    *populations = held.populations;
    return held.values[0];
  }
};

/// All observables against the full product space, at some times.
void expect_brute_force(const CentralSpin& system, std::size_t quanta, Random& random, const auto& state_at) {
  SCOPED_TRACE(describe(system));
  const KroneckerOracle oracle(system, quanta);
  const auto cells = static_cast<double>(system.n_b);
  for (int i = 0; i < 2; ++i) {
    const double t = random.uniform(0, 4) / system.rabi();
    std::vector<double> populations;
    const ObservableValues values = state_at(system, t, &populations);
    const FullState expected = oracle.evolve(system.charger_state, system.m, t);
    for (std::size_t k = 0; k < expected.populations.size(); ++k)
      EXPECT_TRUE(within(k < populations.size() ? populations[k] : 0, expected.populations[k], 1e-11)) << "k = " << k;
    const auto check = [&](Observable o, double scale, double digits = 1e-11) {
      EXPECT_TRUE(within(values[o] / scale, expected.values[o] / scale, digits))
          << observable_info()[static_cast<std::size_t>(o)].name;
    };
    using enum Observable;
    const double omega = system.omega_b;
    for (const Observable o : {energy, ergotropy, ergotropy_full, ergotropy_incoherent, local_ergotropy, capacity, capacity_full})
      check(o, omega * cells);
    check(variance, omega * omega * cells * cells);
    check(instantaneous_power, 30 * omega * cells * system.rabi());
    check(purity, 1);
    check(p_full, 1);
    check(entropy, 1, tolerance::entropy);
    check(renyi2, 15);
  }
}

TEST_P(ProductStatesContract, AgreesWithAllProductStates) {
  Random random(2001);
  for (int i = 0; i < 24; ++i) {
    CentralSpin system;
    system.n_b = random.integer(1, 5);
    system.n_c = random.integer(1, 8 - system.n_b);
    system.m = random.uniform(0, static_cast<double>(system.n_c));
    system.omega_b = random.uniform(0.2, 3);
    system.omega_c = i % 3 == 0 ? system.omega_b : random.uniform(-1, 3);
    system.coupling = random.uniform(-2, 2);
    system.ising = i % 3 == 0 ? 0 : random.uniform(-2, 2);
    system.charger_state = all_charger_states[1 + static_cast<std::size_t>(i) % 3];
    expect_brute_force(system, 0, random, state_at);
  }
}

TEST_P(ProductStatesContract, AgreesWithATruncatedFockSpace) {
  Random random(2002);
  for (int i = 0; i < 16; ++i) {
    CentralSpin system{.charger = Charger::boson, .charger_state = all_charger_states[static_cast<std::size_t>(i) % 4]};
    system.n_b = random.integer(1, 3);
    system.n_c = 0;
    system.m = system.is_chain() ? static_cast<double>(random.integer(1, 6)) : random.uniform(0.05, 0.5);
    system.omega_b = random.uniform(0.2, 3);
    system.omega_c = i % 3 == 0 ? system.omega_b : random.uniform(-1, 3);
    system.coupling = random.uniform(-2, 2);
    system.ising = i % 3 == 0 ? 0 : random.uniform(-2, 2);
    if (!system.is_chain()) {
      expect_brute_force(system, 40, random, state_at);
      continue;
    }
    SCOPED_TRACE(describe(system));
    const double t = random.uniform(0, 4) / system.rabi();
    const FullState expected = KroneckerOracle(system, 8).evolve(static_cast<std::int64_t>(system.m), t, false);
    std::vector<double> populations;
    const ObservableValues values = state_at(system, t, &populations);
    EXPECT_TRUE(within(values[Observable::energy_per_cell], expected.values[Observable::energy_per_cell], 1e-11));
    for (std::size_t k = 0; k < populations.size(); ++k) EXPECT_TRUE(within(populations[k], expected.populations[k], 1e-11));
  }
}

INSTANTIATE_TEST_SUITE_P(Every, ProductStatesContract, testing::ValuesIn(implementations()),
                         [](const auto& test) { return test.param.name(); });

}  // namespace
}  // namespace qbatt::test
