#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "figures/calculation.hpp"
#include "figures/figure.hpp"

namespace qbatt::figures {

// Numbers of figures are those of Liu et al., Chin. Phys. B 34, 020306 (2025); all systems are at resonance without Ising coupling,
// A = omega_b = 1, the charger full unless said otherwise.

/// Figs 2 and 3: two cells and N_c >= 2 chargers, and two chargers and N_b >= 2 cells, which store the same energy and have the
/// same entropy: one picture, with the closed form and its limit.
Figure two_on_a_side(Calculation& calculation);
/// Fig. 4(a): energy per cell against N_c.
Figure charger_size(Calculation& calculation);
/// Fig. 4(b): energy per cell against N_c / N_b.
Figure charger_ratio(Calculation& calculation);
/// Fig. 4(c): the same up to N_b = 2000, with the neighborhood of N_c = N_b under the lens.
Figure large_batteries(Calculation& calculation);
/// Fig. 5: energy and entropy per cell against N_b = N_c = N.
Figure equal_sizes(Calculation& calculation);

/// E(t) and S(t) for some N_b = N_c.
Figure charging_curves(Calculation& calculation);
/// Energy, charging time and entropy at the first peak, and the largest power, against the filling of the charger, m / m*, m* =
/// (N_b + N_c) / 2.
Figure filling(Calculation& calculation);
/// Chargers at m* against full ones: missing energy and charging time up to N_b = 20000, and the share of the charger's quanta.
Figure best_filling(Calculation& calculation);
/// Energy per cell against N_c / N_b at N_b = 50: at the first peak, the largest in 300 transit times, and on a time grid that is
/// too coarse: the last two oscillate.
Figure windows(Calculation& calculation);
/// Energy per cell for all N_b and N_c up to 200.
Figure plane(Calculation& calculation);
/// A N t_1 - ln N for N_b = N_c = N up to 10^6.
Figure charging_time(Calculation& calculation);
/// The largest E / t, E_1 / t_1 and the times of both against N_b = N_c, against N_c and N_b at the other fixed, and against N_b =
/// m at very many N_c and at a mode, with local slopes and power laws fitted over several ranges.
Figure power_laws(Calculation& calculation);
/// One battery of N cells against N batteries of one cell, and N/2 of two.
Figure collective_charging(Calculation& calculation);
/// The full charger and the time of best charging: as the paper has it, N_c = N_b, and one spin more.
Figure protocol(Calculation& calculation);

/// Energy, ergotropy and its coherent share at the first peak against the polarization m / N_c of coherent, dephased and thermal
/// chargers and of Dicke states; and what is missing in each cell at m* against N_b.
Figure polarization(Calculation& calculation);
/// Energy per cell and charging time of a mode in a Fock state against its quanta, and beside those of N_c spins, which tend to it.
Figure boson(Calculation& calculation);

/// The names that figures are asked for by, in order; fig3 is in the picture of fig2.
std::span<const std::string_view> figure_names();

/// Those of these names, each once, in the order of figure_names(); nothing else is computed.
std::vector<Figure> make_figures(Calculation& calculation, std::span<const std::string_view> wanted);

}  // namespace qbatt::figures
