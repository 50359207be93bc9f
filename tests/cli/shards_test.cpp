#include "cli/cli_fixture.hpp"

namespace qbatt {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class Shards : public test::Cli {
protected:
  test::CommandResult shard(const std::string& which, const std::string& file, const std::string& nb = "1:40") {
    return run({"sweep", "--nb", nb, "--nc", "nb:nb+2", "--shard", which, "-o", file});
  }

  void make_three(const std::string& suffix) {
    for (const std::string i : {"1", "2", "3"}) ASSERT_EQ(shard(i + "/3", i + suffix).exit_code, 0);
  }

  void expect_refused(std::vector<std::string> arguments, const std::string& why) {
    arguments.insert(arguments.begin(), "merge");
    const test::CommandResult result = run(arguments);
    EXPECT_EQ(result.exit_code, 2) << why;
    EXPECT_TRUE(test::is_one_message(result.err)) << result.err;
    EXPECT_THAT(result.err, HasSubstr(why));
    EXPECT_FALSE(std::filesystem::exists(folder_.path("all.csv")));
  }
};

TEST_F(Shards, MergedInAnyOrderAreTheSweep) {
  make_three(".csv");
  EXPECT_THAT(folder_.content(),
              ElementsAre("1.csv", "1.csv.shard.json", "2.csv", "2.csv.shard.json", "3.csv", "3.csv.shard.json"));
  ASSERT_EQ(run({"merge", "2.csv", "3.csv", "1.csv", "-o", "all.csv"}).exit_code, 0);
  const std::string whole = run({"sweep", "--nb", "1:40", "--nc", "nb:nb+2"}).out;
  EXPECT_EQ(test::read_text(folder_.path("all.csv")), whole);
  EXPECT_EQ(run({"sweep", "--nb", "1:40", "--nc", "nb:nb+2", "-o", "all.csv", "--resume"}).err, "qbatt: all.csv is complete\n");
}

#ifdef QBATT_HAS_NETCDF
TEST_F(Shards, MergedNetcdfHasTheValuesOfTheSweep) {
  const std::string sweep =
      "\"$0\" sweep --nb 1:12 --nc nb:nb+2 --times 0:2:5 --time-unit optimum --series entropy,energy --populations ";
  ASSERT_EQ(run_in_shell("for i in 1 2 3; do " + sweep +
                         "--shard $i/3 -o $i.nc || exit; done; \"$0\" merge 3.nc 1.nc 2.nc -o all.nc && " + sweep + "-o whole.nc")
                .exit_code,
            0);
  const auto values = [&](const std::string& file) {
    return run_in_shell("ncdump -p 9,17 " + file + " | sed '1d; /^\t\t:/d; /^}/,$d; /global attributes/,/^data/d'").out;
  };
  EXPECT_THAT(values("all.nc"), HasSubstr("system = 36"));
  EXPECT_EQ(values("all.nc"), values("whole.nc"));
  const test::CommandResult again = run_in_shell(sweep + "--resume -o all.nc");
  EXPECT_EQ(again.err, "qbatt: all.nc is complete\n");
}
#endif

TEST_F(Shards, GapsOverlapsAndForeignersAreNamed) {
  make_three(".csv");
  expect_refused({"1.csv", "3.csv", "-o", "all.csv"}, "shard 2/3 is missing");
  expect_refused({"1.csv", "2.csv", "-o", "all.csv"}, "shard 3/3 is missing");
  expect_refused({"1.csv", "2.csv", "1.csv", "3.csv", "-o", "all.csv"}, "shard 1/3 is there twice: 1.csv and 1.csv");
  ASSERT_EQ(shard("2/3", "other.csv", "1:41").exit_code, 0);
  expect_refused({"1.csv", "other.csv", "3.csv", "-o", "all.csv"},
                 "1.csv and other.csv are of different sweeps: --nb is 1:40 in 1.csv and 1:41 in other.csv");
  ASSERT_EQ(shard("2/4", "fourth.csv").exit_code, 0);
  expect_refused({"1.csv", "fourth.csv", "3.csv", "-o", "all.csv"}, "1.csv is shard 1/3, but fourth.csv is 2/4");
  ASSERT_EQ(run({"sweep", "--nb", "3", "-o", "whole.csv"}).exit_code, 0);
  expect_refused({"whole.csv", "-o", "all.csv"}, "whole.csv is not a shard");
  expect_refused({"1.csv", "2.csv", "3.csv", "-o", "2.csv"}, "2.csv is one of the shards");
  folder_.write("2.csv", "mine");
  expect_refused({"1.csv", "2.csv", "3.csv", "-o", "all.csv"}, "2.csv is not a shard of a sweep, or it was changed");
}

TEST_F(Shards, OfAnotherVersionAreRefused) {
  make_three(".csv");
  const std::string record = test::read_text(folder_.path("2.csv.shard.json"));
  const std::string key = "\"format_version\": 3,";
  ASSERT_THAT(record, HasSubstr(key));
  for (const std::string other : {"4", "1"}) {
    std::string changed = record;
    changed.replace(changed.find(key), key.size(), other == "1" ? "" : "\"format_version\": " + other + ",");
    folder_.write("2.csv.shard.json", changed);
    expect_refused({"1.csv", "2.csv", "3.csv", "-o", "all.csv"},
                   "another version of qbatt has written it: its format_version is " + other + ", and this one needs 3");
    const test::CommandResult resumed =
        run({"sweep", "--nb", "1:40", "--nc", "nb:nb+2", "--shard", "2/3", "--resume", "-o", "2.csv"});
    EXPECT_EQ(resumed.exit_code, 2);
    EXPECT_THAT(resumed.err, HasSubstr("its format_version is " + other + ", and this one needs 3"));
  }
}

TEST_F(Shards, AreArgumentsOfAConfigurationToo) {
  make_three(",a.csv");
  const std::vector<std::string> shards{"merge", "1,a.csv", "2,a.csv", "3,a.csv", "-o", "all.csv", "--print-config"};
  const std::string config = run(shards).out;
  EXPECT_THAT(config, HasSubstr("shards = [\"1,a.csv\", \"2,a.csv\", \"3,a.csv\"]\n"));
  folder_.write("merge.toml", config);
  EXPECT_EQ(run({"merge", "--config", "merge.toml", "--print-config"}).out, config);
  EXPECT_EQ(run({"merge", "--config", "merge.toml"}).exit_code, 0);
  EXPECT_EQ(test::read_text(folder_.path("all.csv")), run({"sweep", "--nb", "1:40", "--nc", "nb:nb+2"}).out);
  folder_.write("none.toml", "shards = []\no = 'none.csv'\n");
  EXPECT_THAT(run({"merge", "--config", "none.toml"}).err, HasSubstr("FILE is missing"));
  folder_.write("one.toml", "shards = '1,a.csv'\no = 'none.csv'\n");
  EXPECT_THAT(run({"merge", "--config", "one.toml"}).err, HasSubstr("shard 2/3 is missing"));
  EXPECT_THAT(run({"merge", "--config", "merge.toml", "1,a.csv"}).err, HasSubstr("shard 2/3 is missing"))
      << "the command line wins";
}

TEST_F(Shards, OfTimeSeriesMergeToTidyRows) {
  const std::vector<std::string> sweep{"sweep", "--nb", "1:9", "--times", "0,0.5,2", "--series", "entropy,energy"};
  const auto with = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = sweep;
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  };
  ASSERT_EQ(with({"--shard", "1/2", "-o", "1.csv"}).exit_code, 0);
  ASSERT_EQ(with({"--shard", "2/2", "-o", "2.csv"}).exit_code, 0);
  ASSERT_EQ(run({"merge", "2.csv", "1.csv", "-o", "all.csv"}).exit_code, 0);
  EXPECT_EQ(test::read_text(folder_.path("all.csv")), with({}).out);
  EXPECT_EQ(with({"-o", "all.csv", "--resume"}).err, "qbatt: all.csv is complete\n");
}

