#include "cli/cli_fixture.hpp"

namespace qbatt {
namespace {

using testing::HasSubstr;

// Several processes on this machine, started by mpirun, which as root and with fewer cores than processes wants to be asked twice.
class Mpi : public test::Cli {
protected:
  static constexpr const char* mpirun =
      QBATT_MPIEXEC " --allow-run-as-root --oversubscribe --bind-to none --mca btl self,vader --mca plm isolated -n ";

  // `script` in a shell; $MPIRUN stands for the launcher without its number of processes.
  test::CommandResult launch(const std::string& script) { return run_in_shell(std::string("MPIRUN='") + mpirun + "'; " + script); }

  // Of ours, among those of the launcher.
  static int messages(const std::string& err) {
    int count = 0;
    for (std::size_t at = err.find("qbatt: "); at != std::string::npos; at = err.find("qbatt: ", at + 1)) ++count;
    return count;
  }

  static constexpr const char* sweep = " \"$0\" sweep --nb 1:300 --nc nb:nb+20 --quiet -o ";
};

TEST_F(Mpi, ProcessesAndThreadsDoNotShowInTheRows) {
  const std::string one = run({"sweep", "--nb", "1:300", "--nc", "nb:nb+20"}).out;
  for (const std::string ranks : {"1", "2", "3"}) {
    for (const std::string threads : {"1", "2"}) {
      const std::string file = ranks + threads + ".csv";
      const test::CommandResult result = launch("$MPIRUN " + ranks + sweep + file + " --threads " + threads);
      ASSERT_EQ(result.exit_code, 0) << result.err;
      EXPECT_TRUE(test::read_text(folder_.path(file)) == one) << ranks << " processes, " << threads << " threads";
    }
  }
}

TEST_F(Mpi, ARunOfManyIsTakenUpByOneAndTheOtherWayRound) {
  const std::string rows = " \"$0\" sweep --nb 40:49 --coupling lin:1:2:10000 --threads 1 ";
  ASSERT_EQ(launch(rows + "-o whole.csv").exit_code, 0);
  // A process that dies takes the others with it, but not what they have finished.
  const test::CommandResult killed =
      launch("$MPIRUN 3" + rows +
             "-o out.csv & p=$!; until [ $(ls out.csv.parts/*.csv 2>/dev/null | wc -l) -ge 4 ]; do sleep 0.01; done; "
             "kill -KILL $(pgrep -P $(pgrep -P $p -f mpirun || echo $p) -n qbatt); wait $p");
  EXPECT_NE(killed.exit_code, 0);
  const test::CommandResult taken_up = launch(rows + "-o out.csv --resume");
  ASSERT_EQ(taken_up.exit_code, 0) << taken_up.err;
  EXPECT_THAT(taken_up.err, HasSubstr(" of 13 chunks are taken over"));
  EXPECT_EQ(test::read_text(folder_.path("out.csv")), test::read_text(folder_.path("whole.csv")));
  EXPECT_EQ(launch("$MPIRUN 2" + rows + "-o out.csv --resume").err, "qbatt: out.csv is complete\n");
}

TEST_F(Mpi, BadInputIsSaidOnce) {
  const test::CommandResult result = launch("$MPIRUN 3 \"$0\" sweep --nb 0 -o out.csv");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(messages(result.err), 1) << result.err;
}

TEST_F(Mpi, APlaceThatCannotBeWrittenIsSaidOnce) {
  const test::CommandResult result = launch("$MPIRUN 3 \"$0\" sweep --nb 1:9 -o none/out.csv");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("qbatt: cannot write none/out.csv: No such file or directory"));
}

// What is not shared is done by one process.
TEST_F(Mpi, CommandsThatAreNotSharedRunOnce) {
  for (const std::string command : {"optimum --nb 3 --format json", "curve --nb 3", "devices", "--version", "sweep --help",
                                    "sweep --nb 1:9 --dry-run", "sweep --nb 1:9 --print-config", "bench --help"}) {
    const test::CommandResult one = run_in_shell("\"$0\" " + command);
    const test::CommandResult several = launch("$MPIRUN 3 \"$0\" " + command);
    EXPECT_EQ(several.exit_code, 0) << several.err;
    EXPECT_EQ(several.out, one.out) << command;
    EXPECT_EQ(several.err, "") << command;
  }
  EXPECT_EQ(launch("$MPIRUN 3 \"$0\" curve --nb 30 -o out.csv").exit_code, 0);
  EXPECT_EQ(test::read_text(folder_.path("out.csv")), run({"curve", "--nb", "30"}).out);
  EXPECT_THAT(folder_.content(), testing::ElementsAre("out.csv"));
  for (const std::string i : {"1", "2"})
    ASSERT_EQ(run({"sweep", "--nb", "1:9", "--shard", i + "/2", "-o", i + ".csv"}).exit_code, 0);
  EXPECT_EQ(launch("$MPIRUN 2 \"$0\" merge 1.csv 2.csv -o all.csv").exit_code, 0);
  EXPECT_EQ(test::read_text(folder_.path("all.csv")), run({"sweep", "--nb", "1:9"}).out);
  if (run_in_shell("command -v gnuplot").exit_code == 0) {
    const test::CommandResult figures = launch("$MPIRUN 2 \"$0\" figures --only fig4a --format svg --out f");
    EXPECT_EQ(figures.exit_code, 0) << figures.err;
    EXPECT_EQ(figures.out.find("fig4a.svg"), figures.out.rfind("fig4a.svg")) << figures.out;
    EXPECT_TRUE(std::filesystem::exists(folder_.path("f/fig4a.svg")));
  }
  const test::CommandResult bad = launch("$MPIRUN 3 \"$0\" curve --nb 0");
  EXPECT_EQ(bad.exit_code, 2);
  EXPECT_EQ(messages(bad.err), 1) << bad.err;
}

// Rows do not depend on who computes them: the best instruction set that all have.
TEST_F(Mpi, ProcessesAgreeOnAnInstructionSet) {
  const std::string rows = "\"$0\" sweep --nb 1:300 --nc nb:nb+20 --quiet -o ";
  ASSERT_EQ(launch("QBATT_ISA=x86-64-v2 " + rows + "one.csv").exit_code, 0);
  const std::string one = test::read_text(folder_.path("one.csv"));
  if (run({"sweep", "--nb", "1:300", "--nc", "nb:nb+20"}).out == one) GTEST_SKIP() << "one instruction set only";
  for (const std::string processes : {"1 env QBATT_ISA=x86-64-v2 $Q : -n 2 $Q", "2 $Q : -n 1 env QBATT_ISA=x86-64-v2 $Q"}) {
    std::string command = "$MPIRUN " + processes;
    for (std::size_t at = command.find("$Q"); at != std::string::npos; at = command.find("$Q"))
      command.replace(at, 2, rows + "out.csv");
    const test::CommandResult result = launch(command);
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_TRUE(test::read_text(folder_.path("out.csv")) == one) << command;
    EXPECT_THAT(test::read_text(folder_.path("out.csv.sweep.json")), HasSubstr("\"instruction_set\": \"x86-64-v2\""));
  }
  // A single process takes it up where it may have the same.
  EXPECT_EQ(launch("QBATT_ISA=x86-64-v2 \"$0\" sweep --nb 1:300 --nc nb:nb+20 --resume -o out.csv").err,
            "qbatt: out.csv is complete\n");
}

TEST_F(Mpi, ProcessesMustBeGivenTheSame) {
  const auto refused = [&](const std::string& one, const std::string& other, const std::string& difference) {
    const test::CommandResult result =
        launch("$MPIRUN 1 \"$0\" sweep --nb 1:30 " + one + " : -n 2 \"$0\" sweep --nb 1:30 " + other);
    EXPECT_EQ(result.exit_code, 2) << result.err;
    EXPECT_EQ(messages(result.err), 1) << result.err;
    EXPECT_THAT(result.err, HasSubstr("qbatt: the processes of a sweep must be given the same: " + difference));
    EXPECT_THAT(folder_.content(), testing::IsEmpty());
  };
  refused("-o out.csv", "--ising 0.5 -o out.csv", "--ising is 0.5 in process 1 and 0 in process 0");
  refused("-o out.csv", "-o other.csv", "-o is other.csv in process 1 and out.csv in process 0");
  refused("--tolerance 1e-9 -o out.csv", "-o out.csv", "--tolerance is 1e-08 in process 1 and 1e-09 in process 0");
  refused("-o out.csv", "--shard 1/2 -o out.csv", "--shard is 1/2 in process 1 and 1/1 in process 0");
  refused("-o out.csv", "--resume -o out.csv", "--resume is given in process 1 and not given in process 0");
  refused("-o out.csv", "-o out.nc", "the format is netCDF in process 1 and CSV in process 0");
  refused("--times 0:1:3 -o out.csv", "--times 0,0.5,1.1 -o out.csv", "--times is 0,0.5,1.1 in process 1 and 0:1:3 in process 0");
}

// What counts is what is meant: one process may be told it in other words.
TEST_F(Mpi, ProcessesMayBeToldTheSameInOtherWords) {
  const test::CommandResult result = launch(
      "$MPIRUN 1 \"$0\" sweep --nb 1:30 --quiet -o out.csv : -n 1 \"$0\" sweep --nb 1,2:30 --omega-c 1.0 --quiet -o out.csv");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(test::read_text(folder_.path("out.csv")), run({"sweep", "--nb", "1:30"}).out);
}

TEST_F(Mpi, BadInputOfOneProcessIsSaid) {
  const test::CommandResult result = launch("$MPIRUN 1 \"$0\" sweep --nb 1:30 -o out.csv : -n 1 \"$0\" sweep --nb 0 -o out.csv");
  EXPECT_NE(result.exit_code, 0);
  EXPECT_THAT(result.err, HasSubstr("qbatt: N_b (--nb) = 0 is out of range"));
}

}  // namespace
}  // namespace qbatt
