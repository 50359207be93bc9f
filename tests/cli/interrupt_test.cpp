#include <chrono>

#include "cli/cli_fixture.hpp"

namespace qbatt {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

/// Commands that are asked to stop inside one huge system, which takes minutes.
class Interrupt : public test::Cli {
protected:
  static constexpr const char* huge_system = " --nb 3e8 --threads 1 ";

  // A signal half a second after the start; the answer comes within two.
  test::CommandResult stopped(const std::string& command, const std::string& signal = "TERM") {
    const auto start = std::chrono::steady_clock::now();
    const test::CommandResult result =
        run_in_shell("\"$0\" " + command + huge_system + "& p=$!; sleep 0.5; kill -" + signal + " $p; wait $p");
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    EXPECT_LT(took.count(), 2.5) << command;
    EXPECT_EQ(result.exit_code, 130) << command << result.err;
    EXPECT_THAT(result.err, StartsWith("qbatt: interrupted"));
    EXPECT_EQ(std::ranges::count(result.err, '\n'), 1) << result.err;
    EXPECT_THAT(result.out, IsEmpty());
    return result;
  }
};

TEST_F(Interrupt, IsAnsweredInsideOneSystem) {
  stopped("optimum");
  stopped("optimum --ising 1e-3");
  stopped("optimum --solver chebyshev");
  stopped("curve --times 0:1e-8:3");
  EXPECT_THAT(folder_.content(), IsEmpty());
}

TEST_F(Interrupt, OfASweepSaysWhatIsKept) {
  EXPECT_THAT(stopped("sweep -o out.csv").err, HasSubstr("no chunk is finished"));
  EXPECT_THAT(folder_.content(), IsEmpty());
}

TEST_F(Interrupt, LeavesNothingUnfinished) {
  for (const std::string signal : {"INT", "TERM", "HUP"}) {
    stopped("curve --times 0:1e-8:3 -o out.csv", signal);
    stopped("sweep -o out.csv", signal);
    EXPECT_THAT(folder_.content(), IsEmpty()) << signal;
  }
}

// A second signal ends the program where it stands, here inside one step that takes long.
TEST_F(Interrupt, ASecondSignalLeavesNothingUnfinishedEither) {
  const test::CommandResult result = run_in_shell(
      "\"$0\" curve --nb 1e6 --times 0:1:100000 --threads 1 -o out.csv & p=$!; "
      "while ! ls out.csv.parts/all.csv.*.unfinished >/dev/null 2>&1; do sleep 0.01; done; kill -INT $p; kill -TERM $p; wait $p");
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_THAT(folder_.content(), IsEmpty());
}

// Limits of CPU time, warnings of a batch system and the like end the program as ever, and leave chunks, but nothing unfinished.
TEST_F(Interrupt, DeadlySignalsLeaveNothingUnfinished) {
  for (const std::string signal : {"XCPU", "USR1", "USR2", "ALRM"}) {
    const test::CommandResult result = run_in_shell(
        "\"$0\" curve --nb 1e6 --times 0:1:100000 --threads 1 -o out.csv & p=$!; "
        "while ! ls out.csv.parts/all.csv.*.unfinished >/dev/null 2>&1; do sleep 0.01; done; kill -" +
        signal + " $p; wait $p; x=$?; kill -l $((x - 128))");
    EXPECT_EQ(result.out, signal + "\n");
    EXPECT_THAT(folder_.content(), IsEmpty()) << signal;
  }
  const test::CommandResult sweep = run_in_shell(
      "\"$0\" sweep --nb 300:900 --coupling lin:1:2:100 --threads 1 -o out.csv & p=$!; "
      "while [ ! -e out.csv.parts/00000000.csv ]; do sleep 0.01; done; kill -XCPU $p; wait $p; ls out.csv.parts");
  EXPECT_THAT(sweep.out, HasSubstr("00000000.csv\n"));
  EXPECT_THAT(sweep.out, testing::Not(HasSubstr("unfinished")));
}

// One that was ignored by whoever started the program stays so.
TEST_F(Interrupt, AnIgnoredDeadlySignalStopsNothing) {
  const test::CommandResult result = run_in_shell(
      "trap '' USR1; \"$0\" sweep --nb 2:9 --coupling lin:1:2:2000 -o out.csv & p=$!; sleep 0.1; kill -USR1 $p; wait $p");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(std::filesystem::exists(folder_.path("out.csv")));
}

// Commands that compute nothing are ended by the first.
TEST_F(Interrupt, EndsWhatOnlyReadsAndWrites) {
  for (const std::string i : {"1", "2"})
    ASSERT_EQ(run({"sweep", "--nb", "1:9", "--shard", i + "/2", "-o", i + ".csv"}).exit_code, 0);
  const std::vector<std::string> content = folder_.content();
  // gnuplot is one that never answers: the picture is begun by then.
  folder_.write("gnuplot", "#!/bin/sh\nexec sleep 20\n");
  std::filesystem::permissions(folder_.path("gnuplot"), std::filesystem::perms::owner_all);
  for (const std::string signal : {"INT", "TERM", "HUP"}) {
    const test::CommandResult result = run_in_shell(
        "PATH=.:$PATH \"$0\" plot 1.csv --x n_b --y t_opt -o out.svg & p=$!; "
        "while ! ls out.svg.*.unfinished >/dev/null 2>&1; do sleep 0.01; done; kill -" +
        signal + " $p; wait $p");
    EXPECT_EQ(result.exit_code, 130) << signal;
    EXPECT_EQ(result.err, "qbatt: interrupted\n") << signal;
  }
  std::filesystem::remove(folder_.path("gnuplot"));
  EXPECT_EQ(folder_.content(), content);
}

// nohup's SIGHUP stays ignored.
TEST_F(Interrupt, AnIgnoredHangUpStopsNothing) {
  const test::CommandResult result = run_in_shell(
      "trap '' HUP; \"$0\" sweep --nb 2:9 --coupling lin:1:2:2000 -o out.csv & p=$!; sleep 0.1; kill -HUP $p; wait $p");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(std::filesystem::exists(folder_.path("out.csv")));
}

}  // namespace
}  // namespace qbatt
