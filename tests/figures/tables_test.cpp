// The tables of the figures against closed forms, wherever there are some.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "figures/figures.hpp"
#include "oracle/closed_forms.hpp"
#include "support/comparisons.hpp"

namespace qbatt::figures {
namespace {

using test::within;
using test::within_relative;
namespace closed = test::closed;

// A table whose cells are found by name.
class Cells {
public:
  explicit Cells(FigureTable table) : table_(std::move(table)) {}
  [[nodiscard]] std::size_t rows() const { return table_.rows.size(); }
  [[nodiscard]] double at(std::size_t row, const std::string& column) const {
    const auto found = std::ranges::find(table_.columns, column);
    if (found == table_.columns.end()) throw std::runtime_error("no column " + column);
    return table_.rows.at(row).at(static_cast<std::size_t>(found - table_.columns.begin()));
  }
  [[nodiscard]] std::int64_t whole(std::size_t row, const std::string& column) const { return std::llround(at(row, column)); }
  /// The first row of these sizes.
  [[nodiscard]] std::size_t find(std::int64_t n_b, std::int64_t n_c) const {
    for (std::size_t i = 0; i < rows(); ++i)
      if (whole(i, "n_b") == n_b && whole(i, "n_c") == n_c) return i;
    throw std::runtime_error("no such system");
  }

private:
  FigureTable table_;
};

class Figures : public testing::Test {
protected:
  Cells table(Figure (*make)(Calculation&), std::size_t which = 0) { return Cells(make(calculation_).tables.at(which)); }
  void TearDown() override {
    EXPECT_GT(calculation_.systems(), 0U);
    EXPECT_EQ(calculation_.bad(), 0U);
  }
  Calculation calculation_{Request{}};
};

// N_b = 1, two cells, two chargers and one charger: the energy per cell at the first peak; NaN where there is no closed form.
double closed_energy_per_cell(std::int64_t n_b, std::int64_t n_c) {
  if (n_b == 1 || n_c == 1) return 1 / static_cast<double>(n_b);
  if (n_b == 2 || n_c == 2) return closed::three_level_peak_energy(std::max(n_b, n_c)) / static_cast<double>(n_b);
  return std::nan("");
}

std::size_t count_and_compare(const Cells& cells) {
  std::size_t compared = 0;
  for (std::size_t i = 0; i < cells.rows(); ++i) {
    const double expected = closed_energy_per_cell(cells.whole(i, "n_b"), cells.whole(i, "n_c"));
    if (std::isnan(expected)) continue;
    EXPECT_TRUE(within(cells.at(i, "energy_per_cell_opt"), expected, 1e-12))
        << "N_b = " << cells.at(i, "n_b") << ", N_c = " << cells.at(i, "n_c");
    ++compared;
  }
  return compared;
}

TEST_F(Figures, TwoCellsAndTwoChargersAreClosedForms) {
  for (const std::size_t which : {0U, 1U}) {
    const Cells cells = table(two_on_a_side, which);
    ASSERT_EQ(cells.rows(), 99U);
    for (std::size_t i = 0; i < cells.rows(); ++i) {
      const std::int64_t n = std::max(cells.whole(i, "n_b"), cells.whole(i, "n_c"));
      EXPECT_TRUE(within_relative(cells.at(i, "t_opt"), closed::three_level_peak(n, 1), 1e-10));
      EXPECT_TRUE(within(cells.at(i, "energy_opt"), closed::three_level_peak_energy(n), 1e-12));
      EXPECT_TRUE(within(cells.at(i, "entropy_opt"), closed::three_level_peak_entropy(n), 1e-9));
      EXPECT_TRUE(within(cells.at(i, "energy_closed_form"), closed::three_level_peak_energy(n), 1e-14));
      EXPECT_TRUE(within(cells.at(i, "entropy_closed_form"), closed::three_level_peak_entropy(n), 1e-14));
    }
  }
}

TEST_F(Figures, ChargersOfAllSizesAgreeWithClosedForms) {
  EXPECT_GT(count_and_compare(table(charger_size)), 200U);
  EXPECT_GT(count_and_compare(table(charger_ratio)), 20U);
}

// The best full charger has one spin more than the battery.
TEST_F(Figures, TheLensShowsTheMaximum) {
  const Cells cells = table(large_batteries, 1);
  ASSERT_EQ(cells.rows(), 44U);
  for (std::size_t i = 0; i < cells.rows(); ++i) {
    const std::size_t equal = cells.find(cells.whole(i, "n_b"), cells.whole(i, "n_b"));
    EXPECT_EQ(cells.at(equal, "energy_gain"), 0.0);
    const std::size_t one_more = cells.find(cells.whole(i, "n_b"), cells.whole(i, "n_b") + 1);
    EXPECT_GT(cells.at(one_more, "energy_gain"), 0.04);
    EXPECT_LE(cells.at(i, "energy_gain"), cells.at(one_more, "energy_gain"));
  }
  EXPECT_TRUE(within(cells.at(cells.find(10, 11), "energy_per_cell_opt"), 0.963179, 5e-7));
  EXPECT_TRUE(within(cells.at(cells.find(10, 10), "energy_per_cell_opt"), 0.956738, 5e-7));
}

TEST_F(Figures, EqualSizesAreFullAtOneAndTwoAndLowestAtSeven) {
  const Cells cells = table(equal_sizes);
  ASSERT_EQ(cells.rows(), 2000U);
  EXPECT_TRUE(within(cells.at(0, "energy_per_cell_opt"), 1, 1e-12));
  EXPECT_TRUE(within(cells.at(1, "energy_per_cell_opt"), 1, 1e-12));
  EXPECT_TRUE(within_relative(cells.at(1, "t_opt"), closed::three_level_peak(2, 1), 1e-10));
  EXPECT_TRUE(within(cells.at(6, "energy_per_cell_opt"), 0.9550360950, 1e-10));
  EXPECT_TRUE(within(cells.at(1999, "energy_per_cell_opt"), 0.9991864060, 1e-10));
  for (std::size_t i = 0; i < cells.rows(); ++i) {
    EXPECT_GE(cells.at(i, "energy_per_cell_opt"), cells.at(6, "energy_per_cell_opt"));
    EXPECT_LE(cells.at(i, "entropy_per_cell"), cells.at(5, "entropy_per_cell"));
  }
}

TEST_F(Figures, TheCurveOfTwoCellsIsAClosedForm) {
  const Cells cells = table(charging_curves);
  std::size_t compared = 0;
  for (std::size_t i = 0; i < cells.rows(); ++i) {
    if (cells.whole(i, "n_b") != 2) continue;
    const auto p = closed::three_level_populations(2, 1, cells.at(i, "t"));
    EXPECT_TRUE(within(cells.at(i, "energy_per_cell"), (p[1] + 2 * p[2]) / 2, 1e-12));
    double entropy = 0;
    for (const double share : p) entropy -= share > 0 ? share * std::log2(share) : 0;
    EXPECT_TRUE(within(cells.at(i, "entropy"), entropy, 1e-9));
    ++compared;
  }
  EXPECT_EQ(compared, 401U);
}

TEST_F(Figures, ThePlaneIsSymmetricAndAgreesWithClosedForms) {
  const Cells cells = table(plane);
  ASSERT_EQ(cells.rows(), 40000U);
  EXPECT_EQ(count_and_compare(cells), 4U * 200 - 4);
  for (std::size_t i = 0; i < 200; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const double here = cells.at(200 * i + j, "energy_per_cell_opt") * static_cast<double>(i + 1);
      const double there = cells.at(200 * j + i, "energy_per_cell_opt") * static_cast<double>(j + 1);
      EXPECT_TRUE(within(here, there, 1e-10)) << i + 1 << " " << j + 1;
    }
  }
}

TEST_F(Figures, ChargingTimesFollowTheLogarithm) {
  const Cells cells = table(charging_time);
  EXPECT_TRUE(within(cells.at(0, "a_n_t_minus_ln_n"), std::numbers::pi / 2, 1e-10));
  EXPECT_TRUE(within(cells.at(1, "a_n_t_minus_ln_n"), std::numbers::pi / std::sqrt(2.0) - std::log(2.0), 1e-10));
  EXPECT_EQ(cells.whole(cells.rows() - 1, "n_b"), 1'000'000);
}

// At m* = (N_b + N_c) / 2 the chain is mirror symmetric.
TEST_F(Figures, TheBestFillingIsHalfOfAllSpins) {
  const Cells cells = table(filling);
  std::size_t compared = 0;
  for (std::size_t i = 0; i < cells.rows(); ++i) {
    if (cells.at(i, "m_over_best") != 1) continue;
    for (std::size_t j = 0; j < cells.rows(); ++j) {
      if (j == i || cells.at(j, "n_b") != cells.at(i, "n_b") || cells.at(j, "n_c") != cells.at(i, "n_c")) continue;
      EXPECT_LT(cells.at(j, "energy_per_cell_opt"), cells.at(i, "energy_per_cell_opt")) << "m = " << cells.at(j, "m");
      ++compared;
    }
  }
  EXPECT_EQ(compared, 20U + 60 + 100 + 150 + 200 - 5);
}

// N_c = 2 N_b at m*: the classical time is half the integral of 1/sqrt(x (1 - x) (3/2 - x) (1/2 + x)) over [0, 1], here by x =
// sin^2 and the midpoint rule, which converges geometrically for a periodic function.
TEST_F(Figures, AtTheBestFillingNoLogarithmIsLeft) {
  double integral = 0;
  constexpr int points = 200;
  for (int i = 0; i < points; ++i) {
    const double x = std::pow(std::sin((i + 0.5) * std::numbers::pi / 2 / points), 2);
    integral += std::numbers::pi / 2 / points / std::sqrt((1.5 - x) * (0.5 + x));
  }
  const Cells cells = table(best_filling);
  const std::size_t last = cells.find(20'000, 40'000);
  EXPECT_TRUE(within(integral, 1.6857503548, 1e-10));
  EXPECT_TRUE(within(20'000 * cells.at(last, "t_opt"), integral, 1e-4));
  EXPECT_TRUE(within(4e8 * (1 - cells.at(last, "energy_per_cell_opt")), 0.2166, 2e-4));
  EXPECT_TRUE(within(cells.at(last, "yield"), 2.0 / 3, 1e-9));
  const Cells yields = table(best_filling, 1);
  for (std::size_t i = 0; i < yields.rows(); ++i)
    EXPECT_TRUE(within(yields.at(i, "yield"), 100 * yields.at(i, "energy_per_cell_opt") / yields.at(i, "m"), 1e-13));
}

// How often the energy rises from one charger to the next, from N_c = 51 on.
std::size_t rises(const Cells& cells, const std::string& column) {
  std::size_t count = 0;
  for (std::size_t i = 2; i < cells.rows(); ++i) count += cells.at(i, column) > cells.at(i - 1, column) ? 1 : 0;
  return count;
}

TEST_F(Figures, OnlyLongWindowsAndCoarseGridsOscillate) {
  const Cells cells = table(windows);
  ASSERT_EQ(cells.rows(), 51U);
  EXPECT_EQ(rises(cells, "first_peak"), 0U);
  EXPECT_GT(rises(cells, "largest_in_window"), 10U);
  EXPECT_GT(rises(cells, "largest_on_grid"), 10U);
  for (std::size_t i = 0; i < cells.rows(); ++i) {
    EXPECT_GE(cells.at(i, "largest_in_window"), cells.at(i, "first_peak") - 1e-12);
    EXPECT_LE(cells.at(i, "largest_on_grid"), cells.at(i, "first_peak") + 1e-12);
  }
}

// sin(x)^2 / x is largest where tan x = 2x, x = 1.16556118520721, with the value 0.724611353776708; two cells store sin(x)^2 in
// t = x/sqrt(2), so their power is sqrt(2) times that, per cell.
TEST_F(Figures, PowersOfOneAndTwoCellsAreClosedForms) {
  const Cells cells = table(power_laws);
  const double x = 1.1655611852072113;
  const double largest = std::pow(std::sin(x), 2) / x;
  EXPECT_TRUE(within(cells.at(0, "power_opt"), 2 / std::numbers::pi, 1e-10));
  EXPECT_TRUE(within(cells.at(1, "power_opt") / 2, std::sqrt(8.0) / std::numbers::pi, 1e-10));
  EXPECT_TRUE(within(largest, 0.724611353776708476, 1e-15));
  EXPECT_TRUE(within(cells.at(0, "largest_power"), largest, 1e-13));
  EXPECT_TRUE(within(cells.at(0, "t_largest_power"), x, 1e-9));
  EXPECT_TRUE(within(cells.at(1, "largest_power") / 2, std::sqrt(2.0) * largest, 1e-13));
}

// A mirror image: N_b and N_c of full chargers may be exchanged. A charger of very many spins is a boson of m quanta, but for
// m/N_c, with A sqrt(N_c) for A: N_b = m = 1 swings at that.
TEST_F(Figures, PowersOfTheOtherFamiliesAreKnownAtTheirEnds) {
  const Cells cells = table(power_laws);
  std::vector<std::size_t> chargers, batteries, bosons, modes;
  for (std::size_t i = 0; i < cells.rows(); ++i) {
    const std::int64_t family = cells.whole(i, "family");
    if (family > 1) (family == 2 ? chargers : family == 3 ? batteries : family == 4 ? bosons : modes).push_back(i);
  }
  ASSERT_EQ(chargers.size(), batteries.size());
  for (std::size_t i = 0; i < chargers.size(); ++i)
    EXPECT_TRUE(within_relative(cells.at(chargers[i], "largest_power"), cells.at(batteries[i], "largest_power"), 1e-10)) << i;
  EXPECT_TRUE(within_relative(cells.at(bosons[0], "largest_power") / std::sqrt(1e10), 0.724611353776708476, 1e-9));
  ASSERT_EQ(modes.size(), bosons.size());
  EXPECT_TRUE(within(cells.at(modes[0], "largest_power"), 0.724611353776708476, 1e-13));
  for (std::size_t i = 0; i < modes.size(); ++i) {
    const double few_up = cells.at(modes[i], "m") / 1e10;
    EXPECT_EQ(cells.at(modes[i], "n_c"), 0.0);
    EXPECT_TRUE(
        within_relative(cells.at(bosons[i], "power_opt") / std::sqrt(1e10), cells.at(modes[i], "power_opt"), 1e-9 + few_up));
  }
}

// 0.8264 per cell is what arXiv:2411.01175 has of E_1/t_1 for N = 1 ... 537.
TEST_F(Figures, ExponentsDependOnTheRange) {
  const Cells fits = table(power_laws, 1);
  ASSERT_EQ(fits.rows(), 4U * (3 + 4 + 3 + 3 + 4 + 4));
  const auto exponent = [&](std::int64_t family, std::int64_t column, std::int64_t first, std::int64_t last) {
    for (std::size_t i = 0; i < fits.rows(); ++i) {
      const bool is_it = fits.whole(i, "family") == family && fits.whole(i, "column") == column &&
                         fits.whole(i, "n_first") == first && fits.whole(i, "n_last") == last;
      if (is_it) return fits.at(i, "exponent");
    }
    throw std::runtime_error("no such fit");
  };
  EXPECT_TRUE(within(exponent(1, 7, 1, 537) - 1, 0.8264, 5e-5));
  EXPECT_TRUE(within(exponent(1, 7, 2, 50) - 1, 0.75, 0.005));
  EXPECT_TRUE(within(exponent(1, 7, 50, 1000) - 1, 0.86, 0.005));
  EXPECT_GT(exponent(1, 5, 1000, 10'000), exponent(1, 5, 100, 1000) + 0.01);
  EXPECT_TRUE(within(exponent(2, 5, 1000, 10'000), 0.5, 0.01));
  EXPECT_TRUE(within(exponent(4, 5, 1000, 10'000), 1.5, 0.002));
  EXPECT_TRUE(within(exponent(5, 5, 100, 1000), 1.4996, 5e-5));
  EXPECT_EQ(fits.at(0, "points"), 537.0);
  for (std::size_t i = 0; i < fits.rows(); ++i) EXPECT_TRUE(test::between(fits.at(i, "standard_error"), 1e-8, 0.03)) << i;
}

// One cell is parallel charging; two are as fast as a pair.
TEST_F(Figures, CollectiveChargingOfOneAndTwoCellsIsKnown) {
  const Cells cells = table(collective_charging);
  std::size_t compared = 0;
  for (std::size_t i = 0; i < cells.rows(); ++i) {
    const double r = cells.at(i, "chargers_per_cell");
    EXPECT_TRUE(within_relative(cells.at(i, "t_parallel"), std::numbers::pi / (2 * std::sqrt(r)), 1e-14));
    if (cells.whole(i, "n_b") == 1) {
      EXPECT_TRUE(within_relative(cells.at(i, "time_advantage"), 1, 1e-10));
      EXPECT_TRUE(within_relative(cells.at(i, "power_advantage"), 1, 1e-10));
      ++compared;
    } else if (cells.whole(i, "n_b") == 2) {
      const auto n_c = static_cast<std::int64_t>(2 * r);
      const double advantage = cells.at(i, "t_parallel") / closed::three_level_peak(n_c, 1);
      EXPECT_TRUE(within_relative(cells.at(i, "time_advantage"), advantage, 1e-10));
      EXPECT_TRUE(within_relative(cells.at(i, "power_advantage"), advantage * closed::three_level_peak_energy(n_c) / 2, 1e-10));
      EXPECT_TRUE(within_relative(cells.at(i, "time_advantage_over_pairs"), 1, 1e-10));
      ++compared;
    }
  }
  EXPECT_EQ(compared, 4U);
}

TEST_F(Figures, TheProtocolNamesTheBetterCharger) {
  const Cells cells = table(protocol);
  ASSERT_EQ(cells.rows(), 22U);
  EXPECT_EQ(count_and_compare(cells), 4U);
  for (std::size_t i = 0; i < cells.rows(); i += 2) {
    const bool one_more = cells.at(i + 1, "energy_per_cell_opt") > cells.at(i, "energy_per_cell_opt") + 1e-10;
    EXPECT_EQ(one_more, cells.at(i, "n_b") >= 5) << cells.at(i, "n_b");
  }
}

// Two cells and one chain of a charger: sum k p_k with b_0^2, b_1^2 the squares of the couplings.
double two_cell_energy(double b0, double b1, double t) {
  if (b0 == 0) return 0;
  const double total = b0 + b1, angle = std::sqrt(total) * t;
  return (b0 * std::pow(std::sin(angle), 2) + 8 * b0 * b1 * std::pow(std::sin(angle / 2), 4) / total) / total;
}

double two_cell_energy(std::int64_t n_c, std::int64_t m, double t) {
  const auto coupling = [&](std::int64_t k) { return m > k ? 2.0 * static_cast<double>((m - k) * (n_c - m + k + 1)) : 0.0; };
  return two_cell_energy(coupling(0), coupling(1), t);
}

// Two cells and four spins, each up with probability 3/4, which are a spin of 2 once, of 1 three times and of 0 twice; and the
// weights of the coherent state, 4 over M times P^M (1 - P)^(4 - M).
double two_cells_and_thermal_spins(double t) {
  double energy = 0;
  for (std::int64_t x = 0; x <= 2; ++x)
    for (std::int64_t m = 0; m <= 4 - 2 * x; ++m)
      energy += std::array{1, 3, 2}[static_cast<std::size_t>(x)] * std::pow(3, m + x) / 256 * two_cell_energy(4 - 2 * x, m, t);
  return energy;
}
double two_cells_and_coherent_spins(double t) {
  double energy = 0;
  for (std::int64_t m = 0; m <= 4; ++m)
    energy += std::array{1, 4, 6, 4, 1}[static_cast<std::size_t>(m)] * std::pow(3, m) / 256 * two_cell_energy(4, m, t);
  return energy;
}

std::size_t find_state(const Cells& cells, ChargerState state, std::int64_t n_b, double m) {
  for (std::size_t i = 0; i < cells.rows(); ++i)
    if (cells.whole(i, "state") == 1 + static_cast<std::int64_t>(state) && cells.whole(i, "n_b") == n_b && cells.at(i, "m") == m)
      return i;
  throw std::runtime_error("no such state");
}

void expect_first_peak(const Cells& cells, ChargerState state, double (*energy)(double t)) {
  const std::size_t row = find_state(cells, state, 2, 3);
  const double t = cells.at(row, "t_opt");
  EXPECT_TRUE(within(2 * cells.at(row, "energy_per_cell_opt"), energy(t), 1e-12));
  for (int i = 0; i < 200; ++i) EXPECT_LT(energy(t * i / 200), energy(t * (i + 1) / 200)) << i;
  EXPECT_LT(energy(1.005 * t), energy(t));
}

// Coherences neither move energy nor populations; they are work beside what the populations allow.
void expect_coherence_is_work(const Cells& cells) {
  for (int halves = 1; halves <= 80; ++halves) {
    const std::size_t coherent = find_state(cells, ChargerState::coherent, 20, 0.5 * halves);
    const std::size_t dephased = find_state(cells, ChargerState::dephased, 20, 0.5 * halves);
    EXPECT_TRUE(within(cells.at(coherent, "energy_per_cell_opt"), cells.at(dephased, "energy_per_cell_opt"), 1e-12));
    EXPECT_TRUE(within(cells.at(coherent, "ergotropy_per_cell_opt") - cells.at(coherent, "coherent_ergotropy_per_cell_opt"),
                       cells.at(dephased, "ergotropy_per_cell_opt"), 1e-9));
    EXPECT_EQ(cells.at(dephased, "coherent_ergotropy_per_cell_opt"), 0.0);
    EXPECT_GE(cells.at(coherent, "coherent_ergotropy_per_cell_opt"), -1e-9);
  }
  EXPECT_GT(cells.at(find_state(cells, ChargerState::coherent, 20, 12), "coherent_ergotropy_per_cell_opt"), 0.1);
}

// Spins that all are up are in a Dicke state; of thermal ones without inversion no battery does work.
void expect_ends_of_the_polarization(const Cells& cells) {
  const std::size_t full = find_state(cells, ChargerState::dicke, 20, 40);
  for (const ChargerState state : all_charger_states) {
    const std::size_t row = find_state(cells, state, 20, 40);
    EXPECT_EQ(cells.at(row, "energy_per_cell_opt"), cells.at(full, "energy_per_cell_opt"));
    EXPECT_EQ(cells.at(row, "t_opt"), cells.at(full, "t_opt"));
  }
  for (std::size_t i = 0; i < cells.rows(); ++i) {
    if (cells.whole(i, "state") != 1 + static_cast<std::int64_t>(ChargerState::thermal)) continue;
    const double work = cells.at(i, "ergotropy_per_cell_opt"), polarization = cells.at(i, "polarization");
    if (polarization <= 0.5) EXPECT_TRUE(within(work, 0, 1e-12)) << polarization;
    if (polarization >= 0.75) EXPECT_GT(work, 0.6) << polarization;
  }
}

// At m* with N_c = 2 N_b: the Dicke state misses 0.2166 / N_b^2.
void expect_order_at_best_filling(const Cells& cells) {
  for (std::size_t i = 0; cells.whole(i, "state") == 1; ++i) {
    const std::int64_t n_b = cells.whole(i, "n_b");
    const double m = cells.at(i, "m");
    const auto missing = [&](ChargerState state, double up) {
      return 1 - cells.at(find_state(cells, state, n_b, up), "energy_per_cell_opt");
    };
    EXPECT_LT(missing(ChargerState::dicke, m), missing(ChargerState::coherent, m)) << n_b;
    EXPECT_LT(missing(ChargerState::coherent, m), missing(ChargerState::thermal, m)) << n_b;
    EXPECT_EQ(missing(ChargerState::thermal, m) < missing(ChargerState::dicke, static_cast<double>(2 * n_b)), n_b > 50) << n_b;
    if (n_b < 200) continue;
    EXPECT_TRUE(within(40'000 * missing(ChargerState::dicke, m), 0.2166, 0.01));
    EXPECT_TRUE(test::between(missing(ChargerState::coherent, m) / missing(ChargerState::dicke, m), 2, 10));
    return;
  }
  ADD_FAILURE() << "no battery of 200 cells";
}

TEST_F(Figures, PolarizedChargersAreBetweenTheirLimits) {
  const Figure figure = polarization(calculation_);
  const Cells cells(figure.tables.at(0)), best(figure.tables.at(1));
  expect_coherence_is_work(cells);
  expect_ends_of_the_polarization(cells);
  expect_order_at_best_filling(best);
  expect_first_peak(best, ChargerState::thermal, two_cells_and_thermal_spins);
  expect_first_peak(best, ChargerState::coherent, two_cells_and_coherent_spins);
}

// Two cells and n quanta store what n cells and two quanta do, as cells and quanta may be exchanged.
TEST_F(Figures, TwoCellsOrTwoQuantaAreClosedForms) {
  const Cells cells = table(boson);
  std::size_t compared = 0;
  for (std::size_t i = 0; i < cells.rows(); ++i) {
    const double n_b = cells.at(i, "n_b"), m = cells.at(i, "m"), n = std::max(n_b, m);
    const double energy = n_b * cells.at(i, "energy_per_cell_opt"), t = cells.at(i, "t_opt");
    if (std::min(n_b, m) == 1) {
      EXPECT_TRUE(within(energy, 1, 1e-12));
      EXPECT_TRUE(within_relative(t, std::numbers::pi / (2 * std::sqrt(n)), 1e-10));
    } else if (std::min(n_b, m) == 2) {
      EXPECT_TRUE(within(energy, 8 * n * (n - 1) / std::pow(2 * n - 1, 2), 1e-12 * n_b)) << n_b << " " << m;
      EXPECT_TRUE(within_relative(t, std::numbers::pi / std::sqrt(4 * n - 2), 1e-10));
    } else {
      continue;
    }
    ++compared;
  }
  EXPECT_EQ(compared, 4U + 2 + 2);
}

// To twelve digits, as published with the definitions.
TEST_F(Figures, AsManyQuantaAsCellsAreKnown) {
  const Cells cells = table(boson);
  for (const auto& [n, energy] : {std::pair{10, 0.886330036417}, std::pair{1000, 0.984633870573}}) {
    bool found = false;
    for (std::size_t i = 0; i < cells.rows(); ++i) {
      if (cells.whole(i, "n_b") != n || cells.whole(i, "m") != n) continue;
      EXPECT_TRUE(within(cells.at(i, "energy_per_cell_opt"), energy, 2e-12));
      found = true;
    }
    EXPECT_TRUE(found) << n;
  }
}

// Two cells are closed forms with b_0^2 = 4 (N_c - 1)/N_c, b_1^2 = 2. Of a million spins, few of them up, a mode is left.
TEST_F(Figures, SpinsTendToAMode) {
  const Cells cells = table(boson, 1);
  std::size_t modes = 0;
  for (std::size_t i = 0; i < cells.rows(); ++i) {
    const double n_c = cells.at(i, "n_c"), m = cells.at(i, "m");
    if (cells.whole(i, "n_b") == 2) {
      const double b0 = n_c > 0 ? 4 * (n_c - 1) / n_c : 4, t = std::numbers::pi / std::sqrt(b0 + 2);
      EXPECT_TRUE(within_relative(cells.at(i, "t_opt"), t, 1e-10)) << n_c;
      EXPECT_TRUE(within(2 * cells.at(i, "energy_per_cell_opt"), two_cell_energy(b0, 2, t), 1e-12)) << n_c;
    }
    if (n_c > 0) continue;
    EXPECT_EQ(cells.at(i - 1, "n_c"), 1e6);
    EXPECT_TRUE(within(cells.at(i - 1, "energy_per_cell_opt"), cells.at(i, "energy_per_cell_opt"), m * 1e-6));
    EXPECT_TRUE(within_relative(cells.at(i - 1, "t_opt"), cells.at(i, "t_opt"), m * 1e-6));
    ++modes;
  }
  EXPECT_EQ(modes, 3U);
}

}  // namespace
}  // namespace qbatt::figures
