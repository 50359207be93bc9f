#include "io/formats.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netcdf.h>

#include <array>

#include "io/curve_columns.hpp"
#include "io/temporary_folder.hpp"
#include "support/errors.hpp"

namespace qbatt {
namespace {

using test::message_of;
using testing::ElementsAre;
using testing::HasSubstr;

// Two systems of two and three levels at two times, everything kept.
class NetcdfColumns : public testing::Test {
protected:
  void SetUp() override {
    const std::vector<CentralSpin> systems{CentralSpin::resonant(1, 1), CentralSpin::resonant(2, 2)};
    Request request;
    request.times = TimeGrid{0, 1, 2, TimeUnit::optimum};
    request.populations = true;
    table_ = solve(systems, request);
    ResultsLayout layout;
    layout.times = 2;
    layout.series = {curve_columns().begin(), curve_columns().end()};
    layout.populations = true;
    const auto writer = open_results(path_, layout, {});
    writer->write(0, table_);
    writer->finish(1);
  }

  test::TemporaryFolder folder_;
  std::string path_ = folder_.path("a.nc");
  Table table_;
};

TEST_F(NetcdfColumns, OfSystemsAloneAreAsLongAsTheSystems) {
  const auto columns = read_results_columns(path_, {"n_b", "t_opt"});
  EXPECT_THAT(columns[0].values, ElementsAre(1, 2));
  EXPECT_THAT(columns[1].values, ElementsAre(table_.rows[0].t_opt, table_.rows[1].t_opt));
  EXPECT_EQ(columns[1].label.units, "1/energy");
  EXPECT_EQ(columns[1].label.text, "charging time");
  EXPECT_EQ(columns[0].label.text, "battery spins");
}

TEST_F(NetcdfColumns, OfSystemsRepeatAtEveryTime) {
  const auto columns = read_results_columns(path_, {"n_b", "t", "energy"});
  EXPECT_THAT(columns[0].values, ElementsAre(1, 1, 2, 2));
  EXPECT_THAT(columns[1].values, ElementsAre(0, table_.series[0].t[1], 0, table_.series[1].t[1]));
  EXPECT_EQ(columns[2].values[3], table_.series[1].values[1][Observable::energy]);
}

// A column of times that only might be there must not make rows of times of what is of systems alone.
TEST_F(NetcdfColumns, ThoseThatMayBeThereAreEmptyWhereTheyDoNotFit) {
  const auto columns = read_results_columns(path_, {"n_b"}, {"t", "n_c", "level", "nothing"});
  ASSERT_EQ(columns.size(), 5U);
  EXPECT_THAT(columns[0].values, ElementsAre(1, 2));
  EXPECT_THAT(columns[2].values, ElementsAre(1, 2));
  for (const std::size_t empty : {1U, 3U, 4U}) EXPECT_THAT(columns[empty].values, testing::IsEmpty()) << empty;
  EXPECT_THAT(read_results_columns(path_, {"energy"}, {"t", "n_c"})[2].values, ElementsAre(1, 1, 2, 2));
}

TEST_F(NetcdfColumns, OfSystemsAndTimesRepeatAtEveryLevel) {
  const auto columns = read_results_columns(path_, {"n_b", "level", "t", "populations"});
  EXPECT_THAT(columns[0].values, ElementsAre(1, 1, 1, 1, 2, 2, 2, 2, 2, 2));
  EXPECT_THAT(columns[1].values, ElementsAre(0, 0, 1, 1, 0, 0, 1, 1, 2, 2));
  EXPECT_EQ(columns[2].values[5], table_.series[1].t[1]);
  EXPECT_EQ(columns[3].values[9], table_.series[1].populations[5]) << "k = 2 at the second time";
}

TEST_F(NetcdfColumns, OfWordsNumberThem) {
  const auto columns = read_results_columns(path_, {"status", "t"});
  EXPECT_THAT(columns[0].values, ElementsAre(0, 0, 0, 0));
  EXPECT_EQ(columns[0].words[0], "ok");
  EXPECT_THAT(columns[1].words, testing::IsEmpty());
}

TEST_F(NetcdfColumns, MissingOnesAreErrors) {
  EXPECT_THAT(message_of<InputError>([&] { read_results_columns(path_, {"n_d"}); }), HasSubstr("there is no column `n_d`"));
  const std::string text = folder_.write("text.nc", "n_b\n1\n");
  EXPECT_THAT(message_of<FileError>([&] { read_results_columns(text, {"n_b"}); }), HasSubstr("cannot read"));
}

TEST_F(NetcdfColumns, HaveTheLabelsOfCsv) {
  for (const std::string name : {"t_opt", "variance_opt", "entropy_opt", "n_b", "power", "energy_per_cell", "t"}) {
    const PlotLabel label = read_results_columns(path_, {name})[0].label;
    EXPECT_EQ(label.text, known_label(name).text);
    EXPECT_EQ(label.units, known_label(name).units);
  }
}

// The first version said its units as they are, had fewer columns, and no format_version.
TEST_F(NetcdfColumns, OfAnOldFileAreRead) {
  const std::string old = folder_.path("old.nc");
  int id = -1, dimension = -1, n_b = -1, t_opt = -1;
  ASSERT_EQ(nc_create(old.c_str(), NC_NETCDF4, &id), NC_NOERR);
  ASSERT_EQ(nc_def_dim(id, "system", 2, &dimension), NC_NOERR);
  ASSERT_EQ(nc_def_var(id, "n_b", NC_INT64, 1, &dimension, &n_b), NC_NOERR);
  ASSERT_EQ(nc_def_var(id, "t_opt", NC_DOUBLE, 1, &dimension, &t_opt), NC_NOERR);
  ASSERT_EQ(nc_put_att_text(id, t_opt, "long_name", 13, "charging time"), NC_NOERR);
  ASSERT_EQ(nc_put_att_text(id, t_opt, "units", 8, "1/energy"), NC_NOERR);
  const std::array<double, 2> values{1, 2};
  ASSERT_EQ(nc_put_var_double(id, n_b, values.data()), NC_NOERR);
  ASSERT_EQ(nc_put_var_double(id, t_opt, values.data()), NC_NOERR);
  ASSERT_EQ(nc_close(id), NC_NOERR);
  const auto columns = read_results_columns(old, {"n_b", "t_opt"});
  EXPECT_THAT(columns[1].values, ElementsAre(1, 2));
  EXPECT_EQ(columns[1].label.text, "charging time");
  EXPECT_EQ(columns[1].label.units, "1/energy");
  EXPECT_EQ(columns[0].label.text, "n_b") << "which says nothing of itself";
}

TEST(CfLabels, TellUnitsThatUdunitsDoesNotKnow) {
  EXPECT_EQ(cf_label({"power", "energy^2"}).long_name, "power, in units of energy^2");
  EXPECT_EQ(cf_label({"power", "energy^2"}).units, "1");
  EXPECT_EQ(cf_label({"entropy", "bit"}).long_name, "entropy");
  EXPECT_EQ(cf_label({"entropy", "bit"}).units, "bit");
  for (const char* units : {"1", "bit", "energy", "1/energy", "energy^2"}) {
    const PlotLabel label = label_of_cf(cf_label({"what", units}));
    EXPECT_EQ(label.text, "what");
    EXPECT_EQ(label.units, units);
  }
  EXPECT_EQ(label_of_cf({"length, in units of feet", "m"}).text, "length, in units of feet") << "not ours";
}

}  // namespace
}  // namespace qbatt
