// How the size of the charger decides.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "figures/figures.hpp"
#include "io/plot_symbols.hpp"

namespace qbatt::figures {
namespace {

using Sizes = std::pair<std::int64_t, std::int64_t>;

// One row for each N_b and N_c.
FigureTable table_of(Calculation& calculation, std::string name, const std::vector<Sizes>& sizes) {
  std::vector<CentralSpin> systems;
  systems.reserve(sizes.size());
  for (const auto& [n_b, n_c] : sizes) systems.push_back(CentralSpin::resonant(n_b, n_c));
  FigureTable table{std::move(name), {"n_b", "n_c", "ratio", "t_opt", "energy_per_cell_opt", "entropy_opt"}, {}};
  for (const Row& row : calculation.optima(systems)) {
    const auto n_b = static_cast<double>(row.system.n_b), n_c = static_cast<double>(row.system.n_c);
    table.rows.push_back(
        {n_b, n_c, n_c / n_b, row.t_opt, row.at_optimum[Observable::energy_per_cell], row.at_optimum[Observable::entropy]});
  }
  return table;
}

// N_c from `first` to `last` in logarithmic steps, with every whole number close to N_b.
std::vector<Sizes> chargers(std::int64_t n_b, std::int64_t first, std::int64_t last) {
  constexpr std::int64_t close = 6;
  std::vector<std::int64_t> sizes = logarithmic(first, last, 60);
  for (std::int64_t n_c = std::max(first, n_b - close); n_c <= std::min(last, n_b + close); ++n_c) sizes.push_back(n_c);
  std::ranges::sort(sizes);
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  std::vector<Sizes> pairs;
  pairs.reserve(sizes.size());
  for (const std::int64_t n_c : sizes) pairs.emplace_back(n_b, n_c);
  return pairs;
}

// N_c from N_b / range to range N_b.
FigureTable ratio_table(Calculation& calculation, std::string name, std::initializer_list<std::int64_t> n_b, double range) {
  std::vector<Sizes> sizes;
  for (const std::int64_t n : n_b) {
    const auto middle = static_cast<double>(n);
    const auto first = std::max<std::int64_t>(1, std::llround(middle / range));
    std::ranges::copy(chargers(n, first, std::llround(middle * range)), std::back_inserter(sizes));
  }
  return table_of(calculation, std::move(name), sizes);
}

// By how much each charger of N_c = N_b - 5 ... N_b + 5 stores more energy than N_c = N_b, in omega_b.
FigureTable lens(Calculation& calculation) {
  constexpr std::int64_t close = 5;
  constexpr std::array<std::int64_t, 4> n_b{10, 100, 1000, 2000};
  std::vector<CentralSpin> systems;
  for (const std::int64_t n : n_b)
    for (std::int64_t n_c = n - close; n_c <= n + close; ++n_c) systems.push_back(CentralSpin::resonant(n, n_c));
  const std::vector<Row> rows = calculation.optima(systems);
  FigureTable table{"fig4c_zoom", {"n_b", "n_c", "difference", "energy_per_cell_opt", "energy_gain"}, {}};
  const std::size_t chargers = 2 * close + 1;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& equal = rows[i / chargers * chargers + close];
    const CentralSpin& system = rows[i].system;
    table.rows.push_back({static_cast<double>(system.n_b), static_cast<double>(system.n_c),
                          static_cast<double>(system.n_c - system.n_b), rows[i].at_optimum[Observable::energy_per_cell],
                          rows[i].at_optimum[Observable::energy] - equal.at_optimum[Observable::energy]});
  }
  return table;
}

}  // namespace

Figure charger_size(Calculation& calculation) {
  std::vector<Sizes> sizes;
  for (const std::int64_t n_b : {1, 2, 5, 10, 20, 50, 100}) std::ranges::copy(chargers(n_b, 1, 1000), std::back_inserter(sizes));
  return {.name = "fig4a",
          .tables = {table_of(calculation, "fig4a", sizes)},
          .panels = {R"plot(
set logscale x
set xrange [1:1000]
set yrange [0:1.05]
set xlabel "charger spins ".N_c
set ylabel "energy per cell ".E_cell
plot for [n in "1 2 5 10 20 50 100"] $fig4a using ($1 == int(n) ? $2 : NaN):5 with lines lt L(int(n))
)plot"},
          .key = key_of_sizes(symbol_of("n_b"), {1, 2, 5, 10, 20, 50, 100})};
}

Figure charger_ratio(Calculation& calculation) {
  return {.name = "fig4b",
          .tables = {ratio_table(calculation, "fig4b", {2, 5, 10, 20, 50, 100}, 10)},
          .panels = {R"plot(
set logscale x
set xrange [0.1:10]
set yrange [0:1]
set xlabel "charger spins per battery spin ".N_c."/".N_b
set ylabel "energy per cell ".E_cell
plot for [n in "2 5 10 20 50 100"] $fig4b using ($1 == int(n) ? $3 : NaN):5 with lines lt L(int(n))
)plot"},
          .key = key_of_sizes(symbol_of("n_b"), {2, 5, 10, 20, 50, 100})};
}

Figure large_batteries(Calculation& calculation) {
  std::vector<FigureTable> tables{ratio_table(calculation, "fig4c", {10, 100, 1000, 2000}, 4), lens(calculation)};
  return {.name = "fig4c",
          .tables = std::move(tables),
          .panels = {R"plot(
set logscale x
set xrange [0.5:2]
set yrange [0.4:1]
set xtics (0.5,0.7,1,1.4,2)
set xlabel "charger spins per battery spin ".N_c."/".N_b
set ylabel "energy per cell ".E_cell
plot for [n in "10 100 1000 2000"] $fig4c using ($1 == int(n) ? $3 : NaN):5 with lines lt L(int(n)), \
     $fig4c using ($1 == 10 ? $3 : NaN):5 with points lt L(10)
)plot",
                     R"plot(
unset logscale x
set xrange [-2:5]
set yrange [-1:0.4]
set xtics -5,1,5
set ytics 0.2
set xlabel N_c." − ".N_b
set ylabel "energy gained / ".omega_b
set arrow 1 from 1,graph 0 to 1,graph 1 nohead lc rgb "#777777" dt 2 lw 1 back
set label 1 "best full charger: ".N_c." = ".N_b." + 1" at 4.9,0.3 right tc rgb "#555555"
plot for [n in "10 100 1000 2000"] $fig4c_zoom using ($1 == int(n) ? $3 : NaN):5 with linespoints lt L(int(n))
)plot"},
          .key = key_of_sizes(symbol_of("n_b"), {10, 100, 1000, 2000})};
}

}  // namespace qbatt::figures
