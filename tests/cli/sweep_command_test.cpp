#include "cli/cli_fixture.hpp"
#include "support/comparisons.hpp"
#include "support/csv.hpp"

namespace qbatt {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class SweepCommand : public test::Cli {};

TEST_F(SweepCommand, WritesOneRowASystemInOrder) {
  const test::Csv csv(succeeds({"sweep", "--nb", "2,1", "--nc", "nb:nb+1", "--coupling", "1,-2"}));
  ASSERT_EQ(csv.rows(), 8U);
  EXPECT_THAT(csv.numbers("n_b"), ElementsAre(2, 2, 2, 2, 1, 1, 1, 1));
  EXPECT_THAT(csv.numbers("n_c"), ElementsAre(2, 2, 3, 3, 1, 1, 2, 2));
  EXPECT_THAT(csv.numbers("coupling"), ElementsAre(1, -2, 1, -2, 1, -2, 1, -2));
  for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(csv.text(i, "status"), "ok");
}

TEST_F(SweepCommand, WritesTheSameToAFileAndReplacesAnOldOne) {
  succeeds({"sweep", "--nb", "7", "-o", "out.csv"});
  const std::string out = succeeds({"sweep", "--nb", "1:30"});
  const test::CommandResult result = run({"sweep", "--nb", "1:30", "-o", "out.csv"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(result.err, IsEmpty()) << "no progress line unless on a terminal";
  EXPECT_EQ(test::read_text(folder_.path("out.csv")), out);
  EXPECT_THAT(folder_.content(), ElementsAre("out.csv", "out.csv.sweep.json"));
}

TEST_F(SweepCommand, ManyChunksAreOneTable) {
  succeeds({"sweep", "--nb", "1:3", "--coupling", "lin:1:2:7000", "-o", "out.csv"});
  const test::Csv csv(test::read_text(folder_.path("out.csv")));
  ASSERT_EQ(csv.rows(), 21'000U);
  for (std::size_t i = 0; i < csv.rows(); i += 97) {
    EXPECT_EQ(csv.text(i, "n_b"), std::to_string(1 + i / 7000)) << i;
    EXPECT_TRUE(test::within_relative(csv.number(i, "coupling"), 1 + static_cast<double>(i % 7000) / 6999, 1e-15)) << i;
  }
}

TEST_F(SweepCommand, RowsDoNotDependOnThreads) {
  EXPECT_EQ(succeeds({"sweep", "--nb", "1:40", "--nc", "nb:nb+2", "--threads", "1"}),
            succeeds({"sweep", "--nb", "1:40", "--nc", "nb:nb+2", "--threads", "3"}));
}

TEST_F(SweepCommand, SkipInvalidDropsAndCounts) {
  const test::CommandResult result = run({"sweep", "--nb", "1:4", "--nc", "nb-1:nb+1", "--m", "2", "--skip-invalid"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(test::Csv(result.out).rows(), 9U);
  EXPECT_EQ(result.err, "qbatt: 3 combinations dropped as not physical\n");
  EXPECT_THAT(run({"sweep", "--nb", "1:4", "--nc", "nb-1", "--skip-invalid", "--quiet"}).err, IsEmpty());
}

TEST_F(SweepCommand, ReadsSystemsFromAFile) {
  folder_.write("systems.csv", "ising,n_b,n_c\n0,3,4\n-0.5,2,2\n");
  const test::Csv csv(succeeds({"sweep", "--systems", "systems.csv"}));
  EXPECT_THAT(csv.numbers("n_b"), ElementsAre(3, 2));
  EXPECT_THAT(csv.numbers("m"), ElementsAre(4, 2));
  EXPECT_THAT(csv.numbers("ising"), ElementsAre(0, -0.5));
}

TEST_F(SweepCommand, ReadsSystemsFromTheStandardInput) {
  const std::string expected = succeeds({"sweep", "--nb", "3,2", "--ising", "0.3"});
  EXPECT_EQ(run_in_shell("printf '# mine\\nn_b\\n3\\n2\\n' | \"$0\" sweep --systems - --ising 0.3").out, expected);
  const test::CommandResult shared =
      run_in_shell("printf 'n_b\\n3\\n' | OMPI_COMM_WORLD_SIZE=2 OMPI_COMM_WORLD_RANK=0 \"$0\" sweep --systems - -o out.csv");
  EXPECT_EQ(shared.exit_code, 2);
  EXPECT_THAT(shared.err, HasSubstr("--systems: `-` is the standard input, which several processes cannot share"));
}

TEST_F(SweepCommand, TakesResultsAsSystems) {
  const std::string results = succeeds({"sweep", "--nb", "3,2", "--nc", "nb+1", "--ising", "0,0.5"});
  folder_.write("results.csv", results);
  EXPECT_EQ(succeeds({"sweep", "--systems", "results.csv"}), results);
  EXPECT_EQ(run_in_shell("\"$0\" optimum --nb 3 -o - | \"$0\" sweep --systems -").out, succeeds({"sweep", "--nb", "3"}));
}

TEST_F(SweepCommand, WritesTimeSeriesAsTidyRows) {
  const test::Csv csv(succeeds({"sweep", "--nb", "2,3", "--nc", "nb+1", "--times", "0,0.5,2", "--series", "energy,error_bound"}));
  ASSERT_EQ(csv.rows(), 6U);
  EXPECT_THAT(csv.numbers("n_b"), ElementsAre(2, 2, 2, 3, 3, 3));
  EXPECT_THAT(csv.numbers("t"), ElementsAre(0, 0.5, 2, 0, 0.5, 2));
  EXPECT_EQ(csv.text(5, "status"), "ok");
  const test::Csv curve(succeeds({"curve", "--nb", "3", "--nc", "4", "--times", "0,0.5,2", "--series", "energy,error_bound"}));
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(csv.text(3 + i, "energy"), curve.text(i, "energy"));
    EXPECT_EQ(csv.text(3 + i, "error_bound"), curve.text(i, "error_bound"));
  }
}

TEST_F(SweepCommand, TidyRowsOfAFailedSystemAreNan) {
  const test::CommandResult result =
      run({"sweep", "--nb", "2", "--omega-c", "1,1e12", "--optimum", "global", "--times", "0:1:2", "--series", "energy"});
  EXPECT_EQ(result.exit_code, 1);
  const test::Csv csv(result.out);
  ASSERT_EQ(csv.rows(), 4U);
  EXPECT_EQ(csv.text(1, "status"), "ok");
  EXPECT_EQ(csv.text(2, "status"), "failed");
  EXPECT_EQ(csv.text(3, "energy"), "nan");
}

TEST_F(SweepCommand, WithoutOptimumTheColumnsAreNan) {
  const test::Csv csv(succeeds({"sweep", "--nb", "3", "--optimum", "none"}));
  EXPECT_EQ(csv.text(0, "status"), "ok");
  EXPECT_EQ(csv.text(0, "t_opt"), "nan");
  EXPECT_EQ(csv.text(0, "p_full_opt"), "nan");
}

// Two levels, T = 1 / (2 a_0) with a_0 = A sqrt(N_c): the energy is largest at pi T and all odd multiples.
TEST_F(SweepCommand, TheGlobalOptimumLiesInAWindow) {
  const test::Csv all(succeeds({"sweep", "--nb", "1", "--nc", "4,9", "--optimum", "global"}));
  EXPECT_TRUE(test::within_relative(all.number(0, "t_opt"), M_PI / 4, 1e-14));
  EXPECT_TRUE(test::within_relative(all.number(1, "t_opt"), M_PI / 6, 1e-14));
  EXPECT_EQ(all.text(0, "status"), "ok");
  const test::Csv early(succeeds({"sweep", "--nb", "1", "--nc", "4", "--optimum", "global", "--window", "2"}));
  EXPECT_EQ(early.text(0, "status"), "window-end");
  EXPECT_TRUE(test::within_relative(early.number(0, "t_opt"), 0.5, 1e-14));
  EXPECT_TRUE(test::within_relative(early.number(0, "energy_opt"), std::sin(1.0) * std::sin(1.0), 1e-14));
}

TEST_F(SweepCommand, FailedRowsAreExitCode1) {
  // The window holds more oscillations than anybody can look at.
  const test::CommandResult result = run({"sweep", "--nb", "2", "--omega-c", "1,1e12", "--optimum", "global", "-o", "out.csv"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.err, "qbatt: of 2 rows 0 are inaccurate and 1 failed: see the columns status and error_bound\n");
  const test::Csv csv(test::read_text(folder_.path("out.csv")));
  EXPECT_EQ(csv.text(0, "status"), "ok");
  EXPECT_EQ(csv.text(1, "status"), "failed");
  EXPECT_EQ(csv.text(1, "t_opt"), "nan");
  EXPECT_EQ(csv.text(1, "error_bound"), "nan");
}

TEST_F(SweepCommand, NoPeakAndWindowEndAreExitCode0) {
  const test::Csv csv(succeeds({"sweep", "--nb", "2", "--m", "0,2", "--optimum", "global", "--window", "0.5"}));
  EXPECT_EQ(csv.text(0, "status"), "no-peak");
  EXPECT_EQ(csv.text(1, "status"), "window-end");
}

TEST_F(SweepCommand, InaccurateRowsAreExitCode1AndWrittenAllTheSame) {
  const test::CommandResult result = run({"sweep", "--nb", "20:22", "--tolerance", "1e-30", "-o", "out.csv"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.err, "qbatt: of 3 rows 3 are inaccurate and 0 failed: see the columns status and error_bound\n");
  EXPECT_EQ(test::Csv(test::read_text(folder_.path("out.csv"))).text(0, "status"), "inaccurate");
}

TEST_F(SweepCommand, DryRunCountsAndWritesNothing) {
  const std::string text =
      succeeds({"sweep", "--nb", "1:2000", "--nc", "nb-1:nb+1", "--skip-invalid", "--dry-run", "-o", "out.csv"});
  EXPECT_THAT(text, HasSubstr("systems     5999\n"));
  EXPECT_THAT(text, HasSubstr("dropped     1\n"));
  EXPECT_THAT(text, HasSubstr("dimensions  2 to 2001\n"));
  EXPECT_THAT(folder_.content(), IsEmpty());
}

// The estimate of the file holds within a factor of two, that of the eigenpairs within one of three.
TEST_F(SweepCommand, DryRunEstimates) {
  const std::vector<std::string> sweep{"sweep", "--nb", "1:300", "--quiet", "-o", "out.csv"};
  std::vector<std::string> dry = sweep;
  dry.emplace_back("--dry-run");
  const std::string text = succeeds(dry);
  double pairs = 0;
  double kilobytes = 0;
  const auto number_behind = [&](const std::string& words, double& number) {
    const std::size_t at = text.find(words);
    ASSERT_NE(at, std::string::npos) << words << " in\n" << text;
    number = std::stod(text.substr(at + words.size()));
  };
  number_behind("\neigenpairs  about ", pairs);
  number_behind("\nfile        about ", kilobytes);
  EXPECT_THAT(text, testing::ContainsRegex("\ntime        .* on the CPU with [0-9]+ thread"));
  EXPECT_THAT(text, testing::ContainsRegex("\nmemory      about [0-9.]+ MB\n"));
  succeeds(sweep);
  const std::string out = test::read_text(folder_.path("out.csv"));
  const double ratio = 1000 * kilobytes / static_cast<double>(out.size());
  EXPECT_TRUE(ratio > 0.5 && ratio < 2) << ratio;
  double used = 0;
  for (const double n_eig : test::Csv(out).numbers("n_eig")) used += n_eig;
  EXPECT_TRUE(pairs / used > 1.0 / 3 && pairs / used < 3) << pairs << " for " << used;
}

// Propagation in time stops at nothing that is asked for by name: at the isotropic point a million levels would take weeks.
TEST_F(SweepCommand, DryRunSaysWhereChebyshevTakesLong) {
  const std::string text =
      succeeds({"sweep", "--nb", "1e6", "--ising", "1", "--solver", "chebyshev", "--threads", "1", "--dry-run"});
  EXPECT_THAT(text, HasSubstr("\neigenpairs  about 0 in all"));
  EXPECT_THAT(text, testing::ContainsRegex("\ntime        about [0-9]+ days on the CPU"));
  EXPECT_THAT(succeeds({"sweep", "--nb", "1e6", "--ising", "2", "--solver", "chebyshev", "--dry-run"}),
              HasSubstr("\ntime        less than 1 s"))
      << "the state stays at its end";
}

TEST_F(SweepCommand, DryRunOfSeries) {
  const std::string text =
      succeeds({"sweep", "--nb", "100", "--times", "0:1:1000", "--series", "energy", "--populations", "-o", "out.nc", "--dry-run"});
  // 101 levels at 1000 times, energy and t besides.
  EXPECT_THAT(text, HasSubstr("\nfile        at most about 825 kB\n"));
  EXPECT_THAT(folder_.content(), IsEmpty());
}

// Series of many times, searches on states of thousands of pairs, and writing take most of these.
TEST_F(SweepCommand, DryRunKnowsWhatTakesLong) {
  const auto seconds = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"sweep", "--threads", "1", "--dry-run"});
    const std::string text = succeeds(arguments);
    const std::size_t at = text.find("\ntime        about ");
    if (at == std::string::npos) return 0.0;
    const std::string rest = text.substr(at + 19);
    const bool in_seconds = rest.find(" s on the CPU") < rest.find('\n');
    return std::stod(rest) * (in_seconds ? 1 : 60);  // minutes at least
  };
  EXPECT_GT(seconds({"--nb", "300", "--times", "0:2:1e6", "-o", "x.nc"}), 5);
  EXPECT_GT(seconds({"--nb", "300", "--times", "0:2:1e6", "-o", "x.nc"}),
            1.5 * seconds({"--nb", "300", "--times", "0:2:1e6", "--series", "energy", "-o", "x.nc"}));
  EXPECT_GT(seconds({"--nb", "1e6", "--m", "0.5nc"}), 2);
  EXPECT_GT(seconds({"--nb", "1e7", "--m", "0.5nc"}), 60);
  EXPECT_GT(seconds({"--nb", "2", "--ising", "lin:0:1:1e7", "-o", "x.csv"}), 10);
  EXPECT_EQ(seconds({"--nb", "1:100", "-o", "x.csv"}), 0);
}

TEST_F(SweepCommand, DryRunCountsTheProcessorsThatItMayUse) {
  const test::CommandResult result = run_in_shell("taskset -c 0 \"$0\" sweep --nb 1:1000 --threads 4 --dry-run");
  if (result.exit_code != 0) GTEST_SKIP() << "taskset: " << result.err;
  EXPECT_THAT(result.out, HasSubstr(" on the CPU with 4 threads on 1 processor\n"));
  EXPECT_THAT(run_in_shell("taskset -c 0 \"$0\" sweep --nb 1:1000 --dry-run").out, HasSubstr(" on the CPU with 1 thread\n"));
}

TEST_F(SweepCommand, ADryRunOfMillionsTakesNoMemory) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer reserves more address space than the limit of this test";
#endif
  const test::CommandResult result = run_in_shell("ulimit -v 2000000; \"$0\" sweep --nb 1:2000 --nc 1:2000 --dry-run");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, StartsWith("systems     4000000\n"));
}

// A chunk of 8192 systems takes a second or so, the whole sweep far longer than the test waits.
TEST_F(SweepCommand, AnInterruptFinishesTheChunkAndKeepsTheParts) {
  const test::CommandResult result = run_in_shell(
      "\"$0\" sweep --nb 30:200 --coupling lin:1:2:100000 -o out.csv & p=$!; "
      "while [ ! -e out.csv.parts/00000000.csv ]; do sleep 0.05; done; kill -TERM $p; wait $p");
  EXPECT_FALSE(result.timed_out);
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_TRUE(test::is_one_message(result.err)) << result.err;
  EXPECT_THAT(result.err, HasSubstr("of 17100000 systems are finished and kept in out.csv.parts; the same command with --resume"));
  const std::vector<std::string> content = folder_.content();
  EXPECT_THAT(content, testing::Contains("out.csv.parts/00000000.csv"));
  for (const std::string& name : content) EXPECT_FALSE(name == "out.csv" || name.ends_with(".unfinished")) << name;
}

}  // namespace
}  // namespace qbatt
