#include <random>

#include "cli/cli_fixture.hpp"

#ifndef QBATT_KILLS
#error "QBATT_KILLS: how often a sweep is killed"
#endif

namespace qbatt {
namespace {

// Sweeps of 100 000 systems that are killed at random moments and taken up each time, as by the time limits of a cluster.
class Killed : public test::Cli {
protected:
  // As a shell runs it; `options` besides the systems.
  static std::string sweep(const std::string& options) {
    return "\"$0\" sweep --nb 60:69 --coupling lin:1:2:10000 --quiet " + options;
  }

  // Until it has been killed often enough; where a run ends before it is killed, its result goes and the next begins afresh.
  void kill_and_resume(const std::string& options, const std::string& file) {
    std::mt19937 random(7);
    for (int killed = 0; killed < QBATT_KILLS;) {
      const double delay = std::uniform_real_distribution<>(0.0, 0.3)(random);
      const test::CommandResult result = run_in_shell(sweep(options) + " --resume -o " + file + " & p=$!; sleep " +
                                                      std::to_string(delay) + "; kill -KILL $p 2>/dev/null; wait $p");
      if (result.exit_code == 137) {
        ++killed;
      } else {
        ASSERT_EQ(result.exit_code, 0) << result.err;
        std::filesystem::remove(folder_.path(file));
      }
    }
    ASSERT_EQ(run_in_shell(sweep(options) + " --resume -o " + file).exit_code, 0);
    EXPECT_FALSE(std::filesystem::exists(folder_.path(file + ".parts")));
  }

  // Attributes tell of the run, its command and its time; the values do not.
  std::string values_in_netcdf(const std::string& file) {
    const test::CommandResult dump = run_in_shell("ncdump -p 9,17 " + file + " | sed -n '/^data:/,$p' | cksum");
    EXPECT_EQ(dump.exit_code, 0);
    EXPECT_EQ(dump.err, "");
    return dump.out;
  }
};

TEST_F(Killed, CsvEndsAsIfNothingHadHappened) {
  kill_and_resume("", "out.csv");
  ASSERT_EQ(run_in_shell(sweep("-o whole.csv")).exit_code, 0);
  EXPECT_EQ(test::read_text(folder_.path("out.csv")), test::read_text(folder_.path("whole.csv")));
}

#ifdef QBATT_HAS_NETCDF
TEST_F(Killed, NetcdfEndsAsIfNothingHadHappened) {
  const std::string series = "--times 0:2:3 --time-unit optimum --series entropy ";
  kill_and_resume(series, "out.nc");
  ASSERT_EQ(run_in_shell(sweep(series + "-o whole.nc")).exit_code, 0);
  EXPECT_EQ(values_in_netcdf("out.nc"), values_in_netcdf("whole.nc"));
}
#endif

}  // namespace
}  // namespace qbatt
