#include "support/comparisons.hpp"

#include <bit>
#include <cmath>
#include <iomanip>
#include <limits>

namespace qbatt::test {
namespace {

testing::AssertionResult failure() {
  testing::AssertionResult result = testing::AssertionFailure();
  return result << std::setprecision(std::numeric_limits<double>::max_digits10);
}

bool is_a_tolerance(double tolerance) {
  return std::isfinite(tolerance) && tolerance >= 0;
}

}  // namespace

testing::AssertionResult within(double actual, double expected, double tolerance) {
  if (!is_a_tolerance(tolerance)) return failure() << "the tolerance " << tolerance << " lets everything pass or nothing";
  const double error = std::abs(actual - expected);
  if (!(error <= tolerance))
    return failure() << actual << " is not " << expected << ": they differ by " << error << ", allowed is " << tolerance;
  return testing::AssertionSuccess();
}

testing::AssertionResult within_relative(double actual, double expected, double tolerance) {
  if (!(is_a_tolerance(tolerance) && tolerance < 1))
    return failure() << "the relative tolerance " << tolerance << " would not even fix the sign";
  const double error = std::abs(actual - expected);
  if (!(error <= tolerance * std::abs(expected)) || !std::isfinite(expected)) {
    return failure() << actual << " is not " << expected << ": they differ by " << error / std::abs(expected)
                     << " relative, allowed is " << tolerance;
  }
  return testing::AssertionSuccess();
}

testing::AssertionResult at_most(double value, double bound) {
  if (!(value <= bound) || !std::isfinite(value) || !std::isfinite(bound)) return failure() << value << " is not at most " << bound;
  return testing::AssertionSuccess();
}

testing::AssertionResult between(double value, double low, double high) {
  if (!(low <= value && value <= high) || !std::isfinite(low) || !std::isfinite(high))
    return failure() << value << " does not lie between " << low << " and " << high;
  return testing::AssertionSuccess();
}

testing::AssertionResult same_bits(double actual, double expected) {
  if (std::bit_cast<std::uint64_t>(actual) != std::bit_cast<std::uint64_t>(expected))
    return failure() << actual << " and " << expected << " differ in their bits";
  return testing::AssertionSuccess();
}

}  // namespace qbatt::test
