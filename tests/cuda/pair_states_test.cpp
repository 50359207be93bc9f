#include "cuda/pair_states.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "cuda/device_test.hpp"
#include "cuda/evaluate_all.hpp"
#include "cuda/shooting_descriptor.hpp"
#include "oracle/tridiagonal_oracle.hpp"
#include "support/comparisons.hpp"
#include "support/tolerances.hpp"

// The stages of the dense pipeline, on the host, one batch at a time.
namespace qbatt::test {
namespace {

using cuda::PairStates;

class PairStatesTest : public DeviceTest {
protected:
  static constexpr double t = 1.7;  ///< units of 1/a_0

  /// Populations of all systems at time t from one batch of matrices of n levels, [system][n]; reports are left in staging().
  std::vector<double> populations(const std::vector<CentralSpin>& systems, cuda::index n, bool constant_diagonal) {
    std::vector<cuda::SystemDescriptor> descriptors;
    for (const CentralSpin& system : systems) descriptors.push_back(cuda::descriptor_of(chain_of(system)));
    PairStates states(descriptors, {n, n, constant_diagonal}, linear_algebra(), stream());
    states.assemble();
    states.diagonalize();
    states.certify();
    summaries_ = states.summaries();
    states.find_first_peaks(kernels::PeakOf::energy);
    peaks_ = states.peaks();
    evaluate_all(states, systems.size(), std::vector<double>(systems.size(), t), staging());
    return {staging().levels.data(), staging().levels.data() + systems.size() * static_cast<std::size_t>(n)};
  }

