// Two cells, or two chargers: three levels, and everything in closed form.

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "figures/figures.hpp"
#include "io/plot_symbols.hpp"

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
constexpr const char* energy_panel = R"plot(
set logscale x
set xrange [2:100]
set xtics (2,5,10,20,50,100)
set xlabel N_c." at ".N_b." = 2, or ".N_b." at ".N_c." = 2"
limit = 16./9
set ylabel "energy "."{/:Italic E}/".omega_b
set yrange [1.75:2]
set ytics 0.05
plot $fig2 using 2:5 with lines lt 7 lw 1 dt solid, limit with lines lt 9, \
     $fig2 using (pick($2)):4 with points lt 1 pt 7 ps 0.45*mark, \
     $fig3 using (pick($1)):4 with points lt 2 pt 6 ps 1*mark
)plot";

constexpr const char* entropy_panel = R"plot(
limit = -(log(1./9)/9 + log(8./9)*8/9)/log(2)
set ylabel "entropy ".S_." (bit)"
set yrange [0:0.55]
set ytics 0.1
plot $fig2 using 2:7 with lines lt 7 lw 1 dt solid, limit with lines lt 9, $fig2 using (pick($2)):6 with points lt 1 pt 7 ps 0.45*mark, \
     $fig3 using (pick($1)):6 with points lt 2 pt 6 ps 1*mark
)plot";

}  // namespace

Figure two_on_a_side(Calculation& calculation) {
  return {.name = "fig2",
          .tables = {make_table(calculation, "fig2", true), make_table(calculation, "fig3", false)},
          .panels = {energy_panel, entropy_panel},
          .key = {{.title = "closed form", .line = "lt 7 lw 1 dt solid"},
                  {.title = "limit", .line = "lt 9"},
                  {.title = symbol_of("n_b") + " = 2", .mark = "lt 1 pt 7 ps 0.45*mark"},
                  {.title = symbol_of("n_c") + " = 2", .mark = "lt 2 pt 6 ps 1*mark"}}};
}

}  // namespace qbatt::figures
