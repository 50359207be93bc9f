#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "figures/figures.hpp"

namespace qbatt::figures {

Figure protocol(Calculation& calculation) {
  constexpr std::array<std::int64_t, 11> cells{1, 2, 5, 7, 10, 20, 50, 100, 200, 500, 1000};
  std::vector<CentralSpin> systems;
  for (const std::int64_t n : cells) {
    systems.push_back(CentralSpin::resonant(n, n));
    systems.push_back(CentralSpin::resonant(n, n + 1));
  }
  FigureTable table{"protocol", {"n_b", "n_c", "t_opt", "energy_per_cell_opt", "entropy_opt", "ergotropy_per_cell_opt"}, {}};
  std::string summary =
      "Optimal protocol with full chargers: switch A on for t_1 (in 1/A), with as many chargers as cells, or from N_b = 5 on one "
      "more:\n"
      "            N_c = N_b:  t_1      energy/cell      N_c = N_b + 1:  t_1      energy/cell\n";
  const std::vector<Row> rows = calculation.optima(systems);
  for (std::size_t i = 0; i < rows.size(); i += 2) {
    const auto energy = [&](std::size_t row) { return rows[row].at_optimum[Observable::energy_per_cell]; };
    summary += fmt::format("  N_b = {:<13}{:<11.6f}{:<23.8f}{:<11.6f}{:.8f}\n", rows[i].system.n_b, rows[i].t_opt, energy(i),
                           rows[i + 1].t_opt, energy(i + 1));
  }
  for (const Row& row : rows) {
    const auto n_b = static_cast<double>(row.system.n_b);
    table.rows.push_back({n_b, static_cast<double>(row.system.n_c), row.t_opt, row.at_optimum[Observable::energy_per_cell],
                          row.at_optimum[Observable::entropy], row.at_optimum[Observable::ergotropy] / n_b});
  }
  return {.name = "protocol", .tables = {std::move(table)}, .summary = std::move(summary)};
}

}  // namespace qbatt::figures
