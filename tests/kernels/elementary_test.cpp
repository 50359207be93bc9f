#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "cpu/isa/isa.hpp"
#include "kernels/elementary.hpp"
#include "support/comparisons.hpp"
#include "support/random_systems.hpp"

// The stated bounds, against long double, for the plain double and on every instruction set that the machine has.
namespace qbatt::test {
namespace {

constexpr double u = 0x1p-53;
constexpr std::int64_t count = 96 * 2000;  // a multiple of every set's lanes

/// From the whole range of normal numbers, from populations, and close to 1, where the logarithm is small.
std::vector<double> arguments() {
  Random random(51);
  std::vector<double> x(count);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double wide = std::exp2(random.uniform(-1020.0, 1020.0));
    const double population = std::pow(10.0, random.uniform(-20.0, 0.0));
    const double close = 1.0 + random.uniform(-1.0, 1.0) * std::pow(10.0, random.uniform(-15.0, -1.0));
    x[i] = i % 3 == 0 ? wide : (i % 3 == 1 ? population : close);
  }
  return x;
}

std::vector<double> angles() {
  Random random(52);
  std::vector<double> x(count);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double near_zero_of_one = std::round(random.uniform(-6e5, 6e5)) * M_PI_2;
    x[i] = i % 3 == 0 ? random.uniform(-10.0, 10.0) : (i % 3 == 1 ? near_zero_of_one : random.uniform(-1e6, 1e6));
  }
  return x;
}

void expect_logarithm(double computed, double x) {
  const long double exact = std::log2(static_cast<long double>(x));
  EXPECT_TRUE(at_most(static_cast<double>(std::abs(computed - exact)), 8 * u * static_cast<double>(std::abs(exact)))) << x;
}

void expect_sine_cosine(double sine, double cosine, double x) {
  const auto angle = static_cast<long double>(x);
  EXPECT_TRUE(at_most(static_cast<double>(std::abs(sine - std::sin(angle))), 2 * u)) << x;
  EXPECT_TRUE(at_most(static_cast<double>(std::abs(cosine - std::cos(angle))), 2 * u)) << x;
}

TEST(Elementary, LogarithmIsWithinItsBound) {
  const std::vector<double> x = arguments();
  for (const double v : x) expect_logarithm(kernels::log2_lane(v), v);
  std::vector<double> result(x.size());
  for (const cpu::KernelSet* set : cpu::kernel_sets()) {
    if (set->supported()) {
      set->log2(x.data(), count, result.data());
      for (std::size_t i = 0; i < x.size(); ++i) expect_logarithm(result[i], x[i]);
    }
  }
}

TEST(Elementary, LogarithmsOfPowersOfTwoAreExact) {
  for (int e = -1022; e < 1024; ++e) EXPECT_EQ(kernels::log2_lane(std::ldexp(1.0, e)), e);
}

TEST(Elementary, SineAndCosineAreWithinTheirBound) {
  const std::vector<double> x = angles();
  for (const double v : x) {
    const auto result = kernels::sine_cosine(v);
    expect_sine_cosine(result.sine, result.cosine, v);
  }
  std::vector<double> sines(x.size());
  std::vector<double> cosines(x.size());
  for (const cpu::KernelSet* set : cpu::kernel_sets()) {
    if (set->supported()) {
      set->sine_cosine(x.data(), count, sines.data(), cosines.data());
      for (std::size_t i = 0; i < x.size(); ++i) expect_sine_cosine(sines[i], cosines[i], x[i]);
    }
  }
}

}  // namespace
}  // namespace qbatt::test
