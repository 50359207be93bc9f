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
  return {.name = "plane", .width = 760, .height = 620, .tables = {std::move(table)}, .script = R"plot(
set size square
unset grid
unset key
set border 15 front
set xrange [0.5:200.5]
set yrange [0.5:200.5]
set cbrange [0:1]
set tics out
set xlabel "battery spins N_b"
set ylabel "charger spins N_c"
set cblabel "energy per cell at the first peak (ω_b)"
plot $plane using 1:2:3 with image
)plot"};
}

}  // namespace qbatt::figures
