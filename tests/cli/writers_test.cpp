#include <set>

#include "cli/cli_fixture.hpp"

namespace qbatt {
namespace {

/// Pairs of processes that write one file at the same time. Each ends well, or is refused as another process is writing; in the end
/// there is what one of them writes, whole, and nothing else.
class Writers : public test::Cli {
protected:
  static constexpr int pairs = 20;

  // What commands leave: names and contents, of netCDF the values.
  using Files = std::vector<std::pair<std::string, std::string>>;

  Files files() {
    Files all;
    for (const std::string& name : folder_.content())
      if (std::filesystem::is_regular_file(folder_.path(name)) && !name.starts_with("in/")) all.emplace_back(name, content(name));
    return all;
  }

  void clear() {
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
      if (entry.path().filename() != "in") std::filesystem::remove_all(entry.path());
  }

  // As a shell runs them; they must write different results to the same name.
  void expect_whole(const std::string& first, const std::string& second) {
    std::set<Files> alone;
    for (const std::string& command : {first, second}) {
      clear();
      ASSERT_EQ(run_in_shell("\"$0\" " + command).exit_code, 0) << command;
      alone.insert(files());
    }
    for (int i = 0; i < pairs; ++i) {
      clear();
      const test::CommandResult both =
          run_in_shell("\"$0\" " + first + " & a=$!; \"$0\" " + second + " & b=$!; wait $a; x=$?; wait $b; echo $x $?");
      EXPECT_TRUE(both.out == "0 0\n" || both.out == "0 3\n" || both.out == "3 0\n") << both.out << both.err;
      if (both.out != "0 0\n") EXPECT_THAT(both.err, testing::HasSubstr("another process is writing it"));
      EXPECT_TRUE(alone.contains(files())) << first << " beside " << second << " left "
                                           << testing::PrintToString(folder_.content());
    }
  }

