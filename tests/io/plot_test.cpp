#include "io/plot.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "io/temporary_folder.hpp"
#include "qbatt/columns.hpp"
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

TEST_F(Plot, DrawsSvgAndPng) {
  if (!gnuplot_is_installed()) GTEST_SKIP() << "gnuplot is not installed";
  request_.y = {{"t_opt", ""}, {"entropy_opt", "n_b"}};
  request_.log_x = true;
  draw_plot(request_);
  const std::string svg = test::read_text(request_.output);
  EXPECT_THAT(svg, StartsWith("<?xml"));
  EXPECT_THAT(svg, HasSubstr("charging time"));
  EXPECT_THAT(svg, HasSubstr("battery spins"));
  request_.output = folder_.path("out.png");
  draw_plot(request_);
  EXPECT_THAT(test::read_text(request_.output), StartsWith("\x89PNG"));
  EXPECT_THAT(folder_.content(), ElementsAre("data.csv", "out.png", "out.svg"));
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
  EXPECT_THAT(error(), HasSubstr("line 2, column status: `ok` is not a number"));
  request_.y = {{"t_opt", ""}};
  request_.x = {"entropy_opt", ""};
  request_.file = folder_.write("zero.csv", "entropy_opt,t_opt\n0,1\n-1,2\n");
  request_.log_x = true;
  EXPECT_THAT(error(), HasSubstr("--logx"));
  request_.file = folder_.write("nan.csv", "entropy_opt,t_opt\n1,nan\n");
  EXPECT_THAT(error(), HasSubstr("t_opt holds no finite number"));
  request_.output = folder_.path("out.pdf");
  EXPECT_THAT(error(), HasSubstr("must end in .svg or .png"));
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

TEST(PlotLabels, ComeFromTheColumns) {
  for (const Column& column : row_columns()) {
    EXPECT_EQ(plot_label({std::string(column.name), ""}).text, column.long_name);
    EXPECT_EQ(plot_label({std::string(column.name), ""}).units, column.units);
  }
  EXPECT_EQ(plot_label({"entropy_opt", "n_b"}).units, "bit");
  EXPECT_EQ(plot_label({"entropy_opt", "entropy_opt"}).units, "1");
  EXPECT_EQ(plot_label({"energy_opt", "t_opt"}).units, "energy/(1/energy)");
  EXPECT_EQ(plot_label({"p_12", ""}).text, "population of level 12");
}

TEST(CsvColumns, ReadNumbersNanAndInfinity) {
  const test::TemporaryFolder folder;
  const auto columns = read_csv_columns(folder.write("a.csv", "a,b,c\r\n1,x,nan\r\n0.1,y,-inf\r\n"), {"c", "a"});
  ASSERT_EQ(columns.size(), 2U);
  EXPECT_TRUE(std::isnan(columns[0][0]));
  EXPECT_TRUE(std::isinf(columns[0][1]) && columns[0][1] < 0);
  EXPECT_TRUE(test::same_bits(columns[1][1], 0.1));
}

}  // namespace
}  // namespace qbatt
