#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <numbers>
#include <vector>

/// What is known about central-spin batteries in closed form. Everything is for omega_b = omega_c unless said otherwise; energies
/// are in units of omega_b, the coupling is `a` > 0.
namespace qbatt::test::closed {

/// One battery spin, N_c charger spins, all up: Sum k p_k = sin^2(a sqrt(N_c) t).
inline double one_cell_energy(std::int64_t n_c, double a, double t) {
  return std::pow(std::sin(a * std::sqrt(static_cast<double>(n_c)) * t), 2);
}

inline double one_cell_peak(std::int64_t n_c, double a) {
  return std::numbers::pi / (2 * a * std::sqrt(static_cast<double>(n_c)));
}

/// Three levels: N_b = 2 <= N_c = n with m = N_c, or N_c = m = 2 <= N_b = n. Frequency a sqrt(6n - 4).
inline double three_level_frequency(std::int64_t n, double a) {
  return a * std::sqrt(6 * static_cast<double>(n) - 4);
}

/// p_0, p_1, p_2 with b_0^2 = 2n, b_1^2 = 4(n-1): psi_0 = (b_1^2 + b_0^2 cos)/W^2, psi_1 = -i b_0 sin/W, psi_2 = b_0 b_1 (cos -
/// 1)/W^2.
inline std::array<double, 3> three_level_populations(std::int64_t n, double a, double t) {
  const double first = 2 * static_cast<double>(n), second = 4 * static_cast<double>(n - 1);
  const double total = first + second;
  const double angle = three_level_frequency(n, a) * t;
  const double one_minus_cos = 2 * std::pow(std::sin(angle / 2), 2);
  return {std::pow(1 - first * one_minus_cos / total, 2), first * std::pow(std::sin(angle), 2) / total,
          first * second * std::pow(one_minus_cos / total, 2)};
}

inline double three_level_peak(std::int64_t n, double a) {
  return std::numbers::pi / three_level_frequency(n, a);
}

/// 16 n (n-1) / (3n-2)^2
inline double three_level_peak_energy(std::int64_t n) {
  const double x = static_cast<double>(n);
  return 16 * x * (x - 1) / std::pow(3 * x - 2, 2);
}

inline double binary_entropy(double p) {
  return (p <= 0 || p >= 1) ? 0 : -p * std::log2(p) - (1 - p) * std::log2(1 - p);
}

/// At the three-level peak: the binary entropy of ((n-2)/(3n-2))^2.
inline double three_level_peak_entropy(std::int64_t n) {
  const double x = static_cast<double>(n);
  return binary_entropy(std::pow((x - 2) / (3 * x - 2), 2));
}

/// Delta = A = 1: the eigenvalues of H_I = 2 S.J in the space of m excitations, j(j+1) - s(s+1) - i(i+1) for j from
/// max(|s-i|, |M|) to s + i, ascending. At Delta = -1 the spectrum is the negative of this one. With twice the spins as integers
/// nothing is rounded but the last division.
inline std::vector<double> heisenberg_spectrum(std::int64_t n_b, std::int64_t n_c, std::int64_t m) {
  const auto casimir = [](std::int64_t twice) { return twice * (twice + 2); };
  const std::int64_t lowest = std::max(std::abs(n_b - n_c), std::abs(2 * m - n_b - n_c));
  std::vector<double> values;
  for (std::int64_t twice_j = lowest; twice_j <= n_b + n_c; twice_j += 2)
    values.push_back(static_cast<double>(casimir(twice_j) - casimir(n_b) - casimir(n_c)) / 4);
  return values;
}

/// H_00 of 2 Delta S^z J^z: -Delta N_b (m - N_c/2). The eigenvalues of the chain less diag(0) are the spectrum less this.
inline double ising_energy_of_start(std::int64_t n_b, std::int64_t n_c, std::int64_t m, double ising) {
  return -ising * static_cast<double>(n_b) * static_cast<double>(2 * m - n_c) / 2;
}

/// At Delta = +-A all differences of eigenvalues are whole multiples of |A|, so that the state returns to the start after 2 pi/|A|.
inline double heisenberg_revival(double a) {
  return 2 * std::numbers::pi / std::abs(a);
}

}  // namespace qbatt::test::closed
