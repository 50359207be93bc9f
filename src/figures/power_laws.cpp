// How the largest average power, the power at the first peak and the times of both grow with the sizes.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "figures/figures.hpp"
#include "figures/power_law.hpp"
#include "io/plot_symbols.hpp"

namespace qbatt::figures {
namespace {

constexpr std::int64_t largest = 10'000;
constexpr std::int64_t all_sizes_to = 1000;
constexpr int per_decade = 24;
constexpr std::int64_t fixed_size = 10;
constexpr std::int64_t very_many = CentralSpin::max_spins;

CentralSpin as_many_up_as_cells(std::int64_t n_b, std::int64_t n_c) {
  return {.n_b = n_b, .n_c = n_c, .m = static_cast<double>(n_b)};
}

CentralSpin as_many_quanta_as_cells(std::int64_t n) {
  return {.n_b = n, .n_c = 0, .m = static_cast<double>(n), .charger = Charger::boson};
}

// A series of systems along one size, their numbers as in the table.
struct Family {
  std::string_view name;
  CentralSpin (*system)(std::int64_t n);
  std::int64_t first;  // of the size
};
constexpr std::array families{
    Family{"N_b = N_c = m = N", [](std::int64_t n) { return CentralSpin::resonant(n, n); }, 1},
    Family{"N_c = m = N, N_b = 10", [](std::int64_t n) { return CentralSpin::resonant(fixed_size, n); }, fixed_size},
    Family{"N_b = N, N_c = m = 10", [](std::int64_t n) { return CentralSpin::resonant(n, fixed_size); }, fixed_size},
    Family{"N_b = m = N, N_c = 10^10", [](std::int64_t n) { return as_many_up_as_cells(n, very_many); }, 1},
    Family{"N_b = m = N, a mode", as_many_quanta_as_cells, 1},
};

// What is fitted: columns of the table, counted from 0.
struct Quantity {
  std::size_t column;
  std::string_view name;
};
constexpr std::array quantities{Quantity{4, "largest P"}, Quantity{5, "its time"}, Quantity{6, "P at t_1"}, Quantity{7, "t_1"}};

struct Range {
  std::int64_t first, last;
  bool every_size;  // every whole N has the same weight; otherwise every piece of the logarithm has, as far as there are N in it
};
constexpr std::array decades{Range{1, 10, false}, Range{10, 100, false}, Range{100, 1000, false}, Range{1000, largest, false}};
// Of the first family; the literature fits 1 … 537 (arXiv:2411.01175).
constexpr std::array whole_ranges{Range{1, 537, true}, Range{2, 50, true}, Range{50, all_sizes_to, true}};

// Sizes in steps of the logarithm, and in the first family every size up to a thousand.
std::vector<std::int64_t> sizes_of(std::size_t family) {
  std::vector<std::int64_t> steps = logarithmic(families[family].first, largest, per_decade);
  if (family > 0) return steps;
  std::vector<std::int64_t> sizes;
  for (std::int64_t n = 1; n <= all_sizes_to; ++n) sizes.push_back(n);
  for (const std::int64_t n : steps)
    if (n > all_sizes_to) sizes.push_back(n);
  return sizes;
}

FigureTable power_table(Calculation& calculation) {
  FigureTable table{"power", {"family", "n_b", "n_c", "m", "largest_power", "t_largest_power", "power_opt", "t_opt"}, {}};
  for (std::size_t family = 0; family < families.size(); ++family) {
    std::vector<CentralSpin> systems;
    for (const std::int64_t n : sizes_of(family)) systems.push_back(families[family].system(n));
    const std::vector<Row> most = calculation.optima(systems, OptimumRule::power), peaks = calculation.optima(systems);
    for (std::size_t i = 0; i < systems.size(); ++i) {
      table.rows.push_back({static_cast<double>(family + 1), static_cast<double>(systems[i].n_b),
                            static_cast<double>(systems[i].n_c), systems[i].m, most[i].at_optimum[Observable::power], most[i].t_opt,
                            peaks[i].at_optimum[Observable::power], peaks[i].t_opt});
    }
  }
  return table;
}

// The size that grows.
double size_of_row(const std::vector<double>& row) {
  return row[0] == 2 ? row[2] : row[1];
}

// The rows of a family, all of them or those in steps of the logarithm.
std::vector<const std::vector<double>*> rows_of(const FigureTable& table, std::size_t family, bool every_size) {
  const std::vector<std::int64_t> steps = logarithmic(families[family].first, largest, per_decade);
  std::vector<const std::vector<double>*> rows;
  for (const std::vector<double>& row : table.rows) {
    if (row[0] != static_cast<double>(family + 1)) continue;
    if (every_size || std::ranges::binary_search(steps, std::llround(size_of_row(row)))) rows.push_back(&row);
  }
  return rows;
}

struct Fit {
  PowerLaw law;
  std::size_t points;
};

Fit fit(const FigureTable& table, std::size_t family, const Quantity& quantity, const Range& range) {
  std::vector<double> x, y;
  for (const std::vector<double>* row : rows_of(table, family, range.every_size)) {
    const double n = size_of_row(*row);
    if (n < static_cast<double>(range.first) || n > static_cast<double>(range.last)) continue;
    x.push_back(n);
    y.push_back((*row)[quantity.column]);
  }
  return {fit_power_law(x, y), x.size()};
}

// Adds the fits of a family over a range to the table, and their line to the summary.
void add_fits(const FigureTable& table, std::size_t family, const Range& range, FigureTable& fits, std::string& summary) {
  fmt::format_to(std::back_inserter(summary), "    {:<16}",
                 fmt::format("{} … {}{}", range.first, range.last, range.every_size ? " *" : ""));
  for (const Quantity& quantity : quantities) {
    const auto [law, points] = fit(table, family, quantity, range);
    fits.rows.push_back({static_cast<double>(family + 1), static_cast<double>(quantity.column + 1),
                         static_cast<double>(range.first), static_cast<double>(range.last), static_cast<double>(points),
                         law.exponent, law.standard_error, law.factor});
    fmt::format_to(std::back_inserter(summary), "  {:8.4f} ± {:<7.2g}", law.exponent, law.standard_error);
  }
  summary.erase(summary.find_last_not_of(' ') + 1);
  summary += '\n';
}

FigureTable fit_table(const FigureTable& table, std::string& summary) {
  FigureTable fits{"power_laws", {"family", "column", "n_first", "n_last", "points", "exponent", "standard_error", "factor"}, {}};
  summary =
      "Power laws N^x of the whole battery (per cell x - 1 where N_b grows) with standard errors, fitted in equal steps of the\n"
      "logarithm, or to every whole N (*). They depend on the range:\n";
  for (std::size_t family = 0; family < families.size(); ++family) {
    fmt::format_to(std::back_inserter(summary), "  {}\n    {:<16}", families[family].name, "N");
    for (const Quantity& quantity : quantities) fmt::format_to(std::back_inserter(summary), "    {:<16}", quantity.name);
    summary.erase(summary.find_last_not_of(' ') + 1);
    summary += '\n';
    if (family == 0)
      for (const Range& range : whole_ranges) add_fits(table, family, range, fits, summary);
    for (const Range& range : decades)
      if (range.first >= families[family].first) add_fits(table, family, range, fits, summary);
  }
  return fits;
}

// d ln y / d ln N between the neighbors of each size, for every quantity.
FigureTable slope_table(const FigureTable& table) {
  FigureTable slopes{"power_slopes", {"family", "n", "largest_power", "t_largest_power", "power_opt", "t_opt"}, {}};
  for (std::size_t family = 0; family < families.size(); ++family) {
    const auto rows = rows_of(table, family, false);
    for (std::size_t i = 1; i + 1 < rows.size(); ++i) {
      const double steps = std::log(size_of_row(*rows[i + 1]) / size_of_row(*rows[i - 1]));
      std::vector<double> slope{static_cast<double>(family + 1), size_of_row(*rows[i])};
      for (const Quantity& quantity : quantities)
        slope.push_back(std::log((*rows[i + 1])[quantity.column] / (*rows[i - 1])[quantity.column]) / steps);
      slopes.rows.push_back(std::move(slope));
    }
  }
  return slopes;
}

}  // namespace

Figure power_laws(Calculation& calculation) {
  FigureTable table = power_table(calculation);
  std::string summary;
  FigureTable fits = fit_table(table, summary);
  FigureTable slopes = slope_table(table);
  const std::string n_b = symbol_of("n_b"), n_c = symbol_of("n_c"), m = symbol_of("m");
  return {.name = "power",
          .tables = {std::move(table), std::move(fits), std::move(slopes)},
          .panels = {R"plot(
of(f, y) = column(1) == f ? y : NaN
set logscale xy
set xrange [1:1e4]
set format "10^{%T}"
set xlabel "spins ".N_." that grow in number"
set yrange [0.1:1e9]
set ytics 100
set ylabel P_."/".A_.omega_b
plot $power using (of(1, $2)):5 with lines lt 1, $power using (of(1, $2)):7 with lines lt 9, $power using (of(2, $3)):5 with lines lt 3, \
     $power using (of(4, $2)):($5/sqrt($3)) with lines lt 2, $power every 8 using (of(5, $2)):5 with points lt 7 pt 6 ps 0.7*mark
)plot",
                     R"plot(
unset logscale y
set format y "%g"
set yrange [0:2]
set ytics 0.5
set ylabel "local slope of ".P_
plot $power_slopes using (of(1, $2)):3 with lines lt 1, $power_slopes using (of(1, $2)):5 with lines lt 9, \
     $power_slopes using (of(2, $2)):3 with lines lt 3, $power_slopes using (of(4, $2)):3 with lines lt 2, \
     $power_slopes every 8 using (of(5, $2)):3 with points lt 7 pt 6 ps 0.7*mark
)plot",
                     R"plot(
set yrange [-1:0]
set ytics 0.2
set ylabel "local slope of ".t_ offset 0.5
plot $power_slopes using (of(1, $2)):4 with lines lt 1, $power_slopes using (of(1, $2)):6 with lines lt 9, \
     $power_slopes using (of(2, $2)):4 with lines lt 3, $power_slopes using (of(4, $2)):4 with lines lt 2, \
     $power_slopes every 8 using (of(5, $2)):4 with points lt 7 pt 6 ps 0.7*mark
)plot"},
          .key = {{.title = n_b + " = " + n_c + " = " + m, .line = "lt 1"},
                  {.title = "the same at {/:Italic t}_1", .line = "lt 9"},
                  {.title = n_b + " = 10, " + n_c + " = " + m, .line = "lt 3"},
                  {.title = n_b + " = " + m + " ≪ " + n_c + ", {/:Italic P}/√" + n_c, .line = "lt 2"},
                  {.title = n_b + " = " + m + ", a mode", .mark = "lt 7 pt 6 ps 0.7*mark"}},
          .panel_shape = 0.5,
          .summary = std::move(summary)};
}

}  // namespace qbatt::figures
