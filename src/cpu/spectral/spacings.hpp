#pragma once

#include <vector>

#include "cpu/spectral/eigenpairs.hpp"

namespace qbatt::cpu {

/// Of each pair held, the distance from its eigenvalue to the next one among all pairs represented whose vectors share its
/// symmetry: on folded chains those of the other parity are orthogonal to it, whatever their quality. Infinite where there is no
/// other.
std::vector<double> spacings(const kernels::Chain& chain, const Eigenpairs& pairs);

}  // namespace qbatt::cpu
