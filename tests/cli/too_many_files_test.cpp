#include "cli/cli_fixture.hpp"

// A process that may open few files: whichever of them is one too many, the message says so, and not that something is missing.
namespace qbatt {
namespace {

using testing::HasSubstr;

class TooManyFiles : public test::Cli {
protected:
  void SetUp() override {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "sanitizers open files of their own";
#endif
  }

  void is_named(const std::string& command, const std::string& prepare = "true") {
    int named = 0;
    bool succeeded = false;
    for (int limit = 4; limit < 40 && !succeeded; ++limit) {
      const test::CommandResult result =
          run_in_shell("{ " + prepare + "; } >/dev/null 2>&1; ulimit -n " + std::to_string(limit) + "; exec \"$0\" " + command);
      succeeded = result.exit_code == 0;
      if (succeeded || result.exit_code == 127) continue;  // not even the program could be loaded
      EXPECT_EQ(result.exit_code, 3) << limit << ": " << result.err;
      EXPECT_TRUE(test::is_one_message(result.err)) << limit << ": " << result.err;
      EXPECT_THAT(result.err, HasSubstr("Too many open files")) << limit;
      ++named;
    }
    EXPECT_TRUE(succeeded) << command;
    EXPECT_GT(named, 0) << command;
  }
};

TEST_F(TooManyFiles, IsNamedByCsv) {
  is_named("sweep --nb 1:9 --threads 1 -o out.csv", "rm -rf out.csv*");
  is_named("sweep --nb 1:9 --quiet --threads 1 --resume -o out.csv",
           "rm -rf out.csv*; (ulimit -n 5; exec \"$0\" sweep --nb 1:9 --threads 1 -o out.csv)");
  ASSERT_EQ(run_in_shell("for i in 1 2; do \"$0\" sweep --nb 1:9 --shard $i/2 -o $i.csv || exit; done").exit_code, 0);
  is_named("merge 1.csv 2.csv -o all.csv", "rm -f all.csv*");
}

#ifdef QBATT_HAS_NETCDF
TEST_F(TooManyFiles, IsNamedByNetcdf) {
  is_named("sweep --nb 1:9 --threads 1 -o out.nc", "rm -rf out.nc*");
  is_named("sweep --nb 1:9 --quiet --threads 1 --resume -o out.nc",
           "rm -rf out.nc*; (ulimit -n 7; exec \"$0\" sweep --nb 1:9 --threads 1 -o out.nc)");
  is_named("sweep --nb 1:9 --quiet --threads 1 --resume -o out.nc");  // complete
  is_named("curve --nb 5 -o curve.nc");                               // what a try has left is in nobody's way
  is_named("optimum --nb 5 -o optimum.nc");
  ASSERT_EQ(run_in_shell("for i in 1 2; do \"$0\" sweep --nb 1:9 --shard $i/2 -o $i.nc || exit; done").exit_code, 0);
  is_named("merge 1.nc 2.nc -o all.nc", "rm -f all.nc*");
}
#endif

}  // namespace
}  // namespace qbatt
