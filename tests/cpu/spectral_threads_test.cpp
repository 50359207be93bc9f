#include <gtest/gtest.h>

#include <vector>

#include "cpu/spectral/spectral.hpp"
#include "support/comparisons.hpp"

namespace qbatt::test {
namespace {

struct Curve {
  std::vector<StateReport> reports;
  std::vector<double> populations;
};

Curve curve(const CentralSpin& system, int threads) {
  std::vector<double> times(101);  // several batches
  for (std::size_t i = 0; i < times.size(); ++i) times[i] = 0.07 * static_cast<double>(i);
  Curve c{std::vector<StateReport>(times.size()), std::vector<double>(times.size() * static_cast<std::size_t>(system.dim()))};
  cpu::make_spectral_states(chain_of(system), {.threads = threads})
      ->sample(times, Detail::observables, c.reports, c.populations.data());
  return c;
}

void expect_same_bits(const Curve& actual, const Curve& expected) {
  for (std::size_t i = 0; i < expected.reports.size(); ++i) {
    ASSERT_TRUE(same_bits(actual.reports[i].sums.mean, expected.reports[i].sums.mean));
    ASSERT_TRUE(same_bits(actual.reports[i].sums.entropy, expected.reports[i].sums.entropy));
    ASSERT_TRUE(same_bits(actual.reports[i].passive_level, expected.reports[i].passive_level));
  }
  for (std::size_t i = 0; i < expected.populations.size(); ++i)
    ASSERT_TRUE(same_bits(actual.populations[i], expected.populations[i]));
}

// Threads share batches of times in chains of one superblock, superblocks where there are enough.
TEST(SpectralThreads, ACurveIsTheSameBitForBit) {
  for (const CentralSpin& system :
       {CentralSpin::resonant(700, 700), CentralSpin{400, 500, 450, 1, 9, 1, 0.6}, CentralSpin::resonant(9000, 9100)}) {
    const Curve one = curve(system, 1);
    for (const int threads : {2, 3, 7}) expect_same_bits(curve(system, threads), one);
  }
}

}  // namespace
}  // namespace qbatt::test
