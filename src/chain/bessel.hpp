#pragma once

#include <vector>

namespace qbatt {

/// Bound on 2 sum_{n > order} |J_n(x)|, x >= 0; infinite unless order + 1 > x. Kapteyn's inequality (DLMF 10.14.8),
/// |J_n(n sech alpha)| <= exp(-n (alpha - tanh alpha)), whose right-hand side falls by exp(-alpha) or more from n to n + 1.
double bessel_tail(double x, int order);

/// The least order with bessel_tail(x, order) <= tail: x + c x^(1/3) for large x. Requires 0 <= x <= 1e6.
int bessel_order(double x, double tail);

/// (2 - [n = 0]) J_n(x) for n = 0 ... order, and a 0 behind them. Miller's recurrence in 64-bit arithmetic, downward from where J_n
/// is below 1e-24 and normalized by J_0 + 2 J_2 + 2 J_4 + ... = 1.
std::vector<double> bessel_series(double x, int order);

/// Bound on sum_n |error| of bessel_series before the rounding to double: a rounding of 2^-64 at order m reaches order n < m < x
/// as (pi x / 2) (J_n Y_m - Y_n J_m), at most x ((x^2 - n^2) (x^2 - m^2))^(-1/4), and beyond m = x the wanted solution outgrows it.
/// Summed over both, with |J_m| <= ((2/pi) (x^2 - m^2)^(-1/2))^(1/2): 9 x^(3/2) 2^-64, here with room for small x.
double bessel_series_error(int order);

}  // namespace qbatt
