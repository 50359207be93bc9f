#include <algorithm>
#include <array>
#include <string_view>

#include "figures/figures.hpp"

namespace qbatt::figures {

namespace {

struct FigureMaker {
  std::string_view name;
  Figure (*make)(Calculation&);
};

constexpr std::array makers{
    FigureMaker{"fig2", two_on_a_side},
    FigureMaker{"fig3", two_on_a_side},
    FigureMaker{"fig4a", charger_size},
    FigureMaker{"fig4b", charger_ratio},
    FigureMaker{"fig4c", large_batteries},
    FigureMaker{"fig5", equal_sizes},
    FigureMaker{"charging_curves", charging_curves},
    FigureMaker{"filling", filling},
    FigureMaker{"best_filling", best_filling},
    FigureMaker{"windows", windows},
    FigureMaker{"plane", plane},
    FigureMaker{"charging_time", charging_time},
    FigureMaker{"power", power_laws},
    FigureMaker{"collective", collective_charging},
    FigureMaker{"protocol", protocol},
    FigureMaker{"polarization", polarization},
    FigureMaker{"boson", boson},
};

constexpr auto names = [] {
  std::array<std::string_view, makers.size()> list;
  std::ranges::transform(makers, list.begin(), &FigureMaker::name);
  return list;
}();

}  // namespace

std::span<const std::string_view> figure_names() {
  return names;
}

std::vector<Figure> make_figures(Calculation& calculation, std::span<const std::string_view> wanted) {
  std::vector<Figure (*)(Calculation&)> made;
  std::vector<Figure> figures;
  for (const FigureMaker& maker : makers) {
    const bool is_wanted = std::ranges::find(wanted, maker.name) != wanted.end();
    if (!is_wanted || std::ranges::find(made, maker.make) != made.end()) continue;
    made.push_back(maker.make);
    figures.push_back(maker.make(calculation));
  }
  return figures;
}

}  // namespace qbatt::figures
