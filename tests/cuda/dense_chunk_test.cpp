#include "kernels/cuda/dense_chunk.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "model/units.hpp"
#include "oracle/tridiagonal_oracle.hpp"
#include "support/comparisons.hpp"
#include "support/tolerances.hpp"

// The stages of the dense pipeline, on the host, one chunk at a time.
namespace qbatt::test {
namespace {

using cuda::DenseChunk;

class DenseChunkTest : public testing::Test {
protected:
  static constexpr double t = 1.7;  ///< units of 1/a_0

  /// Populations of all systems at time t from one chunk of matrices of n levels, [system][n]; reports are left in staging_.
  std::vector<double> populations(const std::vector<CentralSpin>& systems, cuda::index n, bool constant_diagonal) {
    std::vector<cuda::SystemDescriptor> descriptors;
    for (const CentralSpin& system : systems) {
      descriptors.push_back({model_in_rabi_units(system), system.dim()});
    }
    DenseChunk chunk(descriptors, n, constant_diagonal, linear_algebra_, stream_);
    chunk.assemble();
    chunk.diagonalize();
    chunk.certify();
    summaries_ = chunk.summaries();
    chunk.find_first_peaks();
    peaks_ = chunk.peaks();
    chunk.evaluate(std::vector<double>(systems.size(), t), 1, Detail::observables, true, staging_);
    return {staging_.populations.data(), staging_.populations.data() + systems.size() * static_cast<std::size_t>(n)};
  }

  cuda::Stream stream_;
  cuda::LinearAlgebra linear_algebra_{DenseRoutine::syevj, stream_};
  DenseChunk::Staging staging_;
  std::vector<cuda::PairSummary> summaries_;
  std::vector<double> peaks_;
};

void expect_populations(std::span<const double> actual, const CentralSpin& system, double rabi_time) {
  const TridiagonalOracle oracle(system);
  const std::vector<double> expected = oracle.populations(rabi_time / system.rabi());
  for (std::size_t k = 0; k < expected.size(); ++k) {
    EXPECT_TRUE(within(actual[k], expected[k], tolerance::population)) << describe(system) << ", k = " << k;
  }
}

const std::vector<CentralSpin> detuned{{.n_b = 70, .n_c = 90, .m = 80, .omega_c = 0.3, .ising = -0.4},
                                       {.n_b = 3, .n_c = 8, .m = 5, .omega_c = 2, .ising = 0.7},
                                       {.n_b = 200, .n_c = 64, .m = 64, .ising = 2}};

TEST_F(DenseChunkTest, PaddingIsHarmless) {
  for (const cuda::index n : {71, 72, 100}) {
    const std::vector<double> p = populations(detuned, n, false);
    for (std::size_t s = 0; s < detuned.size(); ++s) {
      const auto own = std::span(p).subspan(s * static_cast<std::size_t>(n), static_cast<std::size_t>(detuned[s].dim()));
      expect_populations(own, detuned[s], t);
      EXPECT_TRUE(at_most(summaries_[s].certificate.error_bound(t), 1e-12)) << describe(detuned[s]);
    }
  }
}

TEST_F(DenseChunkTest, PaddingChangesNoPeak) {
  populations(detuned, 71, false);
  const std::vector<double> exact = peaks_;
  populations(detuned, 100, false);
  for (std::size_t s = 0; s < detuned.size(); ++s) {
    EXPECT_TRUE(within_relative(peaks_[s], exact[s], tolerance::t_opt));
  }
}

TEST_F(DenseChunkTest, RealArithmeticIsEnoughForConstantDiagonals) {
  const std::vector<CentralSpin> systems{CentralSpin::resonant(130, 150), CentralSpin::resonant(9, 4)};
  for (const bool constant_diagonal : {true, false}) {
    const std::vector<double> p = populations(systems, 140, constant_diagonal);
    expect_populations(std::span(p).subspan(0, 131), systems[0], t);
    expect_populations(std::span(p).subspan(140, 5), systems[1], t);
  }
}

TEST_F(DenseChunkTest, FailedDiagonalizationHasNoPeak) {
  CentralSpin system = CentralSpin::resonant(40, 40);
  std::vector<cuda::SystemDescriptor> descriptors{{model_in_rabi_units(system), system.dim()},
                                                  {model_in_rabi_units(system), system.dim()}};
  descriptors[1].model.detuning = std::nan("");  // what LAPACK refuses
  DenseChunk chunk(descriptors, 41, false, linear_algebra_, stream_);
  chunk.assemble();
  chunk.diagonalize();
  chunk.certify();
  chunk.find_first_peaks();
  EXPECT_EQ(chunk.summaries()[0].info, 0);
  EXPECT_NE(chunk.summaries()[1].info, 0);
  EXPECT_TRUE(std::isfinite(chunk.peaks()[0]));
  EXPECT_TRUE(std::isnan(chunk.peaks()[1]));
}

}  // namespace
}  // namespace qbatt::test
