#include "support/run_command.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace qbatt::test {
namespace {

TEST(RunCommand, KeepsBothStreamsApart) {
  const CommandResult result = run_command({"sh", "-c", "echo to-out; echo to-err >&2; exit 3"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.out, "to-out\n");
  EXPECT_EQ(result.err, "to-err\n");
  EXPECT_FALSE(result.timed_out);
}

TEST(RunCommand, PassesArgumentsUntouchedByAnyShell) {
  EXPECT_EQ(run_command({"printf", "%s|", "a b", "$HOME", "*", ""}).out, "a b|$HOME|*||");
}

TEST(RunCommand, MoreTextThanAPipeHoldsGoesThroughBothWays) {
  const std::string text(1'000'000, 'x');
  const CommandResult result = run_command({"sh", "-c", "tee /dev/stderr"}, {.input = text});
  EXPECT_EQ(result.out.size(), text.size());
  EXPECT_EQ(result.err.size(), text.size());
}

TEST(RunCommand, SurvivesAProgramThatDoesNotReadItsInput) {
  EXPECT_EQ(run_command({"true"}, {.input = std::string(1'000'000, 'x')}).exit_code, 0);
}

TEST(RunCommand, ChangesEnvironmentAndDirectory) {
  EXPECT_EQ(run_command({"sh", "-c", "echo $QBATT_ISA; pwd"}, {.environment = {{"QBATT_ISA", "v2"}}, .directory = "/"}).out,
            "v2\n/\n");
}

TEST(RunCommand, ReportsASignalAsAShellDoes) {
  EXPECT_EQ(run_command({"sh", "-c", "kill -ABRT $$"}).exit_code, 128 + 6);
}

TEST(RunCommand, KillsWhatRunsPastTheLimit) {
  const CommandResult result = run_command({"sleep", "60"}, {.limit = std::chrono::seconds(1)});
  EXPECT_TRUE(result.timed_out);
  EXPECT_EQ(result.exit_code, 128 + 9);
}

TEST(RunCommand, ThrowsWhereTheProgramIsMissing) {
  EXPECT_THROW(run_command({"/nowhere/at/all"}), std::runtime_error);
  EXPECT_THROW(run_command({"true"}, {.directory = "/nowhere/at/all"}), std::runtime_error);
}

}  // namespace
}  // namespace qbatt::test
