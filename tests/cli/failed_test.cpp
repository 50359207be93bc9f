#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/cli_fixture.hpp"
#include "support/comparisons.hpp"
#include "support/csv.hpp"

// What the program says of systems that defeat it, of figures that mean nothing, and where there is no memory.
namespace qbatt {
namespace {

using test::CommandResult;
using testing::HasSubstr;
using testing::Not;

class Failed : public test::Cli {};

TEST_F(Failed, AnOptimumSaysWhyInOneLine) {
  for (const std::vector<std::string>& system : {std::vector<std::string>{"--ising", "1e300"},
                                                 {"--omega-b", "1e160"},
                                                 {"--coupling", "1e-310"},
                                                 {"--coupling", "5e-324", "--nc", "4", "--omega-c", "1"},
                                                 {"--optimum", "global", "--ising", "1e9"}}) {
    std::vector<std::string> arguments{"optimum", "--nb", "4"};
    arguments.insert(arguments.end(), system.begin(), system.end());
    const CommandResult table = run(arguments);
    SCOPED_TRACE(system[1] + ": " + table.err);
    EXPECT_EQ(table.exit_code, 1);
    EXPECT_TRUE(test::is_one_message(table.err));
    EXPECT_THAT(table.err, HasSubstr("the optimum failed: "));
    EXPECT_THAT(table.err, Not(HasSubstr("not known")));
    EXPECT_THAT(table.err, Not(HasSubstr("--solver")));
    EXPECT_THAT(table.out, HasSubstr("failed"));
    EXPECT_THAT(table.out, Not(HasSubstr("nan")));
    arguments.insert(arguments.end(), {"--format", "json"});
    const CommandResult json = run(arguments);
    EXPECT_EQ(json.exit_code, 1);
    EXPECT_EQ(json.err, table.err);
    EXPECT_TRUE(nlohmann::json::parse(json.out)["energy_opt"].is_null());
  }
}

TEST_F(Failed, ACurveSaysWhyInOneLineAndHasNoNumbers) {
  for (const std::vector<std::string>& system : {std::vector<std::string>{"--ising", "1e300", "--times", "0:1:2"},
                                                 {"--omega-c", "-1e200", "--solver", "spectral", "--times", "1:2:2"},
                                                 {"--times", "1e308:1.7e308:2"}}) {
    std::vector<std::string> arguments{
        "curve",
        "--nb",
        "4",
        "--populations",
        "--series",
        "energy,energy_per_cell,power,instantaneous_power,variance,entropy,purity,renyi2,log_negativity,"
        "ergotropy,ergotropy_full,p_full,local_ergotropy,capacity,capacity_full,ergotropy_incoherent,error_bound"};
    arguments.insert(arguments.end(), system.begin(), system.end());
    const CommandResult result = run(arguments);
    SCOPED_TRACE(result.err);
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_TRUE(test::is_one_message(result.err));
    EXPECT_THAT(result.err, HasSubstr("the curve failed: "));
    EXPECT_THAT(result.err, Not(HasSubstr("--solver")));
    const test::Csv csv(result.out);
    ASSERT_GE(csv.rows(), 2U);
    for (std::size_t row = 0; row < csv.rows(); ++row)
      for (const std::string& column : csv.header()) EXPECT_EQ(std::isnan(csv.number(row, column)), column != "t") << column;
  }
}

// `spectral` cannot have these.
TEST_F(Failed, AutoReachesDenseWhereTheLevelsLieTooFarApart) {
  if (run({"optimum", "--nb", "4", "--solver", "dense"}).exit_code != 0) GTEST_SKIP() << "a build without LAPACK";
  for (const char* ising : {"1e70", "1e100", "1e150"}) {
    EXPECT_EQ(run({"optimum", "--nb", "40", "--nc", "41", "--ising", ising, "--solver", "spectral"}).exit_code, 1);
    const CommandResult result = run({"optimum", "--nb", "40", "--nc", "41", "--ising", ising, "--format", "json"});
    const auto row = nlohmann::json::parse(result.out);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(row["solver"], "dense") << ising;
    EXPECT_EQ(row["status"], "ok") << ising;
  }
}

TEST_F(Failed, SharesOfNextToNothingAreNotClaimed) {
  for (const char* ising : {"1e6", "1e9", "1e12"}) {
    const CommandResult result = run({"optimum", "--nb", "40", "--nc", "55", "--ising", ising});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, Not(HasSubstr("all of"))) << ising;
    EXPECT_THAT(result.out, Not(HasSubstr("nan"))) << ising;
  }
  EXPECT_THAT(run({"optimum", "--nb", "40", "--nc", "55", "--ising", "1e9"}).out, HasSubstr("empty within the error bound"));
  EXPECT_THAT(run({"optimum", "--nb", "1", "--omega-c", "1e5"}).out, HasSubstr("none of the stored energy can be extracted"));
  // Little, but more than the error bound.
  const std::string little = run({"optimum", "--nb", "10", "--omega-c", "1e7"}).out;
  EXPECT_THAT(little, HasSubstr("99.9999999999600 % short of full"));
  EXPECT_THAT(little, Not(HasSubstr(" 100 %")));
}

// A process ends, with a result or with one line, however little address space it has.
TEST_F(Failed, WithoutMemoryThereIsAResultOrALine) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers take address space of their own";
#endif
  for (const char* command :
       {"optimum --nb 7", "optimum --nb 7 --solver dense", "curve --nb 40 --solver dense", "curve --nb 7",
        "sweep --nb 1:40 --threads 1", "sweep --nb 1:40 --solver dense --threads 2", "optimum --nb 3000 --solver dense"}) {
    for (const char* kilobytes : {"150000", "250000", "500000"}) {
      const CommandResult result =
          run_in_shell("ulimit -v " + std::string(kilobytes) + "; exec timeout -s KILL 60 \"$0\" " + command);
      SCOPED_TRACE(std::string(command) + " in " + kilobytes + " kB: " + result.err);
      if (result.exit_code == 0) {
        EXPECT_NE(result.out, "");
      } else {
        EXPECT_THAT(result.exit_code, testing::AnyOf(2, 4));
        EXPECT_TRUE(test::is_one_message(result.err));
      }
    }
  }
}

TEST_F(Failed, OnlyDenseOpensOpenBlas) {
  const std::string script = "LD_DEBUG=files \"$0\" optimum --nb 7 --solver ";
  EXPECT_THAT(run_in_shell(script + "auto").err, Not(HasSubstr("libopenblas")));
  EXPECT_THAT(run_in_shell(script + "spectral").err, Not(HasSubstr("libopenblas")));
  if (run({"optimum", "--nb", "7", "--solver", "dense"}).exit_code == 0)
    EXPECT_THAT(run_in_shell(script + "dense").err, HasSubstr("libopenblas"));
}

}  // namespace
}  // namespace qbatt
