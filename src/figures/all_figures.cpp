#include <array>

#include "figures/figures.hpp"

namespace qbatt::figures {

std::vector<Figure> all_figures(Calculation& calculation) {
  constexpr std::array makers{two_cells,       two_chargers, charger_size,  charger_ratio, large_batteries,     equal_sizes,
                              charging_curves, plane,        charging_time, power_laws,    collective_charging, protocol};
  std::vector<Figure> figures;
  figures.reserve(makers.size());
  for (const auto make : makers) figures.push_back(make(calculation));
  return figures;
}

}  // namespace qbatt::figures
