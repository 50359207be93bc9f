#include <algorithm>
#include <cstdint>
#include <vector>

#include "figures/figures.hpp"

namespace qbatt::figures {

Figure plane(Calculation& calculation) {
  constexpr std::int64_t largest = 200;
  std::vector<CentralSpin> systems;
  for (std::int64_t n_b = 1; n_b <= largest; ++n_b)
    for (std::int64_t n_c = 1; n_c <= largest; ++n_c) systems.push_back(CentralSpin::resonant(n_b, n_c));
  FigureTable table{"plane", {"n_b", "n_c", "energy_per_cell_opt", "t_opt", "entropy_opt"}, {}};
  for (const Row& row : calculation.optima(systems)) {
    table.rows.push_back({static_cast<double>(row.system.n_b), static_cast<double>(row.system.n_c),
                          row.at_optimum[Observable::energy_per_cell], row.t_opt, row.at_optimum[Observable::entropy]});
  }
  return {.name = "plane",
          .tables = {std::move(table)},
          .panels = {R"plot(
set border 15 front
set tics scale 0.3
set xrange [0.5:200.5]
set yrange [0.5:200.5]
set cbrange [0:1]
set xtics (1,50,100,150,200)
set ytics (1,50,100,150,200)
set tics out nomirror
set cbtics out nomirror
set colorbox user origin graph 1.03,graph 0 size character 1.5,graph 1
set xlabel "battery spins ".N_b offset 0,0.8
set ylabel "charger spins ".N_c
set cblabel "energy per cell ".E_cell
plot $plane using 1:2:3 with image
)plot"},
          .panel_shape = 1,
          .right_margin = 60};
}

}  // namespace qbatt::figures
