// What becomes of the energy against the size of the charger where another peak than the first is taken, or none.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "figures/figures.hpp"
#include "io/plot_symbols.hpp"

namespace qbatt::figures {

Figure windows(Calculation& calculation) {
  constexpr std::int64_t n_b = 50;
  constexpr double step = 0.02, last = 0.2;  // 1/A; the first peaks are at 0.11 and less
  std::vector<CentralSpin> systems;
  for (std::int64_t n_c = n_b; n_c <= 2 * n_b; ++n_c) systems.push_back(CentralSpin::resonant(n_b, n_c));
  const std::vector<Row> first = calculation.optima(systems);
  const std::vector<Row> global = calculation.optima(systems, OptimumRule::global, 300);
  const Table grid = calculation.curves(systems, 0, last, static_cast<std::int64_t>(last / step + 1.5), TimeUnit::absolute);
  FigureTable table{
      "windows", {"n_b", "n_c", "first_peak", "t_first_peak", "largest_in_window", "t_largest", "largest_on_grid"}, {}};
  for (std::size_t i = 0; i < systems.size(); ++i) {
    double on_grid = 0;
    for (std::size_t k = 0; k < grid.series[i].t.size(); ++k)
      on_grid = std::max(on_grid, grid.series[i].values[k][Observable::energy_per_cell]);
    table.rows.push_back({static_cast<double>(n_b), static_cast<double>(systems[i].n_c),
                          first[i].at_optimum[Observable::energy_per_cell], first[i].t_opt,
                          global[i].at_optimum[Observable::energy_per_cell], global[i].t_opt, on_grid});
  }
  return {.name = "windows",
          .tables = {std::move(table)},
          .panels = {R"plot(
set xrange [1:2]
set xtics 0.2
set yrange [0.8:1]
set ytics 0.05
set xlabel "charger spins per battery spin ".N_c."/".N_b." (".N_b." = 50)"
set ylabel "energy per cell ".E_cell
plot $windows using ($2/$1):3 with lines lt 1, $windows using ($2/$1):5 with linespoints lt 2 ps 0.5*mark, \
     $windows using ($2/$1):7 with linespoints lt 3 ps 0.5*mark
)plot"},
          .key = {{.title = "first peak", .line = "lt 1"},
                  {.title = "300 transits", .line = "lt 2", .mark = "lt 2 ps 0.5*mark"},
                  {.title = "grid of 0.02/" + symbol_of("coupling"), .line = "lt 3", .mark = "lt 3 ps 0.5*mark"}}};
}

}  // namespace qbatt::figures
