// As many chargers as cells.

#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "figures/figures.hpp"

namespace qbatt::figures {
namespace {

constexpr std::int64_t every_size_to = 2000;

std::vector<double> charging_time_row(const Row& row) {
  const auto n = static_cast<double>(row.system.n_b);
  return {n, row.t_opt, n * row.t_opt - std::log(n), row.at_optimum[Observable::energy_per_cell], row.error_bound};
}

}  // namespace

Figure equal_sizes(Calculation& calculation) {
  FigureTable table{"fig5", {"n_b", "t_opt", "energy_per_cell_opt", "entropy_opt", "entropy_per_cell"}, {}};
  for (const Row& row : calculation.equal_sizes(every_size_to)) {
    const auto n = static_cast<double>(row.system.n_b);
    const double entropy = row.at_optimum[Observable::entropy];
    table.rows.push_back({n, row.t_opt, row.at_optimum[Observable::energy_per_cell], entropy, entropy / n});
  }
  return {.name = "fig5", .width = 1160, .height = 500, .tables = {std::move(table)}, .script = R"plot(
set logscale x
set xrange [1:2000]
set format x "%g"
set xlabel "battery and charger spins N_b = N_c = N"
set multiplot layout 1,2 margins 0.1,0.965,0.19,0.95 spacing 0.13
unset key
set yrange [0.95:1.002]
set ylabel "energy per cell at the first peak (ω_b)"
set label 1 "minimum at N = 7" at 7,0.9523 center tc rgb "#555555"
plot $fig5 using 1:3 with linespoints lt 1 pt 7 ps 0.35 lw 1.5
unset label 1
set yrange [-0.004:*]
set ylabel "entropy per cell at the first peak (bits)"
plot $fig5 using 1:5 with linespoints lt 2 pt 7 ps 0.35 lw 1.5
)plot"};
}

Figure charging_curves(Calculation& calculation) {
  constexpr std::int64_t times = 401;
  constexpr std::array<std::int64_t, 5> sizes{2, 7, 50, 300, 2000};
  std::vector<CentralSpin> systems;
  systems.reserve(sizes.size());
  for (const std::int64_t n : sizes) systems.push_back(CentralSpin::resonant(n, n));
  const Table solved = calculation.curves(systems, 0, 3, times);
  FigureTable table{"charging_curves", {"n_b", "t", "t_over_t_opt", "energy_per_cell", "entropy"}, {}};
  for (std::size_t s = 0; s < systems.size(); ++s) {
    const Series& series = solved.series[s];
    for (std::size_t i = 0; i < series.t.size(); ++i) {
      table.rows.push_back({static_cast<double>(systems[s].n_b), series.t[i], series.t[i] / solved.rows[s].t_opt,
                            series.values[i][Observable::energy_per_cell], series.values[i][Observable::entropy]});
    }
  }
  return {.name = "charging_curves", .width = 1160, .height = 500, .tables = {std::move(table)}, .script = R"plot(
sizes = "2 7 50 300 2000"
set multiplot layout 1,2 margins 0.1,0.965,0.19,0.84 spacing 0.13
set key at screen 0.5,0.97 center top maxrows 1 samplen 2
set xrange [0:3]
set xlabel "time / time of the first peak t/t_1 (N_b = N_c = N)"
set yrange [0:1.02]
set ylabel "energy per cell (ω_b)"
plot for [i=1:words(sizes)] $charging_curves using ($1 == int(word(sizes, i)) ? $3 : NaN):4 with lines lt i lw 2 \
  title "N = ".word(sizes, i)
unset key
set yrange [0:*]
set ylabel "entanglement entropy (bits)"
plot for [i=1:words(sizes)] $charging_curves using ($1 == int(word(sizes, i)) ? $3 : NaN):5 with lines lt i lw 2
)plot"};
}

Figure charging_time(Calculation& calculation) {
  FigureTable table{"charging_time", {"n_b", "t_opt", "a_n_t_minus_ln_n", "energy_per_cell_opt", "error_bound"}, {}};
  for (const Row& row : calculation.equal_sizes(every_size_to).first(100)) table.rows.push_back(charging_time_row(row));
  std::vector<CentralSpin> systems;
  for (const std::int64_t n : logarithmic(112, 1'000'000, 20)) systems.push_back(CentralSpin::resonant(n, n));
  for (const Row& row : calculation.optima(systems)) table.rows.push_back(charging_time_row(row));
  return {.name = "charging_time", .tables = {std::move(table)}, .script = R"plot(
set logscale x
set xrange [1:1e6]
set format x "10^{%T}"
set xlabel "battery and charger spins N_b = N_c = N"
set ylabel "A N t_1 − ln N"
unset key
plot $charging_time using 1:3 with linespoints lt 1 pt 7 ps 0.5 lw 1.5
)plot"};
}

}  // namespace qbatt::figures
