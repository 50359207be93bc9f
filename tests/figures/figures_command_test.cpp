#include "cli/cli_fixture.hpp"
#include "support/csv.hpp"

namespace qbatt {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* tables[] = {"fig2",       "fig3",       "fig4a",           "fig4b",   "fig4c",
                                  "fig4c_zoom", "fig5",       "charging_curves", "plane",   "charging_time",
                                  "power",      "power_laws", "collective",      "protocol"};
constexpr const char* pictures[] = {"fig2",  "fig3",          "fig4a", "fig4b",     "fig4c", "fig5", "charging_curves",
                                    "plane", "charging_time", "power", "collective"};

class FiguresCommand : public test::Cli {
protected:
  std::string content(const std::string& name) { return test::read_text(folder_.path("out/" + name)); }
  void expect_tables() {
    for (const std::string name : tables) EXPECT_GT(test::Csv(content(name + ".csv")).rows(), 5U) << name;
  }
};

TEST_F(FiguresCommand, WritesTablesAndPictures) {
  if (run_in_shell("command -v gnuplot").exit_code != 0) GTEST_SKIP() << "gnuplot is not installed";
  const test::CommandResult result = run({"figures", "--out", "out"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(result.out, HasSubstr("largest error bound"));
  EXPECT_THAT(result.out, HasSubstr("E_1/t_1 per cell      N = 50 … 1000  x ="));
  expect_tables();
  for (const std::string name : pictures) {
    EXPECT_THAT(content(name + ".svg"), StartsWith("<?xml")) << name;
    EXPECT_THAT(content(name + ".png"), StartsWith("\x89PNG")) << name;
  }
  EXPECT_EQ(folder_.content().size(), 1 + std::size(tables) + 2 * std::size(pictures)) << "nothing else is left";
}

TEST_F(FiguresCommand, WithoutGnuplotTheTablesAreThere) {
  const test::CommandResult result = run({"figures", "--out", "out"}, {.environment = {{"PATH", folder_.path()}}});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_TRUE(test::is_one_message(result.err)) << result.err;
  EXPECT_THAT(result.err, HasSubstr("apt-get install gnuplot-nox"));
  expect_tables();
  EXPECT_EQ(folder_.content().size(), 1 + std::size(tables));
}

TEST_F(FiguresCommand, BadFoldersAreErrors) {
  EXPECT_EQ(run({"figures"}).exit_code, 2);
  folder_.write("file", "");
  const test::CommandResult result = run({"figures", "--out", "file/out"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_TRUE(test::is_one_message(result.err)) << result.err;
  EXPECT_THAT(result.err, HasSubstr("cannot make the folder file/out"));
}

}  // namespace
}  // namespace qbatt
