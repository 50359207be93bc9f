#include "kernels/chebyshev_tile.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <barrier>
#include <complex>
#include <thread>
#include <vector>

#include "cuda/random_expansion.hpp"
#include "kernels/cuda/chebyshev_plan.hpp"
#include "kernels/cuda/solo_team.hpp"
#include "support/comparisons.hpp"
#include "support/random_systems.hpp"

// One expansion by tiles of any size, by one thread and by teams of threads that exchange what lies at their ends.
namespace qbatt::test {
namespace {

using cuda::index;
using kernels::ChebyshevExpansion;
using kernels::ChebyshevKind;

/// What the threads of a team share on the host.
template <int threads>
struct Meeting {
  std::barrier<> barrier{threads};
  std::array<std::array<double, 2>, threads> lowest{};
  std::array<std::array<double, 2>, threads> highest{};
};

/// A team of threads of the host: slow, but each holds its own levels alone, as on a GPU.
template <int threads>
class HostTeam {
public:
  static constexpr int size = threads;
  HostTeam(Meeting<threads>& meeting, int rank) : meeting_(meeting), rank_(rank) {}

  [[nodiscard]] int rank() const { return rank_; }

  template <int vectors>
  void exchange(const double (&lowest)[vectors], const double (&highest)[vectors], double (&below)[vectors],
                double (&above)[vectors]) {
    const auto r = static_cast<std::size_t>(rank_);
    std::copy_n(lowest, vectors, meeting_.lowest[r].begin());
    std::copy_n(highest, vectors, meeting_.highest[r].begin());
    meeting_.barrier.arrive_and_wait();
    for (std::size_t v = 0; v < vectors; ++v) {
      below[v] = r == 0 ? 0.0 : meeting_.highest[r - 1][v];
      above[v] = r + 1 == threads ? 0.0 : meeting_.lowest[r + 1][v];
    }
    meeting_.barrier.arrive_and_wait();
  }

private:
  Meeting<threads>& meeting_;
  int rank_;
};

constexpr int targets = 3;

/// Sums of all targets, [target][part][level].
using Sums = std::array<std::array<std::vector<double>, 2>, targets>;

template <ChebyshevKind kind, int own, bool whole, class Team>
void run_tile(const ChebyshevExpansion& e, index first, const kernels::ChebyshevPass& pass, Team& team) {
  kernels::ChebyshevTile<kind, own, targets, whole, Team>(e, first, team).run(pass);
}

/// By teams of so many threads with `own` levels each; chains longer than that in several tiles and passes.
template <ChebyshevKind kind, int threads, int own, bool whole>
Sums run_by_teams(const RandomExpansion& random) {
  const cuda::ChebyshevClass c{threads, own, targets};
  Sums sums;
  std::vector<double> work(static_cast<std::size_t>(8 * random.levels), 0.0);
  ChebyshevExpansion e{.levels = random.levels,
                       .support = random.support,
                       .center = random.center,
                       .scale = random.scale,
                       .diag = random.diag.data(),
                       .offdiag = random.offdiag.data(),
                       .start_re = random.start_re.data(),
                       .start_im = random.start_im.data(),
                       .work = work.data(),
                       .orders = random.orders,
                       .factors = random.factors.data(),
                       .target = {}};
  for (std::size_t o = 0; o < targets; ++o) {
    for (auto& part : sums[o]) part.assign(static_cast<std::size_t>(random.levels), 0.0);
    e.target[o] = {.re = sums[o][0].data(), .im = sums[o][1].data()};
  }
  const index tiles = whole ? 1 : cuda::tile_count(c, e.levels);
  const int passes = whole ? 1 : cuda::pass_count(c, e.levels, e.orders);
  for (int number = 0; number < passes; ++number) {
    const kernels::ChebyshevPass pass = cuda::chebyshev_pass(c.capacity(), c.margin(), e.levels, e.orders, number);
    for (index tile = tiles; tile-- > 0;) {
      const index first = cuda::tile_begin(c, e.levels, tile);
      if constexpr (threads == 1) {
        cuda::SoloTeam team;
        run_tile<kind, own, whole>(e, first, pass, team);
      } else {
        Meeting<threads> meeting;
        std::vector<std::jthread> crew;
        for (int rank = 0; rank < threads; ++rank) {
          crew.emplace_back([&, rank] {
            HostTeam<threads> team(meeting, rank);
            run_tile<kind, own, whole>(e, first, pass, team);
          });
        }
      }
    }
  }
  return sums;
}

/// By the definition: sum_n a_n (-i)^n T_n(X) psi, or, turned by i^k, the same of the real phi.
template <ChebyshevKind kind>
Sums by_definition(const RandomExpansion& e) {
  using Complex = std::complex<double>;
  using Vector = std::vector<Complex>;
  constexpr bool rotation = kind == ChebyshevKind::rotation;
  const auto size = static_cast<std::size_t>(e.levels);
  const auto turn = [](std::size_t k) { return std::array<Complex, 4>{1.0, Complex(0, 1), -1.0, Complex(0, -1)}[k % 4]; };
  const auto twice_x = [&](const Vector& v) {
    Vector w(size);
    for (std::size_t k = 0; k < size; ++k) {
      w[k] = rotation ? 0.0 : (e.diag[k] - e.center) * e.scale * v[k];
      w[k] += k > 0 ? e.offdiag[k - 1] * e.scale * v[k - 1] : 0.0;
      w[k] += k + 1 < size ? e.offdiag[k] * e.scale * v[k + 1] : 0.0;
    }
    return w;
  };
  Vector here(size), previous(size);
  for (std::size_t k = 0; k < static_cast<std::size_t>(e.support); ++k) {
    here[k] = Complex(e.start_re[k], kind == ChebyshevKind::complex_start ? e.start_im[k] : 0.0);
    here[k] *= rotation ? std::conj(turn(k)) : 1.0;  // psi_k = (-i)^k phi_k
  }
  std::array<Vector, targets> sums;
  sums.fill(Vector(size));
  for (std::size_t n = 0; n < static_cast<std::size_t>(e.orders); ++n) {
    for (std::size_t o = 0; o < targets; ++o)
      for (std::size_t k = 0; k < size; ++k) sums[o][k] += e.factors[n * targets + o] * std::conj(turn(n)) * here[k];
    Vector next = twice_x(here);
    for (std::size_t k = 0; k < size; ++k) next[k] = n == 0 ? 0.5 * next[k] : next[k] - previous[k];
    previous = here;
    here = next;
  }
  Sums result;
  for (std::size_t o = 0; o < targets; ++o) {
    for (std::size_t k = 0; k < size; ++k) {
      const Complex value = rotation ? sums[o][k] * turn(k) : sums[o][k];
      result[o][0].push_back(value.real());
      result[o][1].push_back(rotation ? 0.0 : value.imag());
    }
  }
  return result;
}

void expect_same_bits(const Sums& actual, const Sums& expected) {
  for (std::size_t o = 0; o < targets; ++o) {
    for (std::size_t part = 0; part < 2; ++part)
      for (std::size_t k = 0; k < expected[o][part].size(); ++k)
        ASSERT_TRUE(same_bits(actual[o][part][k], expected[o][part][k])) << "target " << o << ", level " << k;
  }
}

void expect_within(const Sums& actual, const Sums& expected, double tolerance) {
  for (std::size_t o = 0; o < targets; ++o) {
    for (std::size_t part = 0; part < 2; ++part)
      for (std::size_t k = 0; k < expected[o][part].size(); ++k)
        ASSERT_TRUE(within(actual[o][part][k], expected[o][part][k], tolerance)) << "target " << o << ", level " << k;
  }
}

template <ChebyshevKind kind>
void check_kind() {
  constexpr double rounding = 1e-11;  // some thousand roundings of sums of 60 terms of size 1
  Random random(97);
  for (const index levels : {1, 2, 3, 31, 64, 100, 127}) {
    for (const int orders : {2, 4, 38, 60}) {
      SCOPED_TRACE(testing::Message() << levels << " levels, " << orders << " orders");
      const RandomExpansion e(random, kind, levels, orders, targets);
      const Sums one_tile = run_by_teams<kind, 1, 128, true>(e);
      expect_within(one_tile, by_definition<kind>(e), rounding);
      expect_same_bits(run_by_teams<kind, 1, 128, false>(e), one_tile);
      expect_same_bits(run_by_teams<kind, 1, 32, false>(e), one_tile);
      expect_same_bits(run_by_teams<kind, 1, 64, false>(e), one_tile);
    }
  }
  const RandomExpansion e(random, kind, 100, 38, targets);
  const Sums one_tile = run_by_teams<kind, 1, 128, true>(e);
  expect_same_bits(run_by_teams<kind, 4, 32, true>(e), one_tile);
  expect_same_bits(run_by_teams<kind, 4, 8, false>(e), one_tile);
}

TEST(ChebyshevTile, SumsTheSeriesOfARotationWhateverTheTile) {
  check_kind<ChebyshevKind::rotation>();
}

TEST(ChebyshevTile, SumsTheSeriesFromARealStartWhateverTheTile) {
  check_kind<ChebyshevKind::real_start>();
}

TEST(ChebyshevTile, SumsTheSeriesFromAComplexStartWhateverTheTile) {
  check_kind<ChebyshevKind::complex_start>();
}

}  // namespace
}  // namespace qbatt::test
