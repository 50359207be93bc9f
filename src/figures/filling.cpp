// How many spins of the charger are up at the start.

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "figures/figures.hpp"
#include "io/plot_symbols.hpp"

namespace qbatt::figures {
namespace {

CentralSpin filled(std::int64_t n_b, std::int64_t n_c, std::int64_t m) {
  return {.n_b = n_b, .n_c = n_c, .m = static_cast<double>(m)};
}

// `most`: the same system where its power is largest.
std::vector<double> filling_row(const Row& row, const Row& most) {
  const CentralSpin& s = row.system;
  const double n_b = static_cast<double>(s.n_b), m = s.m;
  const double energy = row.at_optimum[Observable::energy_per_cell];
  return {n_b,
          static_cast<double>(s.n_c),
          m,
          2 * m / static_cast<double>(s.n_b + s.n_c),
          row.t_opt,
          energy,
          row.at_optimum[Observable::entropy],
          row.at_optimum[Observable::power],
          most.at_optimum[Observable::power],
          energy * n_b / m};
}

const std::vector<std::string> filling_columns{
    "n_b", "n_c", "m", "m_over_best", "t_opt", "energy_per_cell_opt", "entropy_opt", "power_opt", "largest_power", "yield"};

FigureTable table_of(Calculation& calculation, std::string name, const std::vector<CentralSpin>& systems) {
  FigureTable table{std::move(name), filling_columns, {}};
  const std::vector<Row> peaks = calculation.optima(systems), most = calculation.optima(systems, OptimumRule::power);
  for (std::size_t i = 0; i < systems.size(); ++i) table.rows.push_back(filling_row(peaks[i], most[i]));
  return table;
}

// What is compared for each size: full chargers of as many spins as the battery and of one more, and of twice as many at m*.
FigureTable growing_sizes(Calculation& calculation) {
  std::vector<CentralSpin> systems;
  const std::vector<std::int64_t> sizes = logarithmic(1, 10'000, 12);
  systems.reserve(3 * sizes.size());
  for (const std::int64_t half : sizes) systems.push_back(filled(2 * half, 2 * half, 2 * half));
  for (const std::int64_t half : sizes) systems.push_back(filled(2 * half, 2 * half + 1, 2 * half + 1));
  for (const std::int64_t half : sizes) systems.push_back(filled(2 * half, 4 * half, 3 * half));
  return table_of(calculation, "best_filling", systems);
}

// At N_b = 100: what becomes of the charger's quanta.
FigureTable growing_chargers(Calculation& calculation) {
  std::vector<CentralSpin> systems;
  for (std::int64_t n_c = 100; n_c <= 400; n_c += 2) systems.push_back(filled(100, n_c, n_c));
  for (std::int64_t n_c = 102; n_c <= 400; n_c += 2) systems.push_back(filled(100, n_c, (100 + n_c) / 2));
  return table_of(calculation, "yield", systems);
}

}  // namespace

Figure filling(Calculation& calculation) {
  constexpr std::array sizes{std::pair{10, 20}, std::pair{50, 60}, std::pair{50, 100}, std::pair{50, 150}, std::pair{100, 200}};
  std::vector<CentralSpin> systems;
  for (const auto& [n_b, n_c] : sizes)
    for (std::int64_t m = 1; m <= n_c; ++m) systems.push_back(filled(n_b, n_c, m));
  const std::string n_b = symbol_of("n_b"), n_c = symbol_of("n_c");
  return {.name = "filling",
          .tables = {table_of(calculation, "filling", systems)},
          .panels = {R"plot(
pairs = 5
array b[pairs] = [10, 50, 50, 50, 100]
array c[pairs] = [20, 60, 100, 150, 200]
array l[pairs] = [3, 6, 1, 2, 4]
is(i, y) = column(1) == b[i] && column(2) == c[i] ? y : NaN
set xrange [0:1.5]
set xtics 0.25
set xlabel "filling ".m_."/".m_."*"
set arrow 1 from 1,graph 0 to 1,graph 1 nohead lc rgb "#777777" dt 2 lw 1 back
set yrange [0:1]
set ytics 0.2
set ylabel E_cell
plot for [i=1:pairs] $filling using (is(i, $4)):6 with lines lt l[i]
)plot",
                     R"plot(
set yrange [0:5]
set ytics 1
set ylabel A_.N_b.t_1
plot for [i=1:pairs] $filling using (is(i, $4)):($1*$5) with lines lt l[i]
)plot",
                     R"plot(
set yrange [0:6]
set ytics 2
set ylabel S_." (bit)"
plot for [i=1:pairs] $filling using (is(i, $4)):7 with lines lt l[i]
)plot",
                     R"plot(
set yrange [0:1.2]
set ytics 0.2
set ylabel "largest ".P_."/".A_.omega_b.N_b."^2"
plot for [i=1:pairs] $filling using (is(i, $4)):($9/$1**2) with lines lt l[i]
)plot"},
          .key = {{.title = n_b + ", " + n_c + " ="},
                  {.title = "10, 20", .line = "lt 3"},
                  {.title = "50, 60", .line = "lt 6"},
                  {.title = "50, 100", .line = "lt 1"},
                  {.title = "50, 150", .line = "lt 2"},
                  {.title = "100, 200", .line = "lt 4"}},
          .panel_shape = 0.45};
}

