#include <cmath>

#include "cli/cli_fixture.hpp"
#include "qbatt/columns.hpp"
#include "support/csv.hpp"
#include "support/ncdump.hpp"

namespace qbatt {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::IsEmpty;

class Netcdf : public test::Cli {
protected:
  void SetUp() override {
    if (!test::Ncdump::available()) GTEST_SKIP() << "ncdump is not installed";
  }
  [[nodiscard]] test::Ncdump dump(const std::string& name) const { return test::Ncdump(folder_.path(name)); }
};

// Equal bit for bit, and NaN where the other is.
void expect_same(const std::vector<double>& values, const std::vector<double>& expected, std::string_view name) {
  ASSERT_EQ(values.size(), expected.size()) << name;
  for (std::size_t i = 0; i < values.size(); ++i)
    EXPECT_TRUE(values[i] == expected[i] || (std::isnan(values[i]) && std::isnan(expected[i]))) << name << " " << i;
}

TEST_F(Netcdf, ASweepHasTheRowsOfTheCsv) {
  const std::vector<std::string> sweep{"sweep", "--nb", "1:9", "--m", "0,nc", "--ising", "0,-0.3"};
  const test::Csv csv(succeeds(sweep));
  std::vector<std::string> to_file = sweep;
  to_file.insert(to_file.end(), {"-o", "out.nc"});
  EXPECT_THAT(succeeds(to_file), IsEmpty());
  EXPECT_THAT(folder_.content(), ElementsAre("out.nc"));
  const test::Ncdump file = dump("out.nc");
  for (const Column& column : row_columns()) {
    const std::string name(column.name);
    const bool words = std::holds_alternative<std::string_view>(column.cell(Row{}));
    if (!words) expect_same(file.values(name), csv.numbers(name), name);
  }
  EXPECT_THAT(file.header(), HasSubstr(":command = \"qbatt sweep --nb 1:9 --m 0,nc --ising 0,-0.3 -o out.nc\" ;"));
  EXPECT_THAT(file.header(), HasSubstr(":backend = \"cpu\" ;"));
}

TEST_F(Netcdf, SeriesOfASweepAreThoseOfTheCurves) {
  for (const char* unit : {"absolute", "rabi", "optimum"}) {
    succeeds({"sweep", "--nb", "3:5", "--times", "0.5:2:4", "--time-unit", unit, "--series",
              "energy,instantaneous_power,renyi2,error_bound", "--populations", "-o", "out.nc"});
    const test::Ncdump file = dump("out.nc");
    const std::vector<double> t = file.values("t");
    std::size_t sample = 0;
    for (std::size_t s = 0; s < 3; ++s) {
      const test::Csv curve(succeeds({"curve", "--nb", std::to_string(3 + s), "--times", "0.5:2:4", "--time-unit", unit, "--series",
                                      "energy,instantaneous_power,renyi2,error_bound", "--populations"}));
      for (const char* name : {"t", "energy", "instantaneous_power", "renyi2", "error_bound"}) {
        const std::vector<double> all = file.values(name == std::string("error_bound") ? "error_bound_t" : name);
        const auto begin = all.begin() + static_cast<std::ptrdiff_t>(4 * s);
        expect_same({begin, begin + 4}, curve.numbers(name), name);
      }
      const std::vector<double> populations = file.values("populations");
      for (std::size_t k = 0; k < 4 + s; ++k, ++sample) {
        const auto begin = populations.begin() + static_cast<std::ptrdiff_t>(4 * sample);
        expect_same({begin, begin + 4}, curve.numbers("p_" + std::to_string(k)), "p");
      }
    }
  }
}

TEST_F(Netcdf, SystemsWithoutAnOptimumHaveNoTimesInItsUnit) {
  succeeds(
      {"sweep", "--nb", "2", "--m", "0,2", "--times", "0:1:2", "--time-unit", "optimum", "--series", "energy", "-o", "out.nc"});
  const std::vector<double> t = dump("out.nc").values("t");
  ASSERT_EQ(t.size(), 4U);
  EXPECT_TRUE(std::isnan(t[0]) && std::isnan(t[1]));
  EXPECT_EQ(t[2], 0.0);
}

TEST_F(Netcdf, SeriesDoNotDependOnTheChunks) {
  // 10^5 times a system: a handful of systems fill a chunk.
  succeeds({"sweep", "--nb", "7:12", "--times", "0:1:100000", "--series", "energy", "--quiet", "-o", "many.nc"});
  succeeds({"sweep", "--nb", "12", "--times", "0:1:100000", "--series", "energy", "--quiet", "-o", "one.nc"});
  const std::vector<double> many = dump("many.nc").values("energy");
  const std::vector<double> one = dump("one.nc").values("energy");
  ASSERT_EQ(many.size(), 600'000U);
  expect_same({many.end() - 100'000, many.end()}, one, "energy");
}

TEST_F(Netcdf, ACurveIsASweepOfOneSystem) {
  const test::Csv csv(succeeds({"curve", "--nb", "5", "--populations"}));
  succeeds({"curve", "--nb", "5", "--populations", "-o", "curve.nc"});
  EXPECT_THAT(folder_.content(), ElementsAre("curve.nc"));
  const test::Ncdump file = dump("curve.nc");
  for (const char* name : {"t", "energy", "energy_per_cell", "power", "variance", "entropy", "purity", "ergotropy"})
    EXPECT_THAT(file.values(name), ElementsAreArray(csv.numbers(name))) << name;
  EXPECT_THAT(file.values("error_bound_t"), ElementsAreArray(csv.numbers("error_bound")));
  EXPECT_THAT(file.values("n_b"), ElementsAre(5));
  EXPECT_THAT(file.values("level"), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_EQ(file.values("t_opt")[0], file.values("t")[200]);
}

TEST_F(Netcdf, AFullDiskIsAFileError) {
  const test::CommandResult result =
      run_in_shell("trap '' XFSZ; ulimit -f 200; exec \"$0\" sweep --nb 1:3 --coupling lin:1:2:4000 -o out.nc");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_TRUE(test::is_one_message(result.err)) << result.err;
  EXPECT_THAT(result.err, HasSubstr("File too large"));
}

TEST_F(Netcdf, TheFileRemembersItsConfiguration) {
  folder_.write("c.toml", "nb = '1:3'\nising = -0.5\n");
  succeeds({"sweep", "--config", "c.toml", "--coupling", "2", "-o", "out file.nc"});
  const std::string header = dump("out file.nc").header();
  EXPECT_THAT(header, HasSubstr(":command = \"qbatt sweep --config c.toml --coupling 2 -o \\'out file.nc\\'\" ;"));
  EXPECT_THAT(header, HasSubstr("nb = \\\"1:3\\\""));
  EXPECT_THAT(header, HasSubstr("coupling = \\\"2\\\""));
}

}  // namespace
}  // namespace qbatt
