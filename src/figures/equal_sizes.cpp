// As many chargers as cells.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
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
  // The extremes, which are marked and labeled: size and value.
  const std::vector<double>& worst = *std::ranges::min_element(
      table.rows, {}, [](const auto& row) { return row[2]; });
  const std::vector<double>& mixed = *std::ranges::max_element(table.rows, {}, [](const auto& row) { return row[4]; });
  const std::string extremes = fmt::format("worst = {}\nworst_text = \"{:.5f}\"\nmixed = {}\nmixed_text = \"{:.5f}\"\n", worst[0],
                                           worst[2], mixed[0], mixed[4]);
  return {.name = "fig5",
          .tables = {std::move(table)},
          .panels = {extremes + R"plot(
set logscale x
set xrange [1:2000]
set xtics (1,10,100,"" 1000,2000)
set xlabel "battery and charger spins ".N_b." = ".N_c." = ".N_
set yrange [0.95:1]
set ytics 0.01
set ylabel "energy per cell ".E_cell
set label 1 N_." = ".worst.": ".worst_text at 11,0.9525 left tc rgb "#555555"
plot $fig5 using 1:3 with lines lt 1, $fig5 using ($1 <= 20 ? $1 : NaN):3 with points lt 1 pt 7 ps 0.6*mark, \
     $fig5 using ($1 == worst ? $1 : NaN):3 with points lt 7 pt 6 ps 1.3*mark lw 1
)plot",
                     R"plot(
unset label 1
set yrange [0:0.1]
set ytics 0.02
set ylabel "entropy ".S_."/".N_b." (bit)"
set label 2 N_." = ".mixed.": ".mixed_text at 8,0.0925 left tc rgb "#555555"
plot $fig5 using 1:5 with lines lt 2 dt solid, $fig5 using ($1 <= 20 ? $1 : NaN):5 with points lt 2 pt 5 ps 0.6*mark, \
     $fig5 using ($1 == mixed ? $1 : NaN):5 with points lt 7 pt 6 ps 1.3*mark lw 1
)plot"}};
}

Figure charging_curves(Calculation& calculation) {
  constexpr std::int64_t times = 401;
  constexpr std::array<std::int64_t, 5> sizes{2, 5, 20, 100, 2000};
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
  return {.name = "charging_curves",
          .tables = {std::move(table)},
          .panels = {R"plot(
sizes = "2 5 20 100 2000"
set xrange [0:3]
set xlabel "time ".t_."/".t_1." (".N_b." = ".N_c." = ".N_.")"
set yrange [0:1]
set ytics 0.2
set ylabel "energy per cell ".E_cell
plot for [n in sizes] $charging_curves using ($1 == int(n) ? $3 : NaN):4 with lines lt L(int(n))
)plot",
                     R"plot(
set yrange [0:12]
set ytics 2
set ylabel "entropy ".S_." (bit)"
plot for [n in sizes] $charging_curves using ($1 == int(n) ? $3 : NaN):5 with lines lt L(int(n))
)plot"},
          .key = key_of_sizes("{/:Italic N}", {2, 5, 20, 100, 2000})};
}

Figure charging_time(Calculation& calculation) {
  FigureTable table{"charging_time", {"n_b", "t_opt", "a_n_t_minus_ln_n", "energy_per_cell_opt", "error_bound"}, {}};
  for (const Row& row : calculation.equal_sizes(every_size_to).first(100)) table.rows.push_back(charging_time_row(row));
  std::vector<CentralSpin> systems;
  for (const std::int64_t n : logarithmic(112, 1'000'000, 20)) systems.push_back(CentralSpin::resonant(n, n));
  for (const Row& row : calculation.optima(systems)) table.rows.push_back(charging_time_row(row));
  return {.name = "charging_time", .tables = {std::move(table)}, .panels = {R"plot(
set logscale x
set xrange [1:1e6]
set format x "10^{%T}"
set xlabel "battery and charger spins ".N_b." = ".N_c." = ".N_
set yrange [1.5:1.9]
set ytics 0.1
set ylabel A_.N_.t_1." − ln ".N_
plot $charging_time using 1:3 with lines lt 1, $charging_time using ($1 <= 10 ? $1 : NaN):3 with points lt 1 pt 7 ps 0.6*mark
)plot"}};
}

}  // namespace qbatt::figures
