#pragma once

#include <limits>

/// How far a double precision solver may be from the truth, and why. None of these is to be widened to make a test pass.
namespace qbatt::test::tolerance {

/// Energy per cell where the diagonal is constant: the amplitudes are good to 1e-13, the energy to about twice that.
inline constexpr double energy_per_cell_constant_diagonal = 1e-12;

/// Energy per cell elsewhere: eigenvalues that are large against a_0 carry their rounding, times t, into the phases.
inline constexpr double energy_per_cell = 1e-11;

/// t_opt, relative: a root of dE/dt to rounding, whose error is that of dE/dt over the curvature.
inline constexpr double t_opt = 1e-10;

/// Bits: dS/dp = log2(1/p) grows without bound as p -> 0, so the entropy is looser than the populations by that logarithm and the
/// number of levels.
inline constexpr double entropy = 1e-9;

/// Any one population.
inline constexpr double population = 1e-11;

/// Purity, and variances and ergotropies per cell: sums of populations with weights of order 1.
inline constexpr double of_populations = 1e-11;

/// Bits: 2 log2 sum sqrt(p) takes the amplitude errors of all levels, sqrt(d) times the error of the state.
inline constexpr double log_negativity = 1e-9;

/// Identities that hold for the computed numbers themselves, whatever their error: a few roundings of values of order 1.
inline constexpr double identity = 1e-14;

/// What the certificate allows for a population or the energy per cell: |psi|^2 moves by at most 2 eps + eps^2.
inline double allowed_by(double error_bound) {
  return error_bound * (2 + error_bound);
}

/// Rounding of a reference number of order 1 to double, and of the sum that is compared with it: two units in the last place.
inline constexpr double reference_rounding = 2 * std::numeric_limits<double>::epsilon();

}  // namespace qbatt::test::tolerance