TEST_F(Shards, ArgumentsOfMergeAreChecked) {
  expect_refused({"-o", "all.csv"}, "FILE is missing");
  expect_refused({"1.csv"}, "-o FILE is required");
  expect_refused({"1.csv", "-o", "-"}, "-o FILE is required");
  expect_refused({"1.csv", "-o", "all.txt"}, "must be a file that ends in .csv or .nc");
  EXPECT_EQ(run({"merge", "none.csv", "-o", "all.csv"}).exit_code, 3);
  make_three(".csv");
  expect_refused({"1.csv", "2.csv", "3.csv", "-o", "all.nc"}, "all.nc must have the suffix of the shards");
}

TEST_F(Shards, AreIOfN) {
  for (const char* text : {"3", "1/2/3", "0/3", "4/3", "1/0", "-1/3", "a/3", "1/", "/3", "1.5/3"}) {
    const test::CommandResult result = shard(text, "out.csv");
    EXPECT_EQ(result.exit_code, 2) << text;
    EXPECT_TRUE(test::is_one_message(result.err)) << result.err;
    EXPECT_THAT(result.err, StartsWith("qbatt: --shard")) << text;
  }
  EXPECT_THAT(run({"sweep", "--nb", "1:9", "--shard", "1/3"}).err, StartsWith("qbatt: --shard needs -o FILE"));
  EXPECT_THAT(run({"sweep", "--nb", "1:3", "--shard", "1/4", "-o", "out.csv"}).err, HasSubstr("the sweep has 3 systems only"));
  EXPECT_THAT(folder_.content(), testing::IsEmpty());
}

}  // namespace
}  // namespace qbatt
