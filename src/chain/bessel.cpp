#include "chain/bessel.hpp"

#include <cmath>
#include <limits>

namespace qbatt {

double bessel_tail(double x, int order) {
  const double n = static_cast<double>(order) + 1.0;
  if (!(n > x)) return std::numeric_limits<double>::infinity();
  if (x == 0.0) return 0.0;
  const double alpha = std::acosh(n / x);
  // 1.01: the exponent is good to 1e-14 of itself.
  return 1.01 * 2.0 * std::exp(-n * (alpha - std::tanh(alpha))) / -std::expm1(-alpha);
}

int bessel_order(double x, double tail) {
  int low = static_cast<int>(x);  // too small, or the answer
  int width = 1;
  while (!(bessel_tail(x, low + width) <= tail)) {
    low += width;
    width *= 2;
  }
  int high = low + width;
  if (bessel_tail(x, low) <= tail) return low;
  while (high - low > 1) {
    const int middle = (low + high) / 2;
    (bessel_tail(x, middle) <= tail ? high : low) = middle;
  }
  return high;
}

std::vector<double> bessel_series(double x, int order) {
  constexpr double start_tail = 1e-24;
  const int start = std::max(order, bessel_order(x, start_tail)) + 2;
  std::vector<long double> value(static_cast<std::size_t>(order) + 1);
  std::vector<double> series(value.size() + 1, 0.0);
  if (x == 0.0) {
    series[0] = 1.0;
    return series;
  }
  const long double two_over_x = 2.0L / static_cast<long double>(x);
  long double above = 0.0L;
  long double here = 1e-4000L;  // grows by less than 10^5000 up to the largest
  long double even_sum = 0.0L;
  for (int n = start; n > 0; --n) {
    if (n <= order) value[static_cast<std::size_t>(n)] = here;
    even_sum += n % 2 == 0 ? 2.0L * here : 0.0L;
    const long double below = static_cast<long double>(n) * two_over_x * here - above;
    above = here;
    here = below;
  }
  value[0] = here;
  even_sum += here;
  for (std::size_t n = 0; n < value.size(); ++n) series[n] = static_cast<double>((n == 0 ? 1.0L : 2.0L) * value[n] / even_sum);
  return series;
}

double bessel_series_error(int order) {
  const double n = static_cast<double>(order) + 4.0;
  return 64.0 * 0x1p-64 * n * std::sqrt(n);
}

}  // namespace qbatt