  void make_shards(const std::string& name, const std::string& nb) {
    std::filesystem::create_directories(folder_.path("in"));
    for (const std::string i : {"1", "2"})
      ASSERT_EQ(run({"sweep", "--nb", nb, "--shard", i + "/2", "-o", "in/" + name + i + ".csv"}).exit_code, 0);
  }

private:
  std::string content(const std::string& name) {
    if (!name.ends_with(".nc")) return test::read_text(folder_.path(name));
    const test::CommandResult dump = run_in_shell("ncdump -p 9,17 " + name + " | sed -n '/^data:/,$p'");
    EXPECT_EQ(dump.err, "");
    return dump.out;
  }
};

TEST_F(Writers, OfCurves) {
  expect_whole("curve --nb 30 -o out.csv", "curve --nb 31 --times 0:1:900 --series energy -o out.csv");
}

TEST_F(Writers, OfSweeps) {
  expect_whole("sweep --nb 1:60 --quiet -o out.csv", "sweep --nb 1:90 --quiet -o out.csv");
}

TEST_F(Writers, OfMergedShards) {
  make_shards("a", "1:60");
  make_shards("b", "1:90");
  expect_whole("merge in/a1.csv in/a2.csv -o out.csv", "merge in/b1.csv in/b2.csv -o out.csv");
}

TEST_F(Writers, OfACurveAndASweep) {
  expect_whole("curve --nb 30 -o out.csv", "sweep --nb 1:90 --quiet -o out.csv");
}

TEST_F(Writers, OfPicturesAndOfTables) {
  if (run_in_shell("command -v gnuplot").exit_code != 0) GTEST_SKIP() << "gnuplot is not installed";
  make_shards("a", "1:60");
  const std::string plot = "plot in/a1.csv --x n_b -o out.svg --y ";
  expect_whole(plot + "t_opt", plot + "energy_opt,entropy_opt");
}

TEST_F(Writers, OfOptima) {
  expect_whole("optimum --nb 300 -o out.csv", "optimum --nb 301 --nc 400 -o out.csv");
}

// In one folder, where tables are the same and pictures differ in their size. Each file is of one of them; nobody is refused.
TEST_F(Writers, OfFigures) {
  if (run_in_shell("command -v gnuplot").exit_code != 0) GTEST_SKIP() << "gnuplot is not installed";
  const std::string figures = "figures --only fig4a --format svg --out f --width ";
  std::set<std::pair<std::string, std::string>> alone;
  for (const std::string width : {"8cm", "12cm"}) {
    clear();
    ASSERT_EQ(run_in_shell("\"$0\" " + figures + width).exit_code, 0);
    for (const auto& file : files()) alone.insert(file);
  }
  ASSERT_EQ(alone.size(), 3U) << "a table and two pictures";
  for (int i = 0; i < pairs; ++i) {
    clear();
    const test::CommandResult both =
        run_in_shell("\"$0\" " + figures + "8cm >/dev/null & \"$0\" " + figures + "12cm >/dev/null; x=$?; wait $!; echo $x $?");
    EXPECT_EQ(both.out, "0 0\n") << both.err;
    EXPECT_EQ(files().size(), 2U) << testing::PrintToString(folder_.content());
    for (const auto& file : files()) EXPECT_TRUE(alone.contains(file)) << file.first;
  }
}

#ifdef QBATT_NO_LOCKS
// Where the file system has no locks nobody waits for anybody, and both may be refused; what is there is whole all the same.
TEST_F(Writers, WithoutLocks) {
  const std::string options = " --quiet --threads 1 -o out.csv";
  const std::string first = "sweep --nb 1:30 --coupling lin:1:2:2000" + options;
  const std::string second = "sweep --nb 1:20 --coupling lin:1:2:4000" + options;
  std::set<Files> alone;
  for (const std::string& command : {first, second}) {
    clear();
    ASSERT_EQ(run_in_shell("\"$0\" " + command).exit_code, 0) << command;
    alone.insert(files());
  }
  for (int i = 0; i < pairs; ++i) {
    clear();
    const std::string delay = std::to_string(i % 10) + "0";  // milliseconds, from before the first chunk to behind some
    const test::CommandResult both = run_in_shell("export LD_PRELOAD=" QBATT_NO_LOCKS "; \"$0\" " + first + " & a=$!; sleep 0.0" +
                                                  delay + "; \"$0\" " + second + "; y=$?; wait $a; echo $? $y");
    EXPECT_THAT(both.out, testing::MatchesRegex("[023] [023]\n")) << both.err;
    const bool one_ended_well = both.out.find('0') != std::string::npos;
    EXPECT_EQ(std::filesystem::exists(folder_.path("out.csv")), one_ended_well) << both.out << both.err;
    if (one_ended_well) EXPECT_TRUE(alone.contains(files())) << delay << testing::PrintToString(folder_.content());
  }
}
#endif

#ifdef QBATT_HAS_NETCDF
TEST_F(Writers, OfMergedNetcdfAndAnOptimum) {
  if (run_in_shell("command -v ncdump").exit_code != 0) GTEST_SKIP() << "ncdump is not installed";
  std::filesystem::create_directories(folder_.path("in"));
  for (const std::string i : {"1", "2"})
    ASSERT_EQ(run({"sweep", "--nb", "1:60", "--shard", i + "/2", "-o", "in/" + i + ".nc"}).exit_code, 0);
  expect_whole("merge in/1.nc in/2.nc -o out.nc", "optimum --nb 300 -o out.nc");
}

TEST_F(Writers, OfNetcdf) {
  if (run_in_shell("command -v ncdump").exit_code != 0) GTEST_SKIP() << "ncdump is not installed";
  expect_whole("curve --nb 30 -o out.nc", "sweep --nb 1:90 --times 0:1:9 --series energy --quiet -o out.nc");
}
#endif

}  // namespace
}  // namespace qbatt
