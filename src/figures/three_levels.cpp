// Two cells, or two chargers: three levels, and everything in closed form.

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "figures/figures.hpp"

namespace qbatt::figures {
namespace {

constexpr std::int64_t most_spins = 100;

// Energy at the first peak, in omega_b, and the entropy there, in bits, for two spins on one side and n on the other:
// 16 n (n-1) / (3n-2)^2 and the binary entropy of ((n-2)/(3n-2))^2.
struct ClosedForm {
  double energy;
  double entropy;
};
ClosedForm closed_form(double n) {
  const double empty = std::pow((n - 2) / (3 * n - 2), 2);
  const double entropy = empty > 0 ? -empty * std::log2(empty) - (1 - empty) * std::log2(1 - empty) : 0;
  return {16 * n * (n - 1) / std::pow(3 * n - 2, 2), entropy};
}

FigureTable make_table(Calculation& calculation, std::string name, bool two_are_cells) {
  std::vector<CentralSpin> systems;
  for (std::int64_t n = 2; n <= most_spins; ++n)
    systems.push_back(two_are_cells ? CentralSpin::resonant(2, n) : CentralSpin::resonant(n, 2));
  FigureTable table{
      std::move(name), {"n_b", "n_c", "t_opt", "energy_opt", "energy_closed_form", "entropy_opt", "entropy_closed_form"}, {}};
  for (const Row& row : calculation.optima(systems)) {
    const auto n_b = static_cast<double>(row.system.n_b), n_c = static_cast<double>(row.system.n_c);
    const ClosedForm exact = closed_form(two_are_cells ? n_c : n_b);
    table.rows.push_back({n_b, n_c, row.t_opt, row.at_optimum[Observable::energy], exact.energy,
                          row.at_optimum[Observable::entropy], exact.entropy});
  }
  return table;
}

// The limits n -> infinity: 16/9 and the binary entropy of 1/9.
constexpr const char* panels = R"plot(
set xrange [2:100]
set logscale x
set xtics (2,5,10,20,50,100)
set multiplot layout 1,2 margins 0.1,0.965,0.19,0.84 spacing 0.13
limit = 16./9
set key at screen 0.5,0.97 center top maxrows 1
set ylabel "stored energy at the first peak (ω_b)"
set yrange [1.74:2.01]
plot 1/0 with points lt 1 pt 7 ps 0.8 title "computed", 1/0 with lines lt 7 lw 1.5 title "closed form", \
     1/0 with lines lc rgb "#777777" dt 2 lw 1.5 title "limit of many spins", \
     limit with lines lc rgb "#777777" dt 2 lw 1.5 notitle, $data using n:5 with lines lt 7 lw 1.5 notitle, \
     $data using n:4 with points lt 1 pt 7 ps 0.6 notitle
unset key
limit = -(log(1./9)/9 + log(8./9)*8/9)/log(2)
set ylabel "entropy at the first peak (bits)"
set yrange [-0.02:0.54]
plot limit with lines lc rgb "#777777" dt 2 lw 1.5, $data using n:7 with lines lt 7 lw 1.5, \
     $data using n:6 with points lt 2 pt 7 ps 0.6
)plot";

Figure make_figure(FigureTable table, const std::string& x_axis) {
  Figure figure{.name = table.name, .width = 1160, .height = 500, .tables = {std::move(table)}};
  figure.script = x_axis + panels;
  for (std::size_t at = figure.script.find("$data"); at != std::string::npos; at = figure.script.find("$data", at))
    figure.script.replace(at, 5, "$" + figure.name);
  return figure;
}

}  // namespace

Figure two_cells(Calculation& calculation) {
  return make_figure(make_table(calculation, "fig2", true), "n = 2\nset xlabel \"charger spins N_c (N_b = 2)\"\n");
}

Figure two_chargers(Calculation& calculation) {
  return make_figure(make_table(calculation, "fig3", false), "n = 1\nset xlabel \"battery spins N_b (N_c = 2)\"\n");
}

}  // namespace qbatt::figures
