// One collective battery against many small ones side by side, with as many charger spins a cell.

#include <fmt/format.h>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <utility>
#include <vector>

#include "figures/figures.hpp"

namespace qbatt::figures {
namespace {

constexpr std::array<std::int64_t, 2> chargers_per_cell{1, 4};

// A cell with r chargers of its own is full at pi / (2 A sqrt(r)).
double parallel_time(double r) {
  return std::numbers::pi / (2 * std::sqrt(r));
}

// Two cells with 2r chargers: peak at pi / (A sqrt(6 N_c - 4)), N_c = 2r.
double pairs_time(double r) {
  return std::numbers::pi / std::sqrt(12 * r - 4);
}

std::vector<double> row_of(const Row& row) {
  const auto n = static_cast<double>(row.system.n_b);
  const double r = static_cast<double>(row.system.n_c) / n;
  const double alone = parallel_time(r);
  const double power = row.at_optimum[Observable::energy_per_cell] / row.t_opt;
  return {n, r, row.t_opt, alone, alone / row.t_opt, power, 1 / alone, power * alone, pairs_time(r), pairs_time(r) / row.t_opt};
}

}  // namespace

Figure collective_charging(Calculation& calculation) {
  std::vector<CentralSpin> systems;
  for (const std::int64_t r : chargers_per_cell)
    for (const std::int64_t n : logarithmic(1, 1000, 20)) systems.push_back(CentralSpin::resonant(n, r * n));
  FigureTable table{"collective",
                    {"n_b", "chargers_per_cell", "t_collective", "t_parallel", "time_advantage", "power_per_cell_collective",
                     "power_per_cell_parallel", "power_advantage", "t_pairs", "time_advantage_over_pairs"},
                    {}};
  for (const Row& row : calculation.optima(systems)) table.rows.push_back(row_of(row));
  std::string summary = "Collective against parallel charging, one charger a cell (A is not scaled down with N):\n";
  for (const std::vector<double>& row : table.rows) {
    if (row[1] != 1 || (row[0] != 2 && row[0] != 10 && row[0] != 100 && row[0] != 1000)) continue;
    summary += fmt::format("  N = {:<4}  {:7.3f} times as fast, {:7.3f} times the power; {:7.3f} times as fast as in pairs\n",
                           row[0], row[4], row[7], row[9]);
  }
  return {.name = "collective",
          .tables = {std::move(table)},
          .panels = {R"plot(
set logscale xy
set xrange [1:1000]
set yrange [0.9:1000]
set xlabel "cells ".N_b
set ylabel "advantage over single cells"
plot $collective using ($2 == 1 ? $1 : NaN):5 with lines lt 1, \
     $collective every 3 using ($2 == 1 ? $1 : NaN):8 with points lt 2 pt 7 ps 0.6*mark, \
     $collective using ($2 == 4 ? $1 : NaN):5 with lines lt 3, \
     $collective every 3 using ($2 == 4 ? $1 : NaN):8 with points lt 4 pt 6 ps 0.8*mark
)plot"},
          .key = {{.title = "speed with one charger a cell", .line = "lt 1"},
                  {.title = "power", .mark = "lt 2 pt 7 ps 0.6*mark"},
                  {.title = "speed with four chargers a cell", .line = "lt 3"},
                  {.title = "power", .mark = "lt 4 pt 6 ps 0.8*mark"}},
          .summary = std::move(summary)};
}

}  // namespace qbatt::figures
