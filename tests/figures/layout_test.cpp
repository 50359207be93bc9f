#include "figures/layout.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "figures/figures.hpp"

namespace qbatt::figures {
namespace {

using testing::HasSubstr;
using testing::Not;

Figure two_panels() {
  return {.name = "some",
          .tables = {{"numbers", {"n", "x"}, {{1, 0.5}, {2, 0.25}}}},
          .panels = {"plot $numbers using 1:2\n", "plot $numbers using 2:1\n"},
          .key = key_of_sizes("N", {1, 20})};
}

TEST(Layout, PanelsStandBelowEachOtherOrSideBySide) {
  const Figure figure = two_panels();
  const PictureSize narrow = size_of(figure, {}), wide = size_of(figure, two_columns);
  EXPECT_EQ(narrow.width, one_column);
  EXPECT_GT(narrow.height, narrow.width);
  EXPECT_LT(wide.height, wide.width / 2);
  EXPECT_THAT(script_of(figure, "some.pdf", narrow), HasSubstr("set multiplot layout 2,1 "));
  EXPECT_THAT(script_of(figure, "some.pdf", wide), HasSubstr("set multiplot layout 1,2 "));
}

TEST(Layout, DataPanelsAndKeyAreInTheScript) {
  const Figure figure = two_panels();
  const std::string script = script_of(figure, "some.svg", size_of(figure, {}));
  EXPECT_THAT(script, HasSubstr("$numbers << END_OF_DATA\n1 0.5\n2 0.25\nEND_OF_DATA\n"));
  const std::size_t first = script.find(figure.panels[0]), second = script.find(figure.panels[1]);
  EXPECT_LT(first, second);
  EXPECT_LT(second, script.size());
  EXPECT_LT(script.find("nohead lt L(20)"), first);
  EXPECT_THAT(script.substr(first, second - first), HasSubstr("unset label 203")) << "one key for both";
  EXPECT_THAT(script, testing::AllOf(HasSubstr("\"(a)\""), HasSubstr("\"(b)\"")));
  Figure single = figure;
  single.panels.pop_back();
  EXPECT_THAT(script_of(single, "some.svg", size_of(single, {})), Not(HasSubstr("\"(a)\"")));
}

TEST(Layout, AKeyThatIsTooLongForALineTakesSeveral) {
  Figure figure = two_panels();
  const double one_line = size_of(figure, {}).height;
  for (int i = 0; i < 4; ++i) figure.key.push_back({.title = "a long explanation", .line = "lt 1"});
  EXPECT_GT(size_of(figure, {}).height, one_line + 10);
  EXPECT_LT(size_of(figure, two_columns).height, size_of(two_panels(), two_columns).height + 12);
}

TEST(FigureNames, AreMadeOnceInTheirOrder) {
  Calculation calculation{Request{}};
  const auto figures = make_figures(calculation, std::array<std::string_view, 3>{"protocol", "fig3", "fig2"});
  ASSERT_EQ(figures.size(), 2U);
  EXPECT_EQ(figures[0].name, "fig2");
  EXPECT_EQ(figures[1].name, "protocol");
  EXPECT_EQ(calculation.systems(), 2 * 99U + 22);
}

}  // namespace
}  // namespace qbatt::figures
