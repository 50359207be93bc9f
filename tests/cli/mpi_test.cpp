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
  std::size_t messages = 0;
  for (std::size_t at = result.err.find("qbatt: "); at != std::string::npos; at = result.err.find("qbatt: ", at + 1)) ++messages;
  EXPECT_EQ(messages, 1U) << result.err;
}

TEST_F(Mpi, APlaceThatCannotBeWrittenIsSaidOnce) {
  const test::CommandResult result = launch("$MPIRUN 3 \"$0\" sweep --nb 1:9 -o none/out.csv");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("qbatt: cannot write none/out.csv: No such file or directory"));
}

TEST_F(Mpi, OnlyASweepOfSeveralProcessesLoadsIt) {
  const test::CommandResult result = launch("$MPIRUN 2 \"$0\" optimum --nb 3 --format json");
  EXPECT_EQ(result.exit_code, 0) << result.err;
}

}  // namespace
}  // namespace qbatt
