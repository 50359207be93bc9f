#include "cpu/dense/singular_values.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

#include "cpu/dense/dense.hpp"
#include "support/comparisons.hpp"
#include "support/random_systems.hpp"

namespace qbatt::test {
namespace {

using Complex = std::complex<double>;

class SingularValues : public testing::Test {
protected:
  void SetUp() override {
    if (!cpu::why_no_dense().empty()) GTEST_SKIP() << cpu::why_no_dense();
  }
};

// Columns a and b of length sqrt(2) and 2 with the product 1 + i: a^+ a = 2, b^+ b = 4, |a^+ b|^2 = 2, so that the squares are
// 3 +- sqrt(3).
TEST_F(SingularValues, OfTwoColumns) {
  const std::vector<Complex> columns{1, {0, 1}, 0, {1, 1}, 0, {1, 1}};
  const std::vector<double> values = cpu::singular_values(columns, 3, 2);
  EXPECT_TRUE(within_relative(values[0] * values[0], 3 + std::numbers::sqrt3, 1e-15));
  EXPECT_TRUE(within_relative(values[1] * values[1], 3 - std::numbers::sqrt3, 1e-14));
}

// Orthogonal columns of known lengths, as rows or as columns; larger than what an allocator keeps, so that reading beyond it ends
// the process.
TEST_F(SingularValues, OfOrthogonalColumnsAreTheirLengths) {
  Random random(11);
  for (const auto& [height, width] :
       {std::pair{1, 1}, std::pair{7, 1}, std::pair{64, 64}, std::pair{201, 200}, std::pair{403, 201}}) {
    const auto rows = static_cast<std::size_t>(height), columns = static_cast<std::size_t>(width);
    std::vector<double> lengths(columns);
    std::vector<Complex> tall(rows * columns), wide(rows * columns);
    for (std::size_t j = 0; j < columns; ++j) {
      lengths[j] = std::pow(2.0, -30.0 * static_cast<double>(j) / static_cast<double>(columns));
      const double phase = random.uniform(0, 6);
      for (std::size_t i = 0; i < rows; ++i) {
        // Columns of the discrete Fourier transform.
        const double angle = 2 * std::numbers::pi * static_cast<double>(i * j % rows) / static_cast<double>(rows);
        const Complex entry = std::polar(lengths[j] / std::sqrt(static_cast<double>(rows)), angle + phase);
        tall[j * rows + i] = entry;
        wide[i * columns + j] = entry;
      }
    }
    for (const std::vector<double>& values :
         {cpu::singular_values(tall, rows, columns), cpu::singular_values(wide, columns, rows)}) {
      ASSERT_EQ(values.size(), columns);
      for (std::size_t j = 0; j < columns; ++j)
        EXPECT_TRUE(within(values[j], lengths[j], 1e-14)) << height << " x " << width << ", " << j;
    }
  }
}

}  // namespace
}  // namespace qbatt::test
