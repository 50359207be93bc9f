#include "chain/chebyshev_levels.hpp"

#include <algorithm>

#include "kernels/certificate.hpp"

namespace qbatt {

void ChebyshevLevels::extend(kernels::index count) {
  for (auto k = static_cast<kernels::index>(diag_.size()); k < count; ++k) {
    const auto level = static_cast<double>(k);
    const double d = kernels::diag(chain_.model, level);
    const double above = k + 1 < dim() ? kernels::offdiag(chain_.model, level) : 0.0;
    const double below = k > 0 ? offdiag_.back() : 0.0;
    const double size = below + above + kernels::diag_size(chain_.model, level);
    const bool first = k == 0;
    lowest_.push_back(first ? d - above : std::min(lowest_.back(), d - (below + above)));
    highest_.push_back(first ? d + above : std::max(highest_.back(), d + (below + above)));
    size_.push_back(first ? size : std::max(size_.back(), size));
    offdiag_.push_back(above);
    diag_.push_back(d);
  }
}

SpectralRange ChebyshevLevels::range(kernels::index count) const {
  const auto last = static_cast<std::size_t>(count) - 1;
  const double low = lowest_[last];
  const double high = highest_[last];
  const double size = size_[last];
  return {.center = constant_diagonal() ? 0.0 : 0.5 * low + 0.5 * high,
          .half_width = (0.5 * high - 0.5 * low) + 16.0 * kernels::unit_roundoff * size,
          .size = size};
}

}  // namespace qbatt