  std::vector<cuda::PairSummary> summaries_;
  std::vector<double> peaks_;
};

void expect_populations(std::span<const double> actual, const CentralSpin& system, double rabi_time) {
  const TridiagonalOracle oracle(system);
  const std::vector<double> expected = oracle.populations(rabi_time / system.rabi());
  for (std::size_t k = 0; k < expected.size(); ++k)
    EXPECT_TRUE(within(actual[k], expected[k], tolerance::population)) << describe(system) << ", k = " << k;
}

const std::vector<CentralSpin> detuned_systems{{.n_b = 70, .n_c = 90, .m = 80, .omega_c = 0.3, .ising = -0.4},
                                               {.n_b = 3, .n_c = 8, .m = 5, .omega_c = 2, .ising = 0.7},
                                               {.n_b = 200, .n_c = 64, .m = 64, .ising = 2}};

TEST_F(PairStatesTest, PaddingIsHarmless) {
  for (const cuda::index n : {71, 72, 100}) {
    const std::vector<double> p = populations(detuned_systems, n, false);
    for (std::size_t s = 0; s < detuned_systems.size(); ++s) {
      const auto own = std::span(p).subspan(s * static_cast<std::size_t>(n), static_cast<std::size_t>(detuned_systems[s].dim()));
      expect_populations(own, detuned_systems[s], t);
      EXPECT_TRUE(at_most(summaries_[s].certificate.error_bound(t), 1e-12)) << describe(detuned_systems[s]);
    }
  }
}

TEST_F(PairStatesTest, PaddingChangesNoPeak) {
  populations(detuned_systems, 71, false);
  const std::vector<double> exact = peaks_;
  populations(detuned_systems, 100, false);
  for (std::size_t s = 0; s < detuned_systems.size(); ++s) EXPECT_TRUE(within_relative(peaks_[s], exact[s], tolerance::t_opt));
}

TEST_F(PairStatesTest, RealArithmeticIsEnoughForConstantDiagonals) {
  const std::vector<CentralSpin> systems{CentralSpin::resonant(130, 150), CentralSpin::resonant(9, 4)};
  for (const bool constant_diagonal : {true, false}) {
    const std::vector<double> p = populations(systems, 140, constant_diagonal);
    expect_populations(std::span(p).subspan(0, 131), systems[0], t);
    expect_populations(std::span(p).subspan(140, 5), systems[1], t);
  }
}

/// Certificates of one batch of pairs found in the planned windows, narrowed by a factor, with room for so many.
std::vector<cuda::PairSummary> shoot(const std::vector<CentralSpin>& systems, double narrowed, cuda::index room,
                                     const cuda::LinearAlgebra& linear_algebra, const cuda::Stream& stream) {
  std::vector<cuda::SystemDescriptor> descriptors;
  std::vector<cuda::ShootingDescriptor> shooting;
  cuda::index n = 0;
  for (const CentralSpin& system : systems) {
    descriptors.push_back(cuda::descriptor_of(chain_of(system)));
    shooting.push_back(cuda::plan_shooting(chain_of(system)).descriptor);
    shooting.back().low *= narrowed;
    shooting.back().high *= narrowed;
    n = std::max<cuda::index>(n, system.dim());
  }
  PairStates states(descriptors, {n, room, false}, linear_algebra, stream);
  states.shoot(shooting);
  states.certify();
  return states.summaries();
}

const std::vector<CentralSpin> shot_at{{.n_b = 300, .n_c = 330, .m = 310, .omega_c = 0.3, .ising = -0.4},
                                       CentralSpin::resonant(250, 250),
                                       CentralSpin::resonant(311, 250),
                                       {.n_b = 280, .n_c = 280, .m = 280, .ising = 0.9},
                                       {.n_b = 299, .n_c = 299, .m = 299, .ising = 1.5},
                                       CentralSpin::resonant(1, 5),
                                       CentralSpin::resonant(2, 2)};

TEST_F(PairStatesTest, ShootingFindsThePairsThatMatter) {
  const auto summaries = shoot(shot_at, 1.0, 320, linear_algebra(), stream());
  for (std::size_t s = 0; s < shot_at.size(); ++s) {
    EXPECT_EQ(summaries[s].info, 0);
    EXPECT_TRUE(at_most(summaries[s].certificate.start_defect, 3e-13)) << describe(shot_at[s]);
    EXPECT_TRUE(at_most(summaries[s].certificate.error_bound(t), 1e-11)) << describe(shot_at[s]);
    EXPECT_TRUE(between(static_cast<double>(summaries[s].pairs), 2, static_cast<double>(shot_at[s].dim())));
  }
}

// Half the window, or room for a few: pairs are missing, and the bound says so.
TEST_F(PairStatesTest, MissingPairsShowInTheCertificate) {
  const std::vector<CentralSpin> resonant{CentralSpin::resonant(250, 250), CentralSpin::resonant(311, 250)};
  for (const auto& summaries :
       {shoot(resonant, 0.05, 320, linear_algebra(), stream()), shoot(resonant, 1.0, 16, linear_algebra(), stream())})
    for (const cuda::PairSummary& summary : summaries) EXPECT_GT(summary.certificate.start_defect, 1e-6);
}

TEST_F(PairStatesTest, WhatLeavesTheRangeOfADoubleIsRefused) {
  std::vector<cuda::SystemDescriptor> descriptors{cuda::descriptor_of(chain_of(shot_at[1]))};
  const std::vector<cuda::ShootingDescriptor> shooting{cuda::plan_shooting(chain_of(shot_at[1])).descriptor};
  descriptors[0].model.detuning = std::nan("");
  PairStates states(descriptors, {251, 251, false}, linear_algebra(), stream());
  states.shoot(shooting);
  states.certify();
  EXPECT_NE(states.summaries()[0].info, 0);
}

TEST_F(PairStatesTest, FailedDiagonalizationHasNoPeak) {
  CentralSpin system = CentralSpin::resonant(40, 40);
  std::vector<cuda::SystemDescriptor> descriptors{cuda::descriptor_of(chain_of(system)), cuda::descriptor_of(chain_of(system))};
  descriptors[1].model.detuning = std::nan("");  // what LAPACK refuses
  PairStates states(descriptors, {41, 41, false}, linear_algebra(), stream());
  states.assemble();
  states.diagonalize();
  states.certify();
  states.find_first_peaks(kernels::PeakOf::energy);
  EXPECT_EQ(states.summaries()[0].info, 0);
  EXPECT_NE(states.summaries()[1].info, 0);
  EXPECT_TRUE(std::isfinite(states.peaks()[0]));
  EXPECT_TRUE(std::isnan(states.peaks()[1]));
}

}  // namespace
}  // namespace qbatt::test
