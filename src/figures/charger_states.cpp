// Chargers that are not in a Dicke state: coherent, dephased and thermal spins.

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "figures/figures.hpp"
#include "io/plot_symbols.hpp"

namespace qbatt::figures {
namespace {

CentralSpin in_state(ChargerState state, std::int64_t n_b, std::int64_t n_c, double m) {
  return {.n_b = n_b, .n_c = n_c, .m = m, .charger_state = state};
}

const std::vector<std::string> state_columns{"state",
                                             "n_b",
                                             "n_c",
                                             "m",
                                             "polarization",
                                             "t_opt",
                                             "energy_per_cell_opt",
                                             "ergotropy_per_cell_opt",
                                             "coherent_ergotropy_per_cell_opt",
                                             "entropy_opt"};

// The state by its number in ChargerState, from 1 on.
std::vector<double> state_row(const Row& row) {
  const CentralSpin& s = row.system;
  const auto n_b = static_cast<double>(s.n_b), n_c = static_cast<double>(s.n_c);
  const double ergotropy = row.at_optimum[Observable::ergotropy];
  return {1 + static_cast<double>(s.charger_state),
          n_b,
          n_c,
          s.m,
          s.m / n_c,
          row.t_opt,
          row.at_optimum[Observable::energy_per_cell],
          ergotropy / n_b,
          (ergotropy - row.at_optimum[Observable::ergotropy_incoherent]) / n_b,
          row.at_optimum[Observable::entropy]};
}

FigureTable state_table(Calculation& calculation, std::string name, const std::vector<CentralSpin>& systems) {
  FigureTable table{std::move(name), state_columns, {}};
  for (const Row& row : calculation.optima(systems)) table.rows.push_back(state_row(row));
  return table;
}

// All states of one size, in steps of half a spin, a Dicke state of whole ones; and of a larger size the thermal one, which changes
// most with it.
FigureTable polarizations(Calculation& calculation) {
  constexpr std::int64_t n_b = 20, n_c = 2 * n_b, large = 100;
  std::vector<CentralSpin> systems;
  for (const ChargerState state : all_charger_states) {
    const int step = state == ChargerState::dicke ? 2 : 1;
    for (std::int64_t halves = step; halves <= 2 * n_c; halves += step)
      systems.push_back(in_state(state, n_b, n_c, static_cast<double>(halves) / 2));
  }
  for (std::int64_t m = 5; m <= 2 * large; m += 5)
    systems.push_back(in_state(ChargerState::thermal, large, 2 * large, static_cast<double>(m)));
  return state_table(calculation, "polarization", systems);
}

// N_c = 2 N_b: the states centered at m*, and a full charger. N_b is even, so that m* is whole.
FigureTable states_at_best_filling(Calculation& calculation) {
  std::vector<CentralSpin> systems;
  const std::vector<std::int64_t> sizes = logarithmic(1, 100, 6);
  for (const ChargerState state : {ChargerState::dicke, ChargerState::coherent, ChargerState::thermal})
    for (const std::int64_t half : sizes) systems.push_back(in_state(state, 2 * half, 4 * half, static_cast<double>(3 * half)));
  for (const std::int64_t half : sizes)
    systems.push_back(in_state(ChargerState::dicke, 2 * half, 4 * half, static_cast<double>(4 * half)));
  return state_table(calculation, "coherent_best", systems);
}

// What is missing in each cell at `n_b`, of a state at m* or of a full charger; NaN where the table does not have it.
double missing_energy(const FigureTable& table, double n_b, ChargerState state, bool full) {
  for (const std::vector<double>& row : table.rows)
    if (row[0] == 1 + static_cast<double>(state) && row[1] == n_b && (row[4] == 1) == full) return 1 - row[6];
  return std::nan("");
}

std::string missing_energies(const FigureTable& table) {
  std::string summary =
      "Missing energy 1 - E per cell with N_c = 2 N_b, at m* = (N_b + N_c)/2 and of a full charger:\n"
      "     N_b  Dicke state     coherent      thermal  full charger\n";
  for (const int n_b : {4, 20, 200}) {
    fmt::format_to(std::back_inserter(summary), "  {:6}", n_b);
    for (const ChargerState state : {ChargerState::dicke, ChargerState::coherent, ChargerState::thermal})
      fmt::format_to(std::back_inserter(summary), "  {:11.4g}", missing_energy(table, n_b, state, false));
    fmt::format_to(std::back_inserter(summary), "  {:12.4g}\n", missing_energy(table, n_b, ChargerState::dicke, true));
  }
  return summary;
}

}  // namespace

Figure polarization(Calculation& calculation) {
  FigureTable best = states_at_best_filling(calculation);
  std::string summary = missing_energies(best);
  const std::string n_b = symbol_of("n_b"), m = symbol_of("m"), n_c = symbol_of("n_c");
  return {.name = "polarization",
          .tables = {polarizations(calculation), std::move(best)},
          .panels = {R"plot(
of(s, n, y) = column(1) == s && column(2) == n ? y : NaN
set xrange [0:1]
set xtics 0.25
set xlabel "polarization ".m_."/".N_c
set yrange [0:1]
set ytics 0.2
set ylabel E_cell
set label 1 "coherent\n= dephased" at 0.03,0.87 left
plot $polarization using 5:(of(4, 100, $7)) with lines lt 9, $polarization using 5:(of(4, 20, $7)) with lines lt 2, \
     $polarization using 5:(of(2, 20, $7)) with lines lt 1, $polarization using 5:(of(3, 20, $7)) with lines lt 3, \
     $polarization using 5:(of(1, 20, $7)) every 2::1 with points lt 4 pt 6 ps 0.6*mark
)plot",
                     R"plot(
unset label 1
set ylabel W_."/".omega_b.N_b
plot $polarization using 5:(of(4, 100, $8)) with lines lt 9, $polarization using 5:(of(4, 20, $8)) with lines lt 2, \
     $polarization using 5:(of(2, 20, $8)) with lines lt 1, $polarization using 5:(of(3, 20, $8)) with lines lt 3, \
     $polarization using 5:(of(1, 20, $8)) every 2::1 with points lt 4 pt 6 ps 0.6*mark
)plot",
                     R"plot(
set yrange [0:0.25]
set ytics 0.05
set ylabel "(".W_." − ".W_inc.")/".omega_b.N_b
plot $polarization using 5:(of(2, 20, $9)) with lines lt 1
)plot",
                     R"plot(
at_best(s, y) = column(1) == s && column(5) != 1 ? y : NaN
full(y) = column(5) == 1 ? y : NaN
set logscale xy
set xrange [2:200]
set xtics (2,5,10,20,50,100,200)
set xlabel "battery spins ".N_b." (".N_c." = 2".N_b.")"
set yrange [1e-6:1]
set ytics 10
set format y "10^{%T}"
set ylabel "1 − ".E_cell offset 1
plot $coherent_best using 2:(full(1-$7)) with lines lt 7 lw 1, $coherent_best using 2:(at_best(4, 1-$7)) with lines lt 2, \
     $coherent_best using 2:(at_best(2, 1-$7)) with lines lt 1, $coherent_best using 2:(at_best(1, 1-$7)) with points lt 4 pt 6 ps 0.6*mark
)plot"},
          .key = {{.title = "coherent", .line = "lt 1"},
                  {.title = "dephased", .line = "lt 3"},
                  {.title = "thermal", .line = "lt 2"},
                  {.title = "thermal, " + n_b + " = 100", .line = "lt 9"},
                  {.title = "Dicke state", .mark = "lt 4 pt 6 ps 0.6*mark"},
                  {.title = "full, " + m + " = " + n_c, .line = "lt 7 lw 1"}},
          .panel_shape = 0.45,
          .summary = std::move(summary)};
}

}  // namespace qbatt::figures
