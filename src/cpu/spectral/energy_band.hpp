#pragma once

#include <span>
#include <vector>

#include "cpu/spectral/energy_form.hpp"

namespace qbatt::cpu {

/// The energy from a band of its matrix. In the order of the eigenvalues, <j| k |j'> is the Fourier coefficient of number j - j' of
/// the classical motion between its turning points, and falls off exponentially away from the diagonal. So of n^2 entries n times
/// the width of a band are summed over the chain, in a width that is doubled until nothing noticeable is at its edge and little can
/// be beyond it.
struct EnergyBand {
  std::vector<OwnedForm> forms;  ///< their sum is the energy less its middle value; empty where no narrow band holds it
  double energy_error = 0;       ///< bounds on what the entries beyond the band may do to the energy and its slope
  double slope_error = 0;
};

/// `kept`: which of the eigenpairs are to be represented.
EnergyBand sum_energy_band(const SpectralChain& chain, const Eigenpairs& eigenpairs, std::span<const std::size_t> kept,
                           const Workers& workers);

}  // namespace qbatt::cpu