Figure best_filling(Calculation& calculation) {
  const std::string n_b = symbol_of("n_b"), n_c = symbol_of("n_c"), m = symbol_of("m");
  return {.name = "best_filling",
          .tables = {growing_sizes(calculation), growing_chargers(calculation)},
          .panels = {R"plot(
full(y) = column(2) == column(1) ? y : NaN
more(y) = column(2) == column(1) + 1 ? y : NaN
best(y) = column(2) == 2 * column(1) ? y : NaN
limit = 1.6857503548
set logscale xy
set xrange [2:20000]
set xtics (2,10,100,"10^3" 1000,"2·10^4" 20000)
set xlabel "battery spins ".N_b
set yrange [1e-10:1]
set ytics 100
set format y "10^{%T}"
set ylabel "1 − ".E_cell offset 2
plot $best_filling using (full($1)):(1-$6) with lines lt 1, $best_filling using (more($1)):(1-$6) with lines lt 2, \
     $best_filling using (best($1)):(1-$6) with linespoints lt 3 dt solid, [2:20000] 0.2166/x**2 with lines lt 7 lw 1
)plot",
                     R"plot(
unset logscale y
set yrange [0:12]
set format y "%g"
set ytics 2
set ylabel A_.N_b.t_1 offset 0
plot $best_filling using (full($1)):($1*$5) with lines lt 1, $best_filling using (more($1)):($1*$5) with lines lt 2, \
     $best_filling using (best($1)):($1*$5) with linespoints lt 3 dt solid, limit with lines lt 7 lw 1
)plot",
                     R"plot(
unset logscale x
set xrange [1:4]
set xtics 1,0.5,4
set ytics 0.2
set xlabel "charger spins per battery spin ".N_c."/".N_b." (".N_b." = 100)"
set yrange [0:1]
set ylabel "⟨{/:Italic k}⟩/".m_
plot $yield using ($3 == $2 ? $2/$1 : NaN):10 with lines lt 1, $yield using ($3 == ($1+$2)/2 ? $2/$1 : NaN):10 with lines lt 3 dt solid
)plot"},
          .key = {{.title = m + " = " + n_c + " = " + n_b, .line = "lt 1"},
                  {.title = m + " = " + n_c + " = " + n_b + " + 1", .line = "lt 2"},
                  {.title = n_c + " = 2" + n_b + ", " + m + " = " + m + "*", .line = "lt 3 dt solid", .mark = "lt 3"},
                  {.title = "limits", .line = "lt 7 lw 1"}},
          .panel_shape = 0.5};
}

}  // namespace qbatt::figures
