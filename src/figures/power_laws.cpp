// How power and charging time grow with N_b = N_c = N.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "figures/figures.hpp"
#include "figures/power_law.hpp"

namespace qbatt::figures {
namespace {

constexpr std::int64_t largest = 1000;
using Range = std::pair<std::int64_t, std::int64_t>;
constexpr std::array ranges{Range{2, 50}, Range{50, 1000}};

// What is fitted: columns of the table.
struct Quantity {
  std::size_t column;
  std::string_view name;
};
constexpr std::array quantities{Quantity{2, "E_1/t_1 per cell"}, Quantity{3, "largest E/t per cell"}, Quantity{1, "t_1"}};

// The maximum of E/t over the samples, by the parabola through the largest and its neighbors: its error is of the third order in
// their distance, t_1/256.
double largest_power(const Series& series) {
  const auto power = [&](std::size_t i) { return series.values[i][Observable::power]; };
  std::size_t best = 1;
  for (std::size_t i = 2; i + 1 < series.t.size(); ++i) best = power(i) > power(best) ? i : best;
  const double before = power(best - 1), here = power(best), after = power(best + 1);
  return here + (after - before) * (after - before) / (8 * (2 * here - before - after));
}

FigureTable power_table(Calculation& calculation) {
  std::vector<CentralSpin> systems;
  for (std::int64_t n = 1; n <= largest; ++n) systems.push_back(CentralSpin::resonant(n, n));
  // The largest E/t comes before the peak, at 0.74 t_1 for N = 1 and towards 0.67 t_1 for a thousand.
  const Table solved = calculation.curves(systems, 0.5, 1, 129);
  FigureTable table{"power", {"n_b", "t_opt", "power_per_cell_opt", "largest_power_per_cell"}, {}};
  for (std::size_t i = 0; i < systems.size(); ++i) {
    const auto n = static_cast<double>(systems[i].n_b);
    const Row& row = solved.rows[i];
    table.rows.push_back({n, row.t_opt, row.at_optimum[Observable::power] / n, largest_power(solved.series[i]) / n});
  }
  return table;
}

PowerLaw fit(const FigureTable& table, const Quantity& quantity, const Range& range) {
  std::vector<double> x, y;
  for (const std::vector<double>& row : table.rows) {
    if (row[0] < static_cast<double>(range.first) || row[0] > static_cast<double>(range.second)) continue;
    x.push_back(row[0]);
    y.push_back(row[quantity.column]);
  }
  return fit_power_law(x, y);
}

}  // namespace

Figure power_laws(Calculation& calculation) {
  const FigureTable table = power_table(calculation);
  FigureTable fits{"power_laws", {"column", "n_first", "n_last", "points", "exponent", "standard_error", "factor"}, {}};
  std::string summary = "Power laws N^x, fitted to every whole N of the range; they depend on it, as ln N plays along:\n";
  std::string lines = "$lines << END_OF_DATA\n";  // each fit by its two ends
  for (const Quantity& quantity : quantities) {
    for (const Range& range : ranges) {
      const PowerLaw law = fit(table, quantity, range);
      const auto first = static_cast<double>(range.first), last = static_cast<double>(range.second);
      fits.rows.push_back(
          {static_cast<double>(quantity.column + 1), first, last, last - first + 1, law.exponent, law.standard_error, law.factor});
      for (const double n : {first, last})
        fmt::format_to(std::back_inserter(lines), "{} {}\n", n, law.factor * std::pow(n, law.exponent));
      lines += "\n\n";
      fmt::format_to(std::back_inserter(summary), "  {:<21} N = {:>2} … {:<4}  x = {:7.4f} ± {:.4f} (standard error)\n",
                     quantity.name, range.first, range.second, law.exponent, law.standard_error);
    }
  }
  lines += "END_OF_DATA\n";
  return {.name = "power",
          .tables = {table, fits},
          .panels = {lines + R"plot(
set logscale xy
set xrange [1:1000]
set xlabel "battery and charger spins ".N_b." = ".N_c." = ".N_
set yrange [0.5:200]
set ylabel "power per cell"
plot $power using (pick($1)):4 with points lt 3 pt 5 ps 0.6, $power using (pick($1)):3 with points lt 1 pt 7 ps 0.6, \
     $lines index 0 using 1:2 with lines lt 2, $lines index 1 using 1:2 with lines lt 7
)plot"},
          .key = {{.title = "largest", .mark = "lt 3 pt 5 ps 0.6"},
                  {.title = "at the peak", .mark = "lt 1 pt 7 ps 0.6"},
                  {.title = "fit 2 … 50", .line = "lt 2"},
                  {.title = "fit 50 … 1000", .line = "lt 7"}},
          .summary = std::move(summary)};
}

}  // namespace qbatt::figures
