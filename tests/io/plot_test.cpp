#include "io/plot.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "io/gnuplot_style.hpp"
#include "io/plot_data.hpp"
#include "io/plot_symbols.hpp"
#include "io/plot_text.hpp"
#include "io/plot_thin.hpp"
#include "io/temporary_folder.hpp"
#include "qbatt/observables.hpp"
#include "support/comparisons.hpp"
#include "support/errors.hpp"
#include "support/run_command.hpp"
#include "text/csv_table.hpp"

namespace qbatt {
namespace {

using test::message_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

bool gnuplot_is_installed() {
  try {
    return test::run_command({"gnuplot", "--version"}).exit_code == 0;
  } catch (const std::runtime_error&) {
    return false;
  }
}

class Plot : public testing::Test {
protected:
  void SetUp() override {
    request_.file = folder_.write("data.csv", "n_b,t_opt,entropy_opt,status\n1,1.5,0,ok\n2,nan,0.5,no-peak\n4,0.7,0.25,ok\n");
    request_.x = {"n_b", ""};
    request_.y = {{"t_opt", ""}};
    request_.output = folder_.path("out.svg");
  }
  std::string error() {
    return message_of<InputError>([&] { draw_plot(request_); });
  }

  test::TemporaryFolder folder_;
  PlotRequest request_;
};

TEST_F(Plot, DrawsSvgPngAndPdf) {
  if (!gnuplot_is_installed()) GTEST_SKIP() << "gnuplot is not installed";
  request_.y = {{"t_opt", ""}, {"entropy_opt", "n_b"}};
  request_.log_x = true;
  draw_plot(request_);
  const std::string svg = test::read_text(request_.output);
  EXPECT_THAT(svg, StartsWith("<?xml"));
  EXPECT_THAT(svg, HasSubstr("charging time"));
  EXPECT_THAT(svg, HasSubstr("battery spins"));
  EXPECT_THAT(svg, Not(HasSubstr("<text>"))) << "blanks beside subscripts would be dropped";
  for (const auto& [name, beginning] : {std::pair("out.png", "\x89PNG"), std::pair("out.pdf", "%PDF")}) {
    request_.output = folder_.path(name);
    draw_plot(request_);
    EXPECT_THAT(test::read_text(request_.output), StartsWith(beginning));
  }
  EXPECT_THAT(folder_.content(), ElementsAre("data.csv", "out.pdf", "out.png", "out.svg"));
}

TEST_F(Plot, WithoutGnuplotTheErrorNamesIt) {
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", folder_.path().c_str(), 1);
  const std::string message = message_of<BackendError>([&] { draw_plot(request_); });
  ::setenv("PATH", path.c_str(), 1);
  EXPECT_THAT(message, HasSubstr("gnuplot"));
  EXPECT_THAT(message, HasSubstr("install"));
  EXPECT_THAT(folder_.content(), ElementsAre("data.csv"));
}

TEST_F(Plot, BadColumnsAreNamed) {
  request_.y = {{"power_opt", ""}};
  EXPECT_THAT(error(), HasSubstr("there is no column `power_opt`: it must be one of n_b, t_opt, entropy_opt, status"));
  request_.y = {{"status", ""}};
  EXPECT_THAT(error(), HasSubstr("the column status holds words, not numbers"));
  request_.y = {{"t_opt", ""}};
  request_.x = {"entropy_opt", ""};
  request_.file = folder_.write("mixed.csv", "entropy_opt,t_opt\n1,1\nx,2\n");
  EXPECT_THAT(error(), HasSubstr("line 3, column entropy_opt: `x` is not a number"));
  request_.file = folder_.write("zero.csv", "entropy_opt,t_opt\n0,1\n-1,2\n");
  request_.log_x = true;
  EXPECT_THAT(error(), HasSubstr("--logx"));
  request_.file = folder_.write("nan.csv", "entropy_opt,t_opt\n1,nan\n");
  EXPECT_THAT(error(), HasSubstr("t_opt holds no finite number"));
  request_.log_x = false;
  request_.log_y = true;
  request_.file = folder_.write("low.csv", "entropy_opt,t_opt\n1,0\n2,-1\n");
  EXPECT_THAT(error(), HasSubstr("--logy: the column t_opt of"));
  request_.output = folder_.path("out.eps");
  EXPECT_THAT(error(), HasSubstr("must end in .svg, .pdf or .png"));
}

TEST_F(Plot, DamagedAndMissingFilesAreErrors) {
  request_.file = folder_.write("short.csv", "n_b,t_opt\n1\n");
  EXPECT_THAT(error(), HasSubstr("line 2: the row has 1 field,"));
  request_.file = folder_.write("empty.csv", "");
  EXPECT_THAT(error(), HasSubstr("empty"));
  request_.file = folder_.path("none.csv");
  EXPECT_THAT(message_of<FileError>([&] { draw_plot(request_); }), HasSubstr("No such file"));
}

TEST(PlotExpressions, AreColumnsOrRatios) {
  EXPECT_EQ(parse_plot_expression("--y", "a/b").column, "a");
  EXPECT_EQ(parse_plot_expression("--y", "a/b").divisor, "b");
  EXPECT_EQ(parse_plot_expression("--y", "a").divisor, "");
  for (const char* text : {"", "/", "a/", "/b", "a/b/c"})
    EXPECT_THAT(message_of<InputError>([&] { parse_plot_expression("--y", text); }), HasSubstr("--y: `")) << text;
}

// The script of a plot of these rows.
class PlotScript : public Plot {
protected:
  void SetUp() override {
    Plot::SetUp();
    request_.x = {"n_c", ""};
    request_.y = {{"energy_opt", ""}};
  }
  std::string script(const std::string& rows) {
    request_.file = folder_.write("rows.csv", rows);
    return plot_script(request_);
  }
  // Two sizes, two chargers each, at two Ising couplings, the last of which is not what its decimals say.
  const std::string grid_ =
      "n_b,n_c,ising,energy_opt,t_opt\n"
      "2,1,0,1,5\n2,2,0,2,6\n2,1,0.30000000000000004,3,7\n2,2,0.30000000000000004,4,8\n"
      "3,1,0,5,9\n3,2,0,6,10\n3,1,0.30000000000000004,7,11\n3,2,0.30000000000000004,8,12\n";
};

TEST_F(PlotScript, LabelsAreSymbolsInItalicsWithWordsAndUnits) {
  request_.y = {{"energy_opt", "n_b"}};
  const std::string text = script(grid_);
  EXPECT_THAT(text, HasSubstr("set xlabel \"charger spins {/:Italic N}_c\""));
  EXPECT_THAT(text, HasSubstr("set ylabel \"{/:Italic E}/{/:Italic N}_b (energy)\""));
  request_.x = {"ising", ""};
  EXPECT_THAT(script(grid_), HasSubstr("set xlabel \"Ising coupling Δ (energy)\""));
  request_.y = {{"power_opt", "n_b"}};
  EXPECT_THAT(script("ising,power_opt,n_b\n1,2,1\n"), HasSubstr("set ylabel \"{/:Italic P}/{/:Italic N}_b (energy²)\""));
  request_.y = {{"energy_opt", "n_b"}};
  request_.x = {"my_own", ""};
  EXPECT_THAT(script("my_own,energy_opt,n_b\n1,2,1\n"), HasSubstr("set xlabel \"my\\\\_own\"")) << "no subscript";
}

TEST_F(PlotScript, WhereKeepsTheRowsThatHaveTheValue) {
  request_.where = parse_plot_conditions("n_b=3,ising=0.3");
  EXPECT_THAT(script(grid_), HasSubstr("<< END_OF_DATA\n1 7 0 \n2 8 0 \nEND_OF_DATA"));
  request_.where = parse_plot_conditions("ising=0,n_b=2");
  EXPECT_THAT(script(grid_), HasSubstr("<< END_OF_DATA\n1 1 0 \n2 2 0 \nEND_OF_DATA"));
  request_.where = parse_plot_conditions("n_c/n_b=0.666666666667");
  EXPECT_THAT(script(grid_), HasSubstr("<< END_OF_DATA\n2 6 0 \n2 8 0 \nEND_OF_DATA"));
}

TEST_F(PlotScript, WhereNoRowIsLeftTheValuesAreNamed) {
  const auto refused = [&](const std::string& where) {
    request_.where = parse_plot_conditions(where);
    return message_of<InputError>([&] { script(grid_); });
  };
  EXPECT_THAT(refused("n_b=4"), HasSubstr("has no row with n_b = 4: it must be one of 2, 3"));
  EXPECT_THAT(refused("n_b=2,ising=0.300001"),
              HasSubstr("has no row with n_b = 2, ising = 0.300001: it must be one of 0, 0.30000000000000004"));
  EXPECT_THAT(refused("nb=4"), HasSubstr("there is no column `nb`: did you mean `n_b`?"));
}

TEST_F(PlotScript, ValuesThatRoundingTellsApartAreOne) {
  const std::vector<double> distinct = distinct_values({3, 0.1 + 0.2, 0.3, std::nan(""), -1, 0.30001, 0.3});
  ASSERT_EQ(distinct.size(), 4U);
  EXPECT_EQ(distinct[0], -1);
  for (const double value : {0.3, 0.1 + 0.2}) EXPECT_EQ(place_of(distinct, value), 1U);
  EXPECT_EQ(place_of(distinct, 0.30001), 2U);
  EXPECT_EQ(place_of(distinct, 3), 3U);
  request_.by = {{"t_opt", "ising"}};
  EXPECT_THAT(script("n_c,energy_opt,t_opt,ising\n1,1,0.3,1\n2,2,0.9,3\n1,3,5,1\n2,4,10,2\n"),
              HasSubstr("<< END_OF_DATA\n1 1 0.3 \n2 2 0.3 \n\n\n1 3 5 \n2 4 5 \nEND_OF_DATA"));
}

TEST(PlotConditions, AreColumnsWithValues) {
  const auto conditions = parse_plot_conditions("n_c/n_b=1.5, ising=-0.3");
  ASSERT_EQ(conditions.size(), 2U);
  EXPECT_EQ(conditions[0].expression.divisor, "n_b");
  EXPECT_EQ(std::get<double>(conditions[0].value), 1.5);
  EXPECT_EQ(conditions[1].expression.column, "ising");
  EXPECT_EQ(std::get<double>(conditions[1].value), -0.3);
  EXPECT_EQ(std::get<std::string>(parse_plot_conditions("charger_state=thermal")[0].value), "thermal");
  for (const char* text : {"", "n_b", "n_b=", "=3", "n_b=3,", "n_b=3x", "a/b/c=1"})
    EXPECT_THAT(message_of<InputError>([&] { parse_plot_conditions(text); }), HasSubstr("--where: `")) << text;
}

TEST_F(PlotScript, WordsTellCurvesApartAndAreSelectedBy) {
  const std::string rows = "n_c,energy_opt,charger_state\n1,1,thermal\n2,2,thermal\n1,3,dicke\n2,4,dicke\n";
  request_.by = PlotExpression{"charger_state", ""};
  EXPECT_THAT(script(rows), AllOf(HasSubstr("title \"thermal\""), HasSubstr("title \"dicke\"")));
  request_.by.reset();
  request_.where = parse_plot_conditions("charger_state=dicke");
  EXPECT_THAT(script(rows), HasSubstr("<< END_OF_DATA\n1 3 0 \n2 4 0 \nEND_OF_DATA"));
  request_.where = parse_plot_conditions("charger_state=coherent");
  EXPECT_THAT(message_of<InputError>([&] { script(rows); }),
              HasSubstr("has no row with charger_state = coherent: it must be one of thermal, dicke"));
  request_.where.clear();
  request_.x = {"charger_state", ""};
  EXPECT_THAT(message_of<InputError>([&] { script(rows); }), HasSubstr("the column charger_state holds words, not numbers"));
}

// Colours tell the values of --by, dashes the several y.
TEST_F(PlotScript, SeveralYAndByAreColoursAndDashes) {
  request_.by = {{"n_b", ""}};
  request_.where = parse_plot_conditions("ising=0");
  const std::string one = script(grid_);
  EXPECT_THAT(one, HasSubstr("$y1 index 1 using 1:2 axes x1y1 with linespoints lt 2 title \"{/:Italic N}_b = 3\""));
  request_.y.push_back({"t_opt", ""});
  request_.log_y = true;
  const std::string two = script(grid_);
  EXPECT_THAT(two, HasSubstr("$y1 index 0 using 1:2 axes x1y1 with linespoints lt 1 dt solid"));
  EXPECT_THAT(two, HasSubstr("$y2 index 0 using 1:2 axes x1y2 with linespoints lt 1 dt " + std::string(dashes(2))));
  EXPECT_THAT(two, HasSubstr("keyentry with lines lt 2 dt solid title \"{/:Italic N}_b = 3\""));
  EXPECT_THAT(two, HasSubstr("title \"{/:Italic t}_{opt} (right)\""));
  EXPECT_THAT(two, testing::AllOf(HasSubstr("set logscale y\n"), HasSubstr("set logscale y2\n")));
}

TEST_F(PlotScript, AMapOfSeveralRowsACellAsksForWhere) {
  request_.x = {"n_b", ""};
  request_.y = {{"n_c", ""}};
  request_.by = {{"energy_opt", ""}};
  request_.heatmap = true;
  EXPECT_THAT(message_of<InputError>([&] { script(grid_); }),
              HasSubstr("has several rows for n_b = 2, n_c = 1: choose some by --where ising=VALUE; what varies is ising (0, 0.3"));
  request_.where = parse_plot_conditions("ising=0");
  // The first box reaches into its neighbors, which are drawn over it.
  EXPECT_THAT(script(grid_), HasSubstr("<< END_OF_DATA\n1.5 0.5 1.5 3 0.5 2 1 \n1.5 1.5 1.5 2.5 1.5 2.5 2 \n"));
  EXPECT_THAT(script("n_b,n_c,ising,energy_opt\n1,1,0,1\n1,2,0,2\n2,1,0,1\n2,2,0,2\n2,2,0,2\n"), HasSubstr("boxxyerror"))
      << "the same row twice is no contradiction";
}

TEST_F(PlotScript, AMapOfScatteredPointsIsRefused) {
  request_.x = {"t_opt", ""};
  request_.y = {{"energy_opt", ""}};
  request_.by = {{"n_b", ""}};
  request_.heatmap = true;
  EXPECT_THAT(message_of<InputError>([&] { script(grid_); }),
              HasSubstr("lie scattered, not on a grid: they have 8 values of t_opt"));
}

TEST_F(PlotScript, AMapOfVeryManyCellsShowsMeans) {
  std::string rows = "n_b,n_c,energy_opt\n";
  for (int n_b = 1; n_b <= 2; ++n_b)
    for (int n_c = 1; n_c <= 600; ++n_c) rows += std::to_string(n_b) + "," + std::to_string(n_c) + "," + std::to_string(n_c) + "\n";
  request_.x = {"n_b", ""};
  request_.y = {{"n_c", ""}};
  request_.by = {{"energy_opt", ""}};
  request_.heatmap = true;
  const std::string text = script(rows);
  EXPECT_THAT(text, HasSubstr("<< END_OF_DATA\n0.5 0.5 0.5 2 0.5 3.5 1.5 \n"));
  EXPECT_LT(std::ranges::count(text, '\n'), 2 * 300 + 60);
}

TEST(SeenOfLine, KeepsExtremesAndGapsOfEachPiece) {
  std::vector<double> x, y;
  for (int i = 0; i < 200'000; ++i) {
    x.push_back(i);
    y.push_back(i % 2 == 0 ? 1 : 0);
  }
  y[70'013] = 5;
  y[150'000] = std::nan("");
  const std::vector<std::size_t> seen = seen_of_line(x, y, false);
  EXPECT_LE(seen.size(), 2000U * 4 + 10);
  EXPECT_TRUE(std::ranges::is_sorted(seen));
  EXPECT_EQ(seen.front(), 0U);
  EXPECT_EQ(seen.back(), 199'999U);
  for (const std::size_t row : {70'013U, 150'000U}) EXPECT_TRUE(std::ranges::binary_search(seen, row)) << row;
  EXPECT_EQ(seen_of_line(std::span(x).first(4000), std::span(y).first(4000), false).size(), 4000U);
}

TEST(SeenOfMarks, KeepsOneACellOfAGrid) {
  std::vector<double> x, y;
  for (int i = 0; i < 600; ++i) {
    for (int j = 0; j < 600; ++j) {
      x.push_back(i);
      y.push_back(j);
    }
  }
  y[7] = std::nan("");
  const std::vector<std::size_t> seen = seen_of_marks(x, y, false, false);
  EXPECT_EQ(seen.size(), 300U * 300);
  EXPECT_FALSE(std::ranges::binary_search(seen, std::size_t{7}));
}

TEST(StepOfTics, IsRoundAndLeavesRoom) {
  EXPECT_TRUE(test::within(step_of_tics(1, 5), 0.2, 1e-15));
  EXPECT_TRUE(test::within(step_of_tics(1, 4), 0.5, 1e-15));
  EXPECT_TRUE(test::within(step_of_tics(1999, 4), 500, 1e-12));
  EXPECT_TRUE(test::within(step_of_tics(0.04, 5), 0.01, 1e-15));
  EXPECT_TRUE(test::within(step_of_tics(60, 1), 100, 1e-12));
}

TEST(PictureSizes, AreLengthsWithUnits) {
  EXPECT_TRUE(test::within(parse_picture_width("8.6cm"), 86 * 72 / 25.4, 1e-12));
  EXPECT_TRUE(test::within(parse_picture_width("86 mm"), 86 * 72 / 25.4, 1e-12));
  EXPECT_TRUE(test::within(parse_picture_width("3.5in"), 252, 1e-12));
  EXPECT_TRUE(test::within(parse_picture_width("252pt"), 252, 1e-12));
  for (const char* text : {"", "8.6", "cm", "8.6px", "1cm", "51cm", "-8cm", "8.6cm wide", "nancm"})
    EXPECT_THAT(message_of<InputError>([&] { parse_picture_width(text); }), HasSubstr("8.6cm, 86mm, 3.4in or 244pt")) << text;
}

TEST(PictureSizes, AreThoseOfThePaper) {
  const PictureSize size = picture_size(parse_picture_width("8.6cm"), two_columns, 0.5);
  EXPECT_THAT(gnuplot_terminal("a.pdf", size), HasSubstr("pdfcairo size 3.3858in,1.6929in font 'DejaVu Sans,8.5' fontscale 0.75"));
  EXPECT_THAT(gnuplot_terminal("a.svg", size), HasSubstr("svg size 325,163 fixed"));
  EXPECT_THAT(gnuplot_terminal("a.png", size), HasSubstr("pngcairo size 2031,1016"));
  EXPECT_THAT(gnuplot_terminal("a.svg", picture_size({}, two_columns, 0.5)), HasSubstr("dynamic"));
}

TEST(PlotSymbols, AreThereForEveryObservable) {
  for (const ObservableInfo& info : observable_info()) {
    EXPECT_NE(symbol_of(info.name), "") << info.name;
    EXPECT_EQ(symbol_of(info.name), symbol_of(std::string(info.name) + "_opt"));
  }
  EXPECT_EQ(symbol_of("p_12"), "{/:Italic p}_{12}");
  EXPECT_EQ(symbol_of("p_x"), "");
  EXPECT_EQ(symbol_of("status"), "");
}

TEST(CsvColumns, OfWordsNumberThem) {
  const test::TemporaryFolder folder;
  const auto columns = read_csv_columns(folder.write("a.csv", "a,b\n1,thermal\n2,dicke\n3,thermal\n"), {"b"});
  EXPECT_THAT(columns[0].values, testing::ElementsAre(0, 1, 0));
  EXPECT_THAT(columns[0].words, testing::ElementsAre("thermal", "dicke"));
  EXPECT_THROW(read_csv_columns(folder.write("b.csv", "a\n1\nx\n"), {"a"}), InputError);
}

TEST(CsvColumns, ReadNumbersNanAndInfinity) {
  const test::TemporaryFolder folder;
  const auto columns = read_csv_columns(folder.write("a.csv", "a,b,c\r\n1,x,nan\r\n0.1,y,-inf\r\n"), {"c", "a"});
  ASSERT_EQ(columns.size(), 2U);
  EXPECT_TRUE(std::isnan(columns[0].values[0]));
  EXPECT_TRUE(std::isinf(columns[0].values[1]) && columns[0].values[1] < 0);
  EXPECT_TRUE(test::same_bits(columns[1].values[1], 0.1));
  EXPECT_THAT(columns[1].words, testing::IsEmpty());
  const auto wanted = read_csv_columns(folder.path("a.csv"), {"a"}, {"b2", "c"});
  ASSERT_EQ(wanted.size(), 3U);
  EXPECT_THAT(wanted[1].values, testing::IsEmpty());
  EXPECT_EQ(wanted[2].values.size(), 2U);
}

}  // namespace
}  // namespace qbatt
