#pragma once

#include <cstdint>
#include <optional>

namespace qbatt {

/// Number i of `count` equally spaced numbers; both ends are exact, and where they are opposite numbers so are those between.
double linear_value(double start, double stop, std::int64_t i, std::int64_t count);

/// The same of numbers whose logarithms are equally spaced; powers of ten between powers of ten come out as such.
double logarithmic_value(double start, double stop, std::int64_t i, std::int64_t count);

/// start + i step in decimal arithmetic: the double next to what one would write, so that -0.3 + 3 * 0.1 is 0 and 0 + 3 * 0.1 is
/// 0.3.
class DecimalSteps {
public:
  /// nullopt where the numbers, as short as they can be written, have too many digits between them.
  static std::optional<DecimalSteps> make(double start, double step);

  /// nullopt where the sum has too many digits.
  [[nodiscard]] std::optional<double> at(std::int64_t i) const;

private:
  std::int64_t start_ = 0;  // both in units of 10^exponent_
  std::int64_t step_ = 0;
  int exponent_ = 0;
};

}  // namespace qbatt
