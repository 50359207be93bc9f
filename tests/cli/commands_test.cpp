#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/cli_fixture.hpp"
#include "qbatt/columns.hpp"
#include "qbatt/version.hpp"
#include "support/comparisons.hpp"
#include "support/csv.hpp"

namespace qbatt {
namespace {

using test::within;
using test::within_relative;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Commands : public test::Cli {
protected:
  nlohmann::ordered_json optimum(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "optimum");
    arguments.insert(arguments.end(), {"--format", "json"});
    return nlohmann::ordered_json::parse(succeeds(arguments));
  }
};

TEST_F(Commands, Version) {
  EXPECT_THAT(succeeds({"--version"}), HasSubstr("qbatt " + std::string(version())));
}

TEST_F(Commands, HelpEverywhere) {
  for (const char* command : {"optimum", "curve", "sweep", "merge", "figures", "plot", "bench", "devices"}) {
    EXPECT_THAT(succeeds({"--help"}), HasSubstr(std::string("\n  ") + command)) << command;
    EXPECT_THAT(succeeds({command, "--help"}), HasSubstr(std::string("\n  qbatt ") + command)) << "an example of " << command;
  }
}

TEST_F(Commands, DevicesNamesTheBackends) {
  EXPECT_THAT(succeeds({"devices"}), testing::ContainsRegex("cpu +found"));
}

// Where a FILE is named the row goes there, and nothing is printed.
TEST_F(Commands, OptimumWritesARow) {
  const std::string row = succeeds({"sweep", "--nb", "7"});
  EXPECT_EQ(succeeds({"optimum", "--nb", "7", "-o", "-"}), row);
  EXPECT_THAT(succeeds({"optimum", "--nb", "7", "-o", "out.csv"}), IsEmpty());
  EXPECT_EQ(test::read_text(folder_.path("out.csv")), row);
}

TEST_F(Commands, CurveAsJson) {
  const auto curve = nlohmann::ordered_json::parse(
      succeeds({"curve", "--nb", "3", "--times", "0,1", "--series", "energy", "--populations", "--format", "json"}));
  EXPECT_EQ(curve["n_b"], 3);
  EXPECT_EQ(curve["status"], "ok");
  EXPECT_EQ(curve["series"]["t"], nlohmann::json({0.0, 1.0}));
  EXPECT_EQ(curve["series"]["energy"].size(), 2U);
  EXPECT_EQ(curve["series"]["populations"][0], nlohmann::json({1.0, 0.0, 0.0, 0.0}));
  EXPECT_EQ(succeeds({"curve", "--nb", "3", "--format", "csv"}), succeeds({"curve", "--nb", "3"}));
}

TEST_F(Commands, CurveDryRunComputesNothing) {
  const std::string text = succeeds({"curve", "--nb", "1e6", "--populations", "-o", "out.csv", "--dry-run"});
  EXPECT_THAT(text, HasSubstr("systems     1\n"));
  EXPECT_THAT(text, HasSubstr("dimensions  1000001 to 1000001\n"));
  EXPECT_THAT(folder_.content(), IsEmpty());
}

TEST_F(Commands, CurveCanBeQuiet) {
  const std::vector<std::string> curve{"curve", "--nb", "20", "--tolerance", "1e-30"};
  EXPECT_THAT(run(curve).err, HasSubstr("the curve is inaccurate"));
  std::vector<std::string> quiet = curve;
  quiet.emplace_back("--quiet");
  EXPECT_THAT(run(quiet).err, IsEmpty());
  EXPECT_EQ(run(quiet).exit_code, 1);
}

// N = 2: full at t = pi / (A sqrt(8)); the state there is pure.
TEST_F(Commands, OptimumOfAKnownSystem) {
  const auto row = optimum({"--nb", "2"});
  EXPECT_TRUE(within_relative(row["t_opt"].get<double>(), 1.1107207345395915, 1e-10));
  EXPECT_TRUE(within(row["energy_per_cell_opt"].get<double>(), 1.0, 1e-12));
  EXPECT_TRUE(within(row["p_full_opt"].get<double>(), 1.0, 1e-11));
  EXPECT_EQ(row["status"], "ok");
  EXPECT_EQ(row["m"], 2);
}

// N_b = 4: the first peak stores 0.969 per cell, a later one more; no other optimum is asked for by default.
TEST_F(Commands, TheGlobalOptimumMayBeLater) {
  const auto first = optimum({"--nb", "4", "--optimum", "first-peak"});
  const auto global = optimum({"--nb", "4", "--optimum", "global"});
  EXPECT_EQ(first, optimum({"--nb", "4"}));
  EXPECT_GT(global["t_opt"], first["t_opt"]);
  EXPECT_GT(global["energy_opt"], first["energy_opt"]);
  EXPECT_EQ(global, optimum({"--nb", "4", "--optimum", "global", "--window", "10"}));
  EXPECT_EQ(optimum({"--nb", "4", "--optimum", "global", "--window", "1"})["status"], "window-end");
  EXPECT_THAT(succeeds({"optimum", "--nb", "4", "--optimum", "global", "--window", "1"}),
              HasSubstr("the energy still rises at the end of --window"));
}

TEST_F(Commands, TheGlobalOptimumIsTheUnitOfACurve) {
  const std::vector<std::string> global{"--nb", "4", "--optimum", "global"};
  std::vector<std::string> curve{"curve", "--times", "1:1:1", "--time-unit", "optimum"};
  curve.insert(curve.end(), global.begin(), global.end());
  const test::Csv csv(succeeds(curve));
  const auto row = optimum(global);
  EXPECT_EQ(csv.number(0, "t"), row["t_opt"]);
  EXPECT_TRUE(within_relative(csv.number(0, "energy"), row["energy_opt"], 1e-14));
}

TEST_F(Commands, OptimumJsonHasTheColumnsInOrder) {
  const auto row = optimum({"--nb", "3", "--nc", "nb+1", "--m", "2"});
  std::vector<std::string> expected;
  for (const Column& column : row_columns()) expected.emplace_back(column.name);
  std::vector<std::string> keys;
  for (const auto& [key, value] : row.items()) keys.push_back(key);
  EXPECT_EQ(keys, expected);
  EXPECT_EQ(row["n_c"], 4);
}

TEST_F(Commands, NegativeValuesAreValues) {
  EXPECT_EQ(optimum({"--nb", "3", "--coupling", "-2.5"})["coupling"], -2.5);
  EXPECT_EQ(optimum({"--nb", "3", "--ising", "-.7"})["ising"], -0.7);
  EXPECT_EQ(optimum({"--nb", "3", "--ising=-7e-1"})["ising"], -0.7);
  EXPECT_EQ(optimum({"--nb", "3", "--omega-c", "-1omega-b"})["omega_c"], -1.0);
}

TEST_F(Commands, WholeNumbersMayBeWrittenWithAnExponent) {
  EXPECT_EQ(optimum({"--nb", "1e1", "--m", "2e0"})["n_b"], 10);
}

TEST_F(Commands, WithoutDynamicsThereIsNoOptimum) {
  const auto row = optimum({"--nb", "3", "--m", "0"});
  EXPECT_EQ(row["status"], "no-peak");
  EXPECT_TRUE(row["t_opt"].is_null());
  EXPECT_THAT(succeeds({"optimum", "--nb", "3", "--coupling", "0"}), HasSubstr("nothing moves"));
}

TEST_F(Commands, OptimumTableSaysWhatAPhysicistAsks) {
  const std::string table = succeeds({"optimum", "--nb", "7"});
  for (const char* line : {"charging time", "energy per cell", "short of full", "entanglement", "ergotropy",
                           "of the stored energy can be extracted", "status", "error bound", "solver", "N_b = 7"})
    EXPECT_THAT(table, HasSubstr(line));
  EXPECT_THAT(table, HasSubstr("0.955036095"));
}

// "100 %" and "0 % short" only where nothing is missing.
TEST_F(Commands, OptimumTableDoesNotRoundUpToFull) {
  const std::string nearly = succeeds({"optimum", "--nb", "2", "--nc", "2", "--omega-c", "1.0001"});
  EXPECT_THAT(nearly, testing::ContainsRegex("energy per cell +0\\.99999.* % short of full"));
  EXPECT_THAT(nearly, testing::ContainsRegex("ergotropy .* 99\\.99[0-9]+ % of the stored energy can be extracted"));
  EXPECT_THAT(nearly, testing::Not(HasSubstr("100 %")));
  const std::string full = succeeds({"optimum", "--nb", "2"});
  EXPECT_THAT(full, HasSubstr("full within the error bound"));
  EXPECT_THAT(full, HasSubstr("all of the stored energy can be extracted within the error bound"));
}

TEST_F(Commands, ABoundAboveTheToleranceIsExitCode1) {
  const test::CommandResult result = run({"optimum", "--nb", "20", "--tolerance", "1e-30", "--format", "json"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(nlohmann::json::parse(result.out)["status"], "inaccurate");
  const test::CommandResult curve = run({"curve", "--nb", "20", "--tolerance", "1e-30"});
  EXPECT_EQ(curve.exit_code, 1);
  EXPECT_EQ(test::Csv(curve.out).rows(), 401U) << "written all the same";
  EXPECT_THAT(curve.err, HasSubstr("qbatt: the curve is inaccurate: its error_bound reaches"));
}

TEST_F(Commands, SolversAgree) {
  for (const char* solver : {"spectral", "chebyshev", "dense"}) {
    const auto row = optimum({"--nb", "7", "--solver", solver});
    EXPECT_EQ(row["solver"], solver);
    EXPECT_TRUE(within(row["energy_per_cell_opt"].get<double>(), 0.9550360950, 1e-10)) << solver;
  }
}

TEST_F(Commands, CudaOptionsDoNotConcernTheCpu) {
  const auto row = optimum({"--nb", "7", "--backend", "cpu"});
  EXPECT_EQ(optimum({"--nb", "7", "--backend", "cpu", "--dense-routine", "syev", "--device", "3,1", "--memory", "8GiB"}), row);
}

TEST_F(Commands, CurveHasTheDefaultColumns) {
  const test::Csv csv(succeeds({"curve", "--nb", "5"}));
  EXPECT_THAT(csv.header(),
              ElementsAre("t", "energy", "energy_per_cell", "power", "variance", "entropy", "purity", "ergotropy", "error_bound"));
  EXPECT_EQ(csv.rows(), 401U);
  EXPECT_EQ(csv.number(0, "t"), 0.0);
  const double t_opt = optimum({"--nb", "5"})["t_opt"].get<double>();
  EXPECT_TRUE(within_relative(csv.number(200, "t"), t_opt, 1e-12));
  EXPECT_TRUE(within_relative(csv.number(400, "t"), 2 * t_opt, 1e-12));
}

// N_b = 1: energy = sin^2(A t), p_1 likewise.
TEST_F(Commands, CurveOfOneSpin) {
  const test::Csv csv(
      succeeds({"curve", "--nb", "1", "--times", "0:2:5", "--series", "energy,instantaneous_power", "--populations"}));
  EXPECT_THAT(csv.header(), ElementsAre("t", "energy", "instantaneous_power", "p_0", "p_1"));
  ASSERT_EQ(csv.rows(), 5U);
  for (std::size_t i = 0; i < 5; ++i) {
    const double t = 0.5 * static_cast<double>(i);
    EXPECT_EQ(csv.number(i, "t"), t);
    EXPECT_TRUE(within(csv.number(i, "energy"), std::sin(t) * std::sin(t), 1e-13));
    EXPECT_TRUE(within(csv.number(i, "instantaneous_power"), std::sin(2 * t), 1e-12));
    EXPECT_TRUE(within(csv.number(i, "p_0"), std::cos(t) * std::cos(t), 1e-13));
  }
}

TEST_F(Commands, CurveTimesInRabiUnits) {
  // a_0 = A sqrt(N_b m (N_c - m + 1)) = 2 sqrt(9)
  const test::Csv csv(succeeds({"curve", "--nb", "3", "--coupling", "2", "--times", "6:6:1", "--time-unit", "rabi"}));
  ASSERT_EQ(csv.rows(), 1U);
  EXPECT_TRUE(within_relative(csv.number(0, "t"), 1.0, 1e-14));
}

TEST_F(Commands, CurveWritesTheSameToAFile) {
  const std::string out = succeeds({"curve", "--nb", "5"});
  EXPECT_THAT(succeeds({"curve", "--nb", "5", "-o", "curve.csv"}), IsEmpty());
  EXPECT_EQ(test::read_text(folder_.path("curve.csv")), out);
  EXPECT_THAT(folder_.content(), ElementsAre("curve.csv"));
}

TEST_F(Commands, ACurveWhereNothingMovesIsFlat) {
  const test::Csv csv(succeeds({"curve", "--nb", "5", "--m", "0", "--times", "0:1:3"}));
  ASSERT_EQ(csv.rows(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(csv.number(i, "energy"), 0.0);
}

TEST_F(Commands, PlotDrawsSweepsAndCurves) {
  if (run_in_shell("command -v gnuplot").exit_code != 0) GTEST_SKIP() << "gnuplot is not installed";
  succeeds({"sweep", "--nb", "1:20", "-o", "a.csv"});
  succeeds({"plot", "a.csv", "--x", "n_b", "--y", "energy_per_cell_opt,entropy_opt/n_b", "--logx"});
  EXPECT_THAT(folder_.content(), ElementsAre("a.csv", "a.csv.sweep.json", "a.svg"));
  succeeds({"curve", "--nb", "5", "-o", "c.csv"});
  succeeds({"plot", "c.csv", "--x", "t", "--y", "entropy", "-o", "c.png"});
  EXPECT_THAT(test::read_text(folder_.path("c.png")), testing::StartsWith("\x89PNG"));
}

TEST_F(Commands, PlotDrawsFamiliesAndMaps) {
  if (run_in_shell("command -v gnuplot").exit_code != 0) GTEST_SKIP() << "gnuplot is not installed";
  succeeds({"sweep", "--nb", "1:4", "--nc", "1:12", "-o", "a.csv"});
  succeeds({"plot", "a.csv", "--x", "n_c", "--y", "energy_per_cell_opt", "--by", "n_b"});
  const std::string family = test::read_text(folder_.path("a.svg"));
  for (const char* text : {">charger spins ", "energy per cell", "> = 1<", "> = 4<"}) EXPECT_THAT(family, HasSubstr(text));
  succeeds({"plot", "a.csv", "--x", "n_b", "--y", "n_c", "--by", "energy_per_cell_opt", "--heatmap", "--logx", "-o", "map.svg"});
  const std::string map = test::read_text(folder_.path("map.svg"));
  EXPECT_THAT(map, HasSubstr("energy per cell"));
  EXPECT_NE(map, family);
  succeeds({"plot", "a.csv", "--x", "n_b", "--y", "energy_per_cell_opt", "--by", "n_c", "-o", "palette.svg"});
  EXPECT_EQ(run({"plot", "a.csv", "--x", "n_b", "--y", "n_c", "--heatmap"}).exit_code, 2);
  succeeds({"plot", "a.csv", "--x", "n_c", "--y", "energy_opt,t_opt", "--by", "n_b", "--logy", "--where", "n_b=3", "--width",
            "8.6cm", "-o", "few.pdf"});
  EXPECT_THAT(test::read_text(folder_.path("few.pdf")), testing::StartsWith("%PDF"));
  succeeds({"sweep", "--nb", "2,3", "--nc", "2:50", "-o", "many.csv"});
  for (const char* y : {"energy_opt,ergotropy_opt", "energy_opt,t_opt", "energy_opt"})
    succeeds({"plot", "many.csv", "--x", "n_c", "--y", y, "--by", "n_b"});
  succeeds({"plot", "many.csv", "--x", "t_opt", "--y", "energy_opt,ergotropy_opt", "--by", "n_c", "-o", "scattered.svg"});
}

TEST_F(Commands, PlotWithoutGnuplotIsExitCode4) {
  folder_.write("a.csv", "n_b,t_opt\n1,2\n2,3\n");
  const test::CommandResult result =
      run({"plot", "a.csv", "--x", "n_b", "--y", "t_opt"}, {.environment = {{"PATH", folder_.path()}}});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_TRUE(test::is_one_message(result.err)) << result.err;
  EXPECT_THAT(result.err, HasSubstr("gnuplot"));
  EXPECT_THAT(folder_.content(), ElementsAre("a.csv"));
}

}  // namespace
}  // namespace qbatt
