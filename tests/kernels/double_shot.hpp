#pragma once

#include <vector>

#include "kernels/match.hpp"
#include "kernels/shooting.hpp"

namespace qbatt::test {

/// Matched shooting with `double` as the lane, without blocks or groups: the plain version that the packs are held against.
class DoubleShot {
public:
  explicit DoubleShot(const kernels::Chain& c)
      : chain_(c),
        storage_(static_cast<std::size_t>(c.levels) * kernels::Coefficients::arrays),
        coefficients_(kernels::Coefficients::in(storage_.data(), 0, c.levels)) {
    for (kernels::index k = 0; k < c.levels; ++k)
      kernels::LevelCoefficients<double>::at(chain_, static_cast<double>(k)).store_in(coefficients_, k);
  }

  [[nodiscard]] kernels::BondValues shoot(double lambda, double parity, kernels::index bond) const {
    auto up = kernels::Shot<double>::at_bottom();
    kernels::shoot<kernels::Way::up, true>(coefficients_, bond + 1, lambda, up);
    const kernels::index top = chain_.levels - 1;
    auto down = kernels::Shot<double>::at_top(chain_, coefficients_.from(top), lambda, parity);
    kernels::shoot<kernels::Way::down, true>(coefficients_.from(bond + 1), top - bond, lambda, down);
    return {.up_here = up.vector.here,
            .up_behind = up.vector.behind,
            .up_norm = up.total_norm(),
            .up_bound = up.total_bound(),
            .up_changes = up.changes - kernels::sign_change(up.vector.behind, up.vector.here),
            .up_scale = 0,
            .down_here = down.vector.here,
            .down_behind = down.vector.behind,
            .down_norm = down.total_norm(),
            .down_bound = down.total_bound(),
            .down_changes = down.changes - kernels::sign_change(down.vector.behind, down.vector.here),
            .down_scale = 0};
  }

  [[nodiscard]] kernels::Match match(double lambda, double parity, kernels::index bond) const {
    return kernels::match(shoot(lambda, parity, bond), coefficients_.offdiag[bond]);
  }

private:
  kernels::Chain chain_;
  std::vector<double> storage_;
  kernels::Coefficients coefficients_;
};

}  // namespace qbatt::test
