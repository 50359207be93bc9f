#include <nlohmann/json.hpp>

#include "cli/cli_fixture.hpp"
#include "support/comparisons.hpp"

namespace qbatt {
namespace {

using testing::HasSubstr;

class BenchCommand : public test::Cli {};

// Times are whatever they are; what was timed must be right, and every number must be there.
TEST_F(BenchCommand, RecordsTimesWithTheirAccuracy) {
  const auto result = run({"bench", "--nb", "2,30", "--ising", "0.2", "--seconds", "1e-4", "--threads", "1", "--format", "json"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto record = nlohmann::json::parse(result.out);
  for (const char* key : {"version", "git_revision", "compiler", "instruction_set", "threads", "devices"})
    EXPECT_TRUE(record.contains(key)) << key;
  EXPECT_EQ(record["threads"], 1);
  EXPECT_GE(record["results"].size(), 6U) << "two sizes by each solver";
  for (const auto& entry : record["results"]) {
    EXPECT_EQ(entry["status"], "ok");
    EXPECT_EQ(entry["ising"], 0.2);
    EXPECT_EQ(entry["backend"], "cpu");
    EXPECT_THAT(entry["device"], HasSubstr("x86-64"));
    EXPECT_TRUE(test::between(entry["error_bound"], 0, 1e-8));
    EXPECT_TRUE(test::between(entry["systems_per_second"], 1e-3, 1e12));
    EXPECT_TRUE(test::between(entry["seconds_prepare"], 0, 100));
    EXPECT_TRUE(test::between(entry["seconds_optimum"], 0, 100));
    EXPECT_TRUE(test::between(entry["seconds_state"], 0, 100));
  }
}

TEST_F(BenchCommand, TakesOneSolver) {
  const auto result = run({"bench", "--nb", "5", "--seconds", "1e-4", "--solver", "dense"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("dense"));
  EXPECT_THAT(result.out, testing::Not(HasSubstr("spectral")));
}

TEST_F(BenchCommand, RefusesNonsense) {
  for (const auto& arguments : {std::vector<std::string>{"--seconds", "0"},
                                {"--seconds", "fast"},
                                {"--format", "xml"},
                                {"--nb", "1:0"},
                                {"--solver", "x"}}) {
    std::vector<std::string> command{"bench"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const auto result = run(command);
    EXPECT_EQ(result.exit_code, 2) << arguments[0];
    EXPECT_TRUE(test::is_one_message(result.err)) << result.err;
    EXPECT_THAT(result.err, HasSubstr(arguments[0]));
  }
}

}  // namespace
}  // namespace qbatt
