#include "kernels/segment.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "model/level_chain.hpp"
#include "support/comparisons.hpp"
#include "support/random_systems.hpp"

namespace qbatt::test {
namespace {

using kernels::index;

/// A chain with its coefficients.
class OwnedChain {
public:
  OwnedChain(const CentralSpin& system, bool folded, int block)
      : levels_(folded ? (system.dim() + 1) / 2 : system.dim()),
        storage_(static_cast<std::size_t>(levels_) * kernels::Coefficients::arrays),
        view_{{chain_of(system).model, system.dim(), levels_, folded, system.constant_diagonal()},
              kernels::Coefficients::in(storage_.data(), 0, levels_),
              block} {
    for (index k = 0; k < levels_; ++k)
      kernels::LevelCoefficients<double>::at(view_.chain, static_cast<double>(k)).store_in(view_.coefficients, k);
  }

  [[nodiscard]] const kernels::ShootingChain& view() const { return view_; }

private:
  index levels_;
  std::vector<double> storage_;
  kernels::ShootingChain view_;
};

/// || a - b || / || b ||, both in the scale of b.
double distance(const kernels::ScaledPair& a, const kernels::Shot<double>& b) {
  const double factor = std::ldexp(1.0, static_cast<int>(a.scale - b.scale));
  return std::hypot(factor * a.vector.here - b.vector.here, factor * a.vector.behind - b.vector.behind) /
         std::hypot(b.vector.here, b.vector.behind);
}

constexpr int block = 16;

/// Through the whole chain, `length` levels at a time, by transfers.
kernels::ScaledPair by_transfers_upward(const kernels::ShootingChain& c, index end, index length, double lambda) {
  kernels::ScaledPair pair{kernels::Shot<double>::at_bottom().vector, 0.0};
  for (index first = 0; first < end; first += length)
    pair = kernels::transfer<kernels::Way::up>(c, first, std::min(end, first + length), lambda).apply(pair);
  return pair;
}

kernels::ScaledPair by_transfers_downward(const kernels::ShootingChain& c, index first, index length, double lambda,
                                          double parity) {
  kernels::ScaledPair pair{kernels::shot_at_top(c, lambda, parity).vector, 0.0};
  for (index end = c.levels(); end > first; end -= length)
    pair = kernels::transfer<kernels::Way::down>(c, std::max(first, end - length), end, lambda).apply(pair);
  return pair;
}

/// Shots and products of transfers take the same way: their rounding is amplified alike, by the length of the chain at most, where
/// neither has to follow a solution that dies out.
TEST(Segment, TransfersArriveWhereShotsArrive) {
  constexpr double rounding = 1e-11;
  Random random(5);
  for (const CentralSpin& system : random_systems(17, 40, 400)) {
    const OwnedChain owned(system, system.mirror_symmetric() && system.dim() >= 3, block);
    const kernels::ShootingChain& c = owned.view();
    for (const double lambda : {0.3, random.uniform(-3.0, 3.0), random.uniform(-40.0, 40.0)}) {
      const index bond = std::min(kernels::deepest_bond(c, lambda), c.levels() - 2);
      for (const double parity : {1.0, -1.0}) {
        const auto up = kernels::shoot_through<kernels::Way::up>(c, 0, bond + 1, lambda, kernels::Shot<double>::at_bottom(),
                                                                 kernels::VisitNothing{});
        const auto down = kernels::shoot_through<kernels::Way::down>(
            c, bond + 1, c.levels(), lambda, kernels::shot_at_top(c, lambda, parity), kernels::VisitNothing{});
        for (const index length : {1, 7, 64, 1000}) {
          EXPECT_TRUE(at_most(distance(by_transfers_upward(c, bond + 1, length, lambda), up), rounding)) << describe(system);
          EXPECT_TRUE(at_most(distance(by_transfers_downward(c, bond + 1, length, lambda, parity), down), rounding))
              << describe(system);
        }
      }
    }
  }
}

TEST(Segment, GatheredShotsCountAndSumAsOneShotDoes) {
  Random random(6);
  for (const CentralSpin& system : random_systems(18, 40, 400)) {
    const OwnedChain owned(system, false, block);
    const kernels::ShootingChain& c = owned.view();
    const double lambda = random.uniform(-4.0, 4.0);
    const auto whole = kernels::shoot_through<kernels::Way::up>(c, 0, c.levels(), lambda, kernels::Shot<double>::at_bottom(),
                                                                kernels::VisitNothing{});
    const auto expected = kernels::SegmentShot::of(whole);
    for (const index length : {1, 7, 64, 1000}) {
      kernels::GatheredShots gathered;
      kernels::Shot<double> shot = kernels::Shot<double>::at_bottom();
      for (index first = 0; first < c.levels(); first += length) {
        const kernels::ScaledPair start{shot.vector, shot.scale};
        shot = kernels::shoot_through<kernels::Way::up>(c, first, std::min(c.levels(), first + length), lambda, start.shot(),
                                                        kernels::VisitNothing{});
        gathered.add(kernels::SegmentShot::of(shot), start.vector.here);
      }
      EXPECT_EQ(gathered.changes, expected.changes) << describe(system);
      EXPECT_TRUE(within_relative(std::ldexp(gathered.norm, static_cast<int>(2 * (gathered.last.scale - expected.scale))),
                                  expected.norm, 1e-12))
          << describe(system);
    }
  }
}

TEST(Segment, LargeValuesAreScaledBack) {
  kernels::SegmentTransfer t;
  t.from_here = {std::ldexp(1.0, 250), 0.0};
  t.rescale();
  EXPECT_EQ(t.from_here.here, std::ldexp(1.0, 50));
  EXPECT_EQ(t.scale, 200.0);
  const kernels::ScaledPair p = t.apply({{std::ldexp(1.0, 180), 0.0}, 400.0});
  EXPECT_EQ(p.vector.here, std::ldexp(1.0, 30));
  EXPECT_EQ(p.scale, 800.0);
}

}  // namespace
}  // namespace qbatt::test
