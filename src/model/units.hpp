#pragma once

#include "kernels/model.hpp"
#include "qbatt/central_spin.hpp"

namespace qbatt {

/// The kernels' view of a system in units of a_0 = offdiag(0), in which every spectrum is computed. Requires A != 0 and m > 0.
kernels::CentralSpinModel model_in_rabi_units(const CentralSpin& system);

}  // namespace qbatt
