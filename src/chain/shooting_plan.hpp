#pragma once

#include "chain/semiclassical_spectrum.hpp"

namespace qbatt {

/// Where the eigenvalues lie that can carry e_0, by semiclassics, in units of a_0.
struct ShootingWindow {
  double low;  ///< 0 where the diagonal is constant: the spectrum is symmetric
  double high;
};

ShootingWindow shooting_window(const SemiclassicalSpectrum& spectrum);

/// Levels between two rescalings for eigenvalues in a window up to twice as wide.
int shooting_block(const SemiclassicalSpectrum& spectrum, const ShootingWindow& window);

}  // namespace qbatt
