#include "cli/cli_fixture.hpp"
#include "support/csv.hpp"

namespace qbatt {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* tables[] = {
    "fig2",  "fig3",          "fig4a",   "fig4b",        "fig4c",         "fig4c_zoom", "fig5",       "charging_curves",
    "plane", "charging_time", "power",   "power_laws",   "collective",    "protocol",   "filling",    "best_filling",
    "yield", "power_slopes",  "windows", "polarization", "coherent_best", "boson",      "boson_limit"};
constexpr const char* pictures[] = {"fig2",    "fig4a",         "fig4b", "fig4c",      "fig5",    "charging_curves",
                                    "plane",   "charging_time", "power", "collective", "filling", "best_filling",
                                    "windows", "polarization",  "boson"};

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
  EXPECT_THAT(result.out, testing::ContainsRegex("\n  N_b = N_c = m = N\n    N +largest P +its time +P at t_1 +t_1\n    1 … 537"));
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

// Fig. 3 is in the picture of Fig. 2.
TEST_F(FiguresCommand, OnlySomeInTheFormatAndWidthThatAreAskedFor) {
  if (run_in_shell("command -v gnuplot").exit_code != 0) GTEST_SKIP() << "gnuplot is not installed";
  const std::string out =
      succeeds({"figures", "--out", "out", "--only", "fig3,protocol", "--format", "pdf,svg", "--width", "17.8cm"});
  EXPECT_THAT(folder_.content(), testing::UnorderedElementsAre("out", "out/fig2.csv", "out/fig2.pdf", "out/fig2.svg",
                                                               "out/fig3.csv", "out/protocol.csv"));
  EXPECT_THAT(out, HasSubstr("fig2.csv, fig3.csv, fig2.pdf, fig2.svg\n"));
  EXPECT_THAT(out, HasSubstr("220 systems")) << "nothing else is computed";
  EXPECT_THAT(content("fig2.pdf"), StartsWith("%PDF"));
  EXPECT_THAT(content("fig2.svg"), HasSubstr("width=\"673\"")) << "17.8 cm";
}

TEST_F(FiguresCommand, UnknownFiguresAndFormatsAreErrors) {
  const auto refusal = [&](const std::vector<std::string>& arguments) {
    std::vector<std::string> command{"figures", "--out", "out"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const test::CommandResult result = run(command);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_TRUE(test::is_one_message(result.err)) << result.err;
    return result.err;
  };
  EXPECT_THAT(refusal({"--only", "fig5,colective"}),
              HasSubstr("--only: `colective` is not a figure: did you mean `collective`? It must be one of fig2, fig3, fig4a,"));
  EXPECT_THAT(refusal({"--only", ""}), HasSubstr("--only: `` is not a figure"));
  EXPECT_THAT(refusal({"--format", "svg,eps"}),
              HasSubstr("--format: `eps` is not a format of pictures: it must be one of svg, pdf, png"));
  EXPECT_THAT(refusal({"--width", "two columns"}), HasSubstr("--width: `two columns` is no length"));
  EXPECT_THAT(folder_.content(), testing::IsEmpty());
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
