#include <gtest/gtest.h>

#include "qbatt/central_spin.hpp"

namespace qbatt::test {
namespace {

// Small integers and halves only, so that equal is exactly equal: offdiag^2 is compared in integers, and diag is exact.
std::int64_t offdiag_square(const CentralSpin& s, std::int64_t k) {
  const auto m = static_cast<std::int64_t>(s.m);
  return (k + 1) * (s.n_b - k) * (m - k) * (s.n_c - m + k + 1);
}

bool mirrored_by_comparison(const CentralSpin& s) {
  const std::int64_t d = s.dim();
  bool same = true;
  for (std::int64_t k = 0; k + 1 < d; ++k) same = same && offdiag_square(s, k) == offdiag_square(s, d - 2 - k);
  for (std::int64_t k = 0; k < d; ++k) same = same && s.diag(k) == s.diag(d - 1 - k);
  return same;
}

bool constant_by_comparison(const CentralSpin& s) {
  bool same = true;
  for (std::int64_t k = 0; k < s.dim(); ++k) same = same && s.diag(k) == 0;
  return same;
}

template <class Check>
void for_all_small_systems(const Check& check) {
  for (std::int64_t n_b = 1; n_b <= 8; ++n_b) {
    for (std::int64_t n_c = 1; n_c <= 8; ++n_c) {
      for (std::int64_t m = 0; m <= n_c; ++m) {
        for (const double detuning : {0.0, 1.0, -1.0, 2.0, 3.5, -6.0}) {
          for (const double ising : {0.0, 0.5, 1.0, -1.0}) {
            check(CentralSpin{.n_b = n_b,
                              .n_c = n_c,
                              .m = static_cast<double>(m),
                              .omega_b = 8,
                              .omega_c = 8 - detuning,
                              .coupling = -2,
                              .ising = ising});
          }
        }
      }
    }
  }
}

TEST(SymmetryFlags, MirrorSymmetryIsFoundExactly) {
  int mirrored = 0;
  for_all_small_systems([&](const CentralSpin& s) {
    EXPECT_EQ(s.mirror_symmetric(), mirrored_by_comparison(s)) << describe(s);
    mirrored += s.mirror_symmetric() ? 1 : 0;
  });
  EXPECT_GT(mirrored, 500);
}

// With two levels a detuning may cancel the Ising term; the flag, which speaks of the parameters, need not see that.
TEST(SymmetryFlags, ConstantDiagonalIsFoundExactly) {
  int constant = 0;
  for_all_small_systems([&](const CentralSpin& s) {
    if (s.constant_diagonal() || s.dim() != 2) EXPECT_EQ(s.constant_diagonal(), constant_by_comparison(s)) << describe(s);
    if (s.omega_b == s.omega_c && s.ising == 0) EXPECT_TRUE(s.constant_diagonal()) << describe(s);
    constant += s.constant_diagonal() ? 1 : 0;
  });
  EXPECT_GT(constant, 300);
}

TEST(SymmetryFlags, HoldAtTheLargestSizes) {
  constexpr std::int64_t n = CentralSpin::max_spins;
  EXPECT_TRUE(CentralSpin::resonant(n, n).mirror_symmetric());
  EXPECT_FALSE(CentralSpin::resonant(n, n - 1).mirror_symmetric());
  EXPECT_TRUE((CentralSpin{.n_b = n - 2, .n_c = n, .m = static_cast<double>(n - 1)}.mirror_symmetric()));
  EXPECT_FALSE((CentralSpin{.n_b = n - 2, .n_c = n, .m = static_cast<double>(n - 2)}.mirror_symmetric()));
}

}  // namespace
}  // namespace qbatt::test
