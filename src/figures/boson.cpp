// One mode of a cavity against the spins of a charger (Tavis-Cummings against the central spin).

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "figures/figures.hpp"
#include "io/plot_symbols.hpp"

namespace qbatt::figures {
namespace {

CentralSpin with_mode(std::int64_t n_b, std::int64_t m) {
  return {.n_b = n_b, .n_c = 0, .m = static_cast<double>(m), .charger = Charger::boson};
}

// J^- / sqrt(N_c) of very many spins of which few are up is the a of a mode.
CentralSpin like_a_mode(std::int64_t n_b, std::int64_t n_c, std::int64_t m) {
  return {.n_b = n_b, .n_c = n_c, .m = static_cast<double>(m), .coupling = 1 / std::sqrt(static_cast<double>(n_c))};
}

// N_c is 0 where the charger is a mode.
FigureTable mode_table(Calculation& calculation, std::string name, const std::vector<CentralSpin>& systems) {
  FigureTable table{std::move(name), {"n_b", "n_c", "m", "coupling", "t_opt", "energy_per_cell_opt", "entropy_opt"}, {}};
  for (const Row& row : calculation.optima(systems)) {
    const CentralSpin& s = row.system;
    table.rows.push_back({static_cast<double>(s.n_b), static_cast<double>(s.n_c), s.m, s.coupling, row.t_opt,
                          row.at_optimum[Observable::energy_per_cell], row.at_optimum[Observable::entropy]});
  }
  return table;
}

FigureTable modes_by_quanta(Calculation& calculation) {
  constexpr std::array<std::int64_t, 4> cells{2, 10, 100, 1000};
  std::vector<CentralSpin> systems;
  for (const std::int64_t n : cells) {
    const std::int64_t step = std::max<std::int64_t>(1, n / 100);
    for (std::int64_t m = step; m <= 2 * n; m += step) systems.push_back(with_mode(n, m));
  }
  return mode_table(calculation, "boson", systems);
}

FigureTable spins_towards_modes(Calculation& calculation) {
  constexpr std::array<std::int64_t, 3> cells{2, 10, 100};
  std::vector<CentralSpin> systems;
  for (const std::int64_t n : cells) {
    for (const std::int64_t n_c : logarithmic(n, 1'000'000, 24)) systems.push_back(like_a_mode(n, n_c, n));
    systems.push_back(with_mode(n, n));
  }
  return mode_table(calculation, "boson_limit", systems);
}

}  // namespace

Figure boson(Calculation& calculation) {
  const std::string n_b = symbol_of("n_b");
  std::vector<KeyEntry> key = key_of_sizes(n_b, {2, 10, 100, 1000});
  key.push_back({.title = "a mode", .mark = "lt 7 pt 6 ps 0.8*mark"});
  return {.name = "boson",
          .tables = {modes_by_quanta(calculation), spins_towards_modes(calculation)},
          .panels = {R"plot(
spins(n, y) = column(1) == n && column(2) > 0 ? y : NaN
mode(y) = column(2) == 0 ? y : NaN
of(n, y) = column(1) == n ? y : NaN
last = 3e6
set logscale x
set xrange [2:last]
set xtics ("10" 10,"10^2" 100,"10^3" 1e3,"10^4" 1e4,"10^5" 1e5,"∞" last)
set xlabel "charger spins ".N_c." (".m_." = ".N_b.", coupling ".A_."/√".N_c.")"
set yrange [0.85:1]
set ytics 0.05
set ylabel E_cell
plot $boson_limit using 2:(spins(2, $6)) with lines lt L(2), $boson_limit using 2:(spins(10, $6)) with lines lt L(10), \
     $boson_limit using 2:(spins(100, $6)) with lines lt L(100), $boson_limit using (last):(mode($6)) with points lt 7 pt 6 ps 0.8*mark
)plot",
                     R"plot(
set yrange [0:1.6]
set ytics 0.4
set ylabel A_.t_1
plot $boson_limit using 2:(spins(2, $5)) with lines lt L(2), $boson_limit using 2:(spins(10, $5)) with lines lt L(10), \
     $boson_limit using 2:(spins(100, $5)) with lines lt L(100), $boson_limit using (last):(mode($5)) with points lt 7 pt 6 ps 0.8*mark
)plot",
                     R"plot(
unset logscale x
set xrange [0:2]
set xtics 0.5
set xlabel "quanta of the mode per cell ".m_."/".N_b
set yrange [0:1]
set ytics 0.2
set ylabel E_cell
plot $boson using ($3/$1):(of(2, $6)) with linespoints lt L(2) ps 0.6*mark, $boson using ($3/$1):(of(10, $6)) with lines lt L(10), \
     $boson using ($3/$1):(of(100, $6)) with lines lt L(100), $boson using ($3/$1):(of(1000, $6)) with lines lt L(1000)
)plot",
                     R"plot(
set yrange [1:3.5]
set ytics 0.5
set label 1 "{/:Italic π}/2" at 1.93,1.33 right
set ylabel A_.t_1."√max(".m_.", ".N_b.")"
larger(x, y) = x > y ? x : y
plot pi/2 with lines lt 9, $boson using ($3/$1):(of(2, $5*sqrt(larger($1, $3)))) with linespoints lt L(2) ps 0.6*mark, \
     $boson using ($3/$1):(of(10, $5*sqrt(larger($1, $3)))) with lines lt L(10), \
     $boson using ($3/$1):(of(100, $5*sqrt(larger($1, $3)))) with lines lt L(100), \
     $boson using ($3/$1):(of(1000, $5*sqrt(larger($1, $3)))) with lines lt L(1000)
)plot"},
          .key = std::move(key),
          .panel_shape = 0.45};
}

}  // namespace qbatt::figures
