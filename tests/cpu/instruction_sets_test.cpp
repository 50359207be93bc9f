#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "cpu/aligned_doubles.hpp"
#include "cpu/spectral/eigenpairs.hpp"
#include "kernels/double_shot.hpp"
#include "support/comparisons.hpp"
#include "support/random_systems.hpp"

namespace qbatt::test {
namespace {

/// The bond values of `targets` from one kernel set.
std::vector<double> shoot(const cpu::KernelSet& set, const cpu::SpectralChain& chain, cpu::EigenvalueList& list) {
  std::vector<double> values(list.lambda.size() * cpu::bond_fields);
  const cpu::ShootTask task{
      .chain = &chain.data(),
      .cache = chain.cache(),
      .block = chain.block(),
      .targets = {static_cast<std::int64_t>(list.lambda.size()), list.lambda.data(), list.parity.data(), list.bond.data()},
      .values = values.data(),
      .checkpoints = nullptr};
  const cpu::AlignedDoubles scratch(set.shoot_scratch(chain.block(), task.targets.count));
  set.shoot(task, 0, task.targets.count, scratch.get());
  return values;
}

/// A mixed list of targets, a multiple of every set's lanes long.
cpu::EigenvalueList mixed_targets(const cpu::SpectralChain& chain, Random& random) {
  cpu::EigenvalueList list;
  for (int i = 0; i < 96; ++i) {
    list.lambda.push_back(random.uniform(-2.0, 2.0));
    list.parity.push_back(random.uniform(0, 1) < 0.5 ? 1.0 : -1.0);
    list.bond.push_back(random.integer(0, chain.data().levels - 2));
  }
  return list;
}

/// Field f of target i, with what was divided out of a shot put back (`power`: how often the field contains the vector).
double true_value(const std::vector<double>& values, std::size_t count, std::size_t i, std::size_t f, double power) {
  const std::size_t scale = f < 6 ? 5 : 11;
  return values[f * count + i] * std::exp2(power * values[scale * count + i]);
}

/// Both shots agree to rounding, which grows along the chain; targets whose plain shot overflows are passed over.
void expect_same_shot(const std::vector<double>& values, std::size_t count, std::size_t i, const kernels::BondValues& plain) {
  if (!std::isfinite(plain.up_norm) || !std::isfinite(plain.down_norm)) return;
  constexpr double tolerance = 1e-10;
  const double up = std::sqrt(plain.up_norm);
  const double down = std::sqrt(plain.down_norm);
  EXPECT_TRUE(within(true_value(values, count, i, 0, 1), plain.up_here, tolerance * (up + std::abs(plain.up_here))));
  EXPECT_TRUE(within(true_value(values, count, i, 1, 1), plain.up_behind, tolerance * up));
  EXPECT_TRUE(within(true_value(values, count, i, 2, 2), plain.up_norm, tolerance * plain.up_norm));
  EXPECT_EQ(values[4 * count + i], plain.up_changes);
  EXPECT_TRUE(within(true_value(values, count, i, 6, 1), plain.down_here, tolerance * (down + std::abs(plain.down_here))));
  EXPECT_TRUE(within(true_value(values, count, i, 7, 1), plain.down_behind, tolerance * down + tolerance));
  EXPECT_TRUE(within(true_value(values, count, i, 8, 2), plain.down_norm, tolerance * plain.down_norm));
  EXPECT_EQ(values[10 * count + i], plain.down_changes);
}

TEST(InstructionSets, PacksDoWhatThePlainDoubleDoes) {
  Random random(41);
  for (const cpu::KernelSet* set : cpu::kernel_sets()) {
    if (!set->supported()) continue;
    for (const CentralSpin& system : random_systems(42, 30, 60)) {
      const cpu::SpectralChain chain(chain_of(system));
      cpu::EigenvalueList list = mixed_targets(chain, random);
      const std::vector<double> values = shoot(*set, chain, list);
      const DoubleShot plain(chain.data());
      for (std::size_t i = 0; i < list.lambda.size(); ++i)
        expect_same_shot(values, list.lambda.size(), i, plain.shoot(list.lambda[i], list.parity[i], list.bond[i]));
    }
  }
}

TEST(InstructionSets, ALaneNeverDependsOnItsNeighbors) {
  Random random(43);
  for (const cpu::KernelSet* set : cpu::kernel_sets()) {
    if (!set->supported()) continue;
    for (const CentralSpin& system : random_systems(44, 20, 500)) {
      const cpu::SpectralChain chain(chain_of(system));
      cpu::EigenvalueList list = mixed_targets(chain, random);
      const std::vector<double> values = shoot(*set, chain, list);
      cpu::EigenvalueList reversed = list;
      std::ranges::reverse(reversed.lambda);
      std::ranges::reverse(reversed.parity);
      std::ranges::reverse(reversed.bond);
      const std::vector<double> again = shoot(*set, chain, reversed);
      const std::size_t count = list.lambda.size();
      for (std::size_t f = 0; f < cpu::bond_fields; ++f)
        for (std::size_t i = 0; i < count; ++i)
          EXPECT_TRUE(same_bits(values[f * count + i], again[f * count + count - 1 - i])) << set->name << " field " << f;
    }
  }
}

}  // namespace
}  // namespace qbatt::test
