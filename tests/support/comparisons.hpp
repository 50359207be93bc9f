#pragma once

#include <gtest/gtest.h>

#include <cstdint>

namespace qbatt::test {

// Predicates for EXPECT_TRUE. All are of the form !(error <= tolerance), so that a NaN anywhere fails, and a tolerance that is
// itself negative, infinite or NaN fails too: a comparison that cannot fail is not a test.

/// |actual - expected| <= tolerance.
testing::AssertionResult within(double actual, double expected, double tolerance);

/// |actual - expected| <= tolerance |expected|; for expected = 0 only 0 passes.
testing::AssertionResult within_relative(double actual, double expected, double tolerance);

/// value <= bound, both finite.
testing::AssertionResult at_most(double value, double bound);

/// low <= value <= high, all finite.
testing::AssertionResult between(double value, double low, double high);

/// The same 64 bits: -0 differs from 0, and a NaN equals itself.
testing::AssertionResult same_bits(double actual, double expected);

}  // namespace qbatt::test
