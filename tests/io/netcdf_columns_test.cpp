#include "io/formats.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
  EXPECT_EQ(columns[0].label.text, "battery spins");
}

TEST_F(NetcdfColumns, OfSystemsRepeatAtEveryTime) {
  const auto columns = read_results_columns(path_, {"n_b", "t", "energy"});
  EXPECT_THAT(columns[0].values, ElementsAre(1, 1, 2, 2));
  EXPECT_THAT(columns[1].values, ElementsAre(0, table_.series[0].t[1], 0, table_.series[1].t[1]));
  EXPECT_EQ(columns[2].values[3], table_.series[1].values[1][Observable::energy]);
}

TEST_F(NetcdfColumns, OfSystemsAndTimesRepeatAtEveryLevel) {
  const auto columns = read_results_columns(path_, {"n_b", "level", "t", "populations"});
  EXPECT_THAT(columns[0].values, ElementsAre(1, 1, 1, 1, 2, 2, 2, 2, 2, 2));
  EXPECT_THAT(columns[1].values, ElementsAre(0, 0, 1, 1, 0, 0, 1, 1, 2, 2));
  EXPECT_EQ(columns[2].values[5], table_.series[1].t[1]);
  EXPECT_EQ(columns[3].values[9], table_.series[1].populations[5]) << "k = 2 at the second time";
}

TEST_F(NetcdfColumns, MissingOnesAndWordsAreErrors) {
  EXPECT_THAT(message_of<InputError>([&] { read_results_columns(path_, {"n_d"}); }), HasSubstr("there is no column `n_d`"));
  EXPECT_THAT(message_of<InputError>([&] { read_results_columns(path_, {"status"}); }), HasSubstr("holds words"));
  const std::string text = folder_.write("text.nc", "n_b\n1\n");
  EXPECT_THAT(message_of<FileError>([&] { read_results_columns(text, {"n_b"}); }), HasSubstr("cannot read"));
}

}  // namespace
}  // namespace qbatt
