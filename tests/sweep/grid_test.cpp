#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "qbatt/errors.hpp"
#include "qbatt/sweep.hpp"
#include "support/errors.hpp"
#include "sweep/source.hpp"

namespace qbatt {
namespace {

using test::message_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

AxisTexts axes(std::initializer_list<std::pair<Parameter, const char*>> given) {
  AxisTexts texts;
  for (const auto& [parameter, text] : given) texts[static_cast<std::size_t>(parameter)] = text;
  return texts;
}

const SweepGrid::Values& of(const SweepGrid& grid, Parameter parameter) {
  return grid.values[static_cast<std::size_t>(parameter)];
}

std::vector<std::pair<std::string, std::int64_t>> dimensions_of(const SweepGrid& grid) {
  std::vector<std::pair<std::string, std::int64_t>> all;
  for (const SweepGrid::Dimension& dimension : grid.dimensions) all.emplace_back(dimension.name, dimension.size);
  return all;
}

using enum Parameter;

TEST(Grid, AFreeAxisIsADimensionAndALinkFollowsIt) {
  const SweepGrid grid = SweepPlan::from_axes(axes({{n_b, "1:3"}, {n_c, "nb+1"}, {ising, "0,0.5"}}), false).grid();
  EXPECT_THAT(dimensions_of(grid), ElementsAre(Pair("n_b", 3), Pair("ising", 2)));
  EXPECT_EQ(grid.cells(), 6);
  EXPECT_THAT(of(grid, n_b).dimensions, ElementsAre(0));
  EXPECT_THAT(of(grid, n_c).dimensions, ElementsAre(0));
  EXPECT_THAT(of(grid, n_c).values, ElementsAre(2, 3, 4));
  EXPECT_THAT(of(grid, m).values, ElementsAre(2, 3, 4));  // linked to what is linked
  EXPECT_THAT(of(grid, ising).dimensions, ElementsAre(1));
  EXPECT_THAT(of(grid, coupling).dimensions, IsEmpty());
  EXPECT_THAT(of(grid, coupling).values, ElementsAre(1));
}

TEST(Grid, OneSystemHasNoDimension) {
  const SweepGrid grid = SweepPlan::from_axes(axes({{n_b, "7"}}), false).grid();
  EXPECT_THAT(grid.dimensions, IsEmpty());
  EXPECT_EQ(grid.cells(), 1);
}

TEST(Grid, AnAxisOfOneValueInTheFormOfARangeIsADimension) {
  const SweepGrid grid = SweepPlan::from_axes(axes({{n_b, "7:7"}}), false).grid();
  EXPECT_THAT(dimensions_of(grid), ElementsAre(Pair("n_b", 1)));
}

TEST(Grid, ANameTwiceAroundAColonIsADimensionOfOne) {
  const AxisTexts texts = axes({{n_b, "7"}, {charger, "boson"}, {charger_state, "thermal:thermal"}});
  const SweepGrid grid = SweepPlan::from_axes(texts, false).grid();
  EXPECT_THAT(dimensions_of(grid), ElementsAre(Pair("charger_state", 1)));
  EXPECT_THAT(of(grid, charger_state).values, ElementsAre(static_cast<double>(ChargerState::thermal)));
  EXPECT_THAT(message_of<InputError>([] {
                SweepPlan::from_axes(axes({{n_b, "7"}, {charger_state, "thermal:dicke"}}), false);
              }),
              HasSubstr("`thermal:dicke` is not known"));
}

// Of numbers that are typed rounding makes no difference: the same for every state.
TEST(Grid, TypedQuantaAreADimensionAndRoundedOnesFollowTheState) {
  const auto grid_of_quanta = [](const char* text) {
    return SweepPlan::from_axes(axes({{n_b, "4"}, {n_c, "6"}, {m, text}, {charger_state, "dicke,thermal"}}), true).grid();
  };
  for (const char* const typed : {"1,2.5,3", "1:5:2"}) {
    const SweepGrid grid = grid_of_quanta(typed);
    EXPECT_THAT(dimensions_of(grid), ElementsAre(Pair("charger_state", 2), Pair("m", 3)));
    EXPECT_THAT(of(grid, m).dimensions, ElementsAre(1));
  }
  const SweepGrid grid = grid_of_quanta("lin:1:2:3");
  EXPECT_THAT(dimensions_of(grid), ElementsAre(Pair("charger_state", 2), Pair("m_index", 3)));
  EXPECT_THAT(of(grid, m).values, testing::Pointwise(testing::NanSensitiveDoubleEq(), {1., 2., std::nan(""), 1., 1.5, 2.}));
}

TEST(Grid, ALinkedAxisOfSeveralValuesIsCountedAndPadded) {
  const SweepPlan plan = SweepPlan::from_axes(axes({{n_b, "1:3"}, {n_c, "nb:2nb"}, {omega_c, "omega-b,2"}}), false);
  const SweepGrid grid = plan.grid();
  EXPECT_THAT(dimensions_of(grid), ElementsAre(Pair("n_b", 3), Pair("nc_index", 4), Pair("omega_c_index", 2)));
  const double pad = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(of(grid, n_c).values,
              testing::Pointwise(testing::NanSensitiveDoubleEq(), {1., 2., pad, pad, 2., 3., 4., pad, 3., 4., 5., 6.}));
  EXPECT_EQ(grid.cells(), 24);
  EXPECT_EQ(plan.summary().systems, 18);
}

// Each row lies in the cell whose coordinates are its numbers, no two in one, in the order of the rows.
TEST(Grid, EveryRowHasTheCellOfItsNumbers) {
  const std::vector<AxisTexts> sweeps{
      axes({{n_b, "1:9:2,4"}, {n_c, "1:12:5"}, {m, "0:nc"}, {omega_b, "1,2"}, {omega_c, "lin:0.5omega-b:omega-b:2"}}),
      axes({{n_b, "nc:nc+2"}, {n_c, "1,3"}, {m, "0,nb,9"}, {ising, "-1:1"}}),
      axes({{n_b, "2"}, {n_c, "1:5"}, {m, "0:3"}}),
  };
  for (const AxisTexts& texts : sweeps) {
    const SweepPlan plan = SweepPlan::from_axes(texts, true);
    const SweepGrid grid = plan.grid();
    const auto next_cell = plan.cells(grid);
    std::int64_t before = -1;
    SweepCursor cursor = plan.systems();
    while (const auto system = cursor.next()) {
      const std::int64_t cell = next_cell();
      ASSERT_GT(cell, before);
      ASSERT_LT(cell, grid.cells());
      before = cell;
      std::vector<std::int64_t> places(grid.dimensions.size());
      std::int64_t rest = cell;
      for (std::size_t d = places.size(); d-- > 0; rest /= grid.dimensions[d].size) places[d] = rest % grid.dimensions[d].size;
      for (const ParameterInfo& info : parameter_info()) {
        const SweepGrid::Values& own = of(grid, info.id);
        std::int64_t at = 0;
        for (const std::size_t d : own.dimensions) at = at * grid.dimensions[d].size + places[d];
        EXPECT_EQ(own.values[static_cast<std::size_t>(at)], values_of(*system)[static_cast<std::size_t>(info.id)]) << info.name;
      }
    }
  }
}

TEST(Grid, TooManyCellsAreRefused) {
  // 9 10^11 combinations, but twice as many cells: n_b = 1 has one charger, n_b = 10^6 has 10^6 of them.
  const SweepPlan plan = SweepPlan::from_axes(axes({{n_b, "1,1e6"}, {n_c, "1:nb"}, {ising, "1:9e5"}}), false);
  EXPECT_THAT(message_of<InputError>([&] { static_cast<void>(plan.grid()); }), HasSubstr("cells: split the sweep"));
}

TEST(Columns, ALinkOrAConstantGivesWhatTheyLeaveOut) {
  const std::vector<double> batteries{3, 4};
  const std::vector<double> couplings{0.5, -1};
  const std::vector<SystemColumn> columns{{"n_b", batteries}, {"coupling", couplings}, {"t_opt", {}}};
  const SweepPlan plan = SweepPlan::from_columns(columns, axes({{n_c, "nb+1"}, {ising, "0.2"}}), false);
  EXPECT_THAT(plan.systems().take(3), ElementsAre(CentralSpin{3, 4, 4, 1, 1, 0.5, 0.2}, CentralSpin{4, 5, 5, 1, 1, -1, 0.2}));
}

TEST(Columns, UnphysicalRowsKeepTheirCells) {
  const std::vector<double> up{3, 9, 1, 8};
  const std::vector<double> batteries(4, 4);
  const std::vector<SystemColumn> columns{{"n_b", batteries}, {"m", up}};
  const SweepPlan plan = SweepPlan::from_columns(columns, {}, true);
  EXPECT_EQ(plan.summary().systems, 2);
  EXPECT_EQ(plan.summary().dropped, 2);
  const SweepGrid grid = plan.grid();
  EXPECT_THAT(dimensions_of(grid), ElementsAre(Pair("system", 4)));
  EXPECT_THAT(of(grid, m).values, ElementsAre(3, 9, 1, 8));
  const auto next_cell = plan.cells(grid);
  EXPECT_EQ(next_cell(), 0);
  EXPECT_EQ(next_cell(), 2);
  EXPECT_THAT(message_of<InputError>([&] { SweepPlan::from_columns(columns, {}, false); }), HasSubstr("row 1, column m: "));
}

TEST(Columns, WhatIsWrongIsNamed) {
  const std::vector<double> two{1, 2};
  const std::vector<double> half{1, 2.5};
  const std::vector<double> three{1, 2, 3};
  const auto message = [](const std::vector<SystemColumn>& columns, const AxisTexts& constants = {}) {
    return message_of<InputError>([&] { SweepPlan::from_columns(columns, constants, false); });
  };
  EXPECT_THAT(message({{"n_b", half}}), HasSubstr("row 1, column n_b: 2.5 must be a whole number"));
  EXPECT_THAT(message({{"n_b", two}, {"n_c", three}}), HasSubstr("n_c has 3 values, but n_b has 2"));
  EXPECT_THAT(message({{"nb", two}}), HasSubstr("`nb` is not a column of systems: did you mean `n_b`"));
  EXPECT_THAT(message({{"n_c", two}}), HasSubstr("no column n_b"));
  EXPECT_THAT(message({{"n_b", two}}, axes({{n_b, "3"}})), HasSubstr("--nb cannot be combined with the column n_b"));
  EXPECT_THAT(message({{"n_b", two}}, axes({{ising, "0,1"}})), HasSubstr("--ising: `0,1` is an axis"));
}

}  // namespace
}  // namespace qbatt
