#include "io/csv.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>

#include "io/csv_writer.hpp"
#include "io/json.hpp"
#include "io/sample_rows.hpp"
#include "io/temporary_folder.hpp"
#include "qbatt/columns.hpp"
#include "support/comparisons.hpp"
#include "support/csv.hpp"
#include "support/errors.hpp"

namespace qbatt {
namespace {

using test::same_bits;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::string number_text(double value) {
  std::string text;
  append_number(text, value);
  return text;
}

TEST(CsvNumbers, AreShortAndReadBackExactly) {
  EXPECT_EQ(number_text(1.0), "1");
  EXPECT_EQ(number_text(0.1), "0.1");
  EXPECT_EQ(number_text(0.1 + 0.2), "0.30000000000000004");
  for (const double x : {1.0 / 3, 1e-300, 5e-324, 1.7976931348623157e308, 123456789.123456789, 2.0 / 3 * 1e22})
    EXPECT_TRUE(same_bits(std::strtod(number_text(x).c_str(), nullptr), x)) << number_text(x);
}

TEST(CsvNumbers, NanHasNoSign) {
  EXPECT_EQ(number_text(nan), "nan");
  EXPECT_EQ(number_text(-nan), "nan");
  EXPECT_EQ(number_text(std::copysign(nan, -1.0)), "nan");
}

TEST(CsvRows, HaveTheColumnsOfTheContractInOrder) {
  EXPECT_EQ(
      csv_row_header(),
      "n_b,n_c,m,omega_b,omega_c,coupling,ising,dim,status,solver,n_eig,error_bound,t_opt,energy_opt,energy_per_cell_opt,power_opt,"
      "variance_opt,entropy_opt,purity_opt,log_negativity_opt,ergotropy_opt,ergotropy_full_opt,p_full_opt,"
      "local_ergotropy_opt,capacity_opt,capacity_full_opt,charger,charger_state,sectors,ergotropy_incoherent_opt\n");
}

TEST(CsvRows, ReadBackExactly) {
  const Row row = test::sample_row(7);
  std::string text = csv_row_header();
  append_csv_row(text, row);
  const test::Csv csv(text);
  ASSERT_EQ(csv.rows(), 1U);
  for (const Column& column : row_columns()) {
    const Cell cell = column.cell(row);
    if (const auto* number = std::get_if<double>(&cell)) EXPECT_TRUE(same_bits(csv.number(0, column.name), *number)) << column.name;
  }
  EXPECT_EQ(csv.text(0, "n_c"), "8");
  EXPECT_EQ(csv.text(0, "dim"), "8");
  EXPECT_EQ(csv.text(0, "status"), "ok");
  EXPECT_EQ(csv.text(0, "solver"), "spectral");
}

TEST(CsvRows, WithoutOptimumTheColumnsAreNan) {
  std::string text;
  append_csv_row(text, test::dead_row(3));
  EXPECT_THAT(text, HasSubstr(",no-peak,"));
  EXPECT_THAT(text, HasSubstr(",nan,nan,nan,nan,nan,nan,nan,nan,nan,nan,nan,spins,dicke,1,nan\n"));
  EXPECT_EQ(text.find("-nan"), std::string::npos);
}

TEST(JsonRow, HasTheColumnsInOrderAndNullForNan) {
  const auto object = nlohmann::ordered_json::parse(json_row(test::dead_row(3)));
  auto entry = object.begin();
  for (const Column& column : row_columns()) {
    ASSERT_NE(entry, object.end());
    EXPECT_EQ(entry.key(), column.name);
    ++entry;
  }
  EXPECT_EQ(entry, object.end());
  EXPECT_TRUE(object["t_opt"].is_null());
  EXPECT_TRUE(object["p_full_opt"].is_null());
  EXPECT_EQ(object["status"], "no-peak");
  EXPECT_EQ(object["n_b"], 3);
}

TEST(JsonRow, NumbersReadBackExactly) {
  const Row row = test::sample_row(7);
  const auto object = nlohmann::json::parse(json_row(row));
  EXPECT_TRUE(same_bits(object["t_opt"].get<double>(), row.t_opt));
  EXPECT_TRUE(same_bits(object["omega_b"].get<double>(), row.system.omega_b));
  EXPECT_TRUE(same_bits(object["p_full_opt"].get<double>(), row.at_optimum[Observable::p_full]));
}

Series sample_series(bool populations) {
  Series series;
  series.t = {0, 0.1};
  series.values = {std::array{Observable::entropy}, 2};
  series.values.column(Observable::entropy)[0] = 1.0 / 3;
  series.values.column(Observable::entropy)[1] = 0.5;
  series.error_bound = {1e-15, nan};
  if (populations) series.populations = {1, 0, 0.25, 0.75};
  return series;
}

const ResultsLayout entropy_and_bound{
    .times = 2, .series = {test::curve_column("entropy"), test::curve_column("error_bound")}, .populations = false};

TEST(Curve, WithoutTimesItIsARow) {
  const test::TemporaryFolder folder;
  CsvCurveWriter writer(folder.path("optimum.csv"), {}, false);
  writer.write(0, {.rows = {test::sample_row(7)}, .series = {}});
  writer.finish(1);
  std::string expected = csv_row_header();
  append_csv_row(expected, test::sample_row(7));
  EXPECT_EQ(test::read_text(folder.path("optimum.csv")), expected);
}

TEST(JsonCurve, HasTheRowAndArrays) {
  const auto object = nlohmann::ordered_json::parse(json_curve(test::sample_row(7), sample_series(true), entropy_and_bound.series));
  EXPECT_EQ(object["n_b"], 7);
  EXPECT_TRUE(same_bits(object["t_opt"].get<double>(), 0.1 + 0.2));
  EXPECT_EQ(
      object["series"].dump(),
      R"({"t":[0.0,0.1],"entropy":[0.3333333333333333,0.5],"error_bound":[1e-15,null],"populations":[[1.0,0.0],[0.25,0.75]]})");
  const auto failed = nlohmann::ordered_json::parse(json_curve(test::dead_row(3), {}, entropy_and_bound.series));
  EXPECT_EQ(failed["series"].dump(), R"({"t":[],"entropy":[],"error_bound":[]})");
}

constexpr const char* tidy_header =
    "n_b,n_c,m,omega_b,omega_c,coupling,ising,dim,status,t,entropy,error_bound,charger,charger_state\n";

TEST(TidyRows, HaveTheSystemAndItsStatusInFrontOfEachTime) {
  EXPECT_EQ(csv_tidy_header(entropy_and_bound.series), tidy_header);
  Row row;
  row.system = {3, 4, 2, 1, 1.5, 1, -0.5};
  row.status = Status::ok;
  std::string text;
  append_csv_tidy_rows(text, row, sample_series(false), entropy_and_bound.series, 2);
  EXPECT_EQ(text,
            "3,4,2,1,1.5,1,-0.5,3,ok,0,0.3333333333333333,1e-15,spins,dicke\n3,4,2,1,1.5,1,-0.5,3,ok,0.1,0.5,nan,spins,dicke\n");
}

TEST(TidyRows, ASystemWithoutASeriesHasNan) {
  Row row;
  row.system = {3, 4, 2, 1, 1.5, 1, -0.5};
  std::string text;
  append_csv_tidy_rows(text, row, {}, entropy_and_bound.series, 2);
  EXPECT_EQ(text, "3,4,2,1,1.5,1,-0.5,3,failed,nan,nan,nan,spins,dicke\n3,4,2,1,1.5,1,-0.5,3,failed,nan,nan,nan,spins,dicke\n");
}

TEST(TidyRows, FillFilesChunkByChunk) {
  const test::TemporaryFolder folder;
  CsvFileWriter writer(folder.path("out.csv"), {}, {}, entropy_and_bound);
  Table chunk{.rows = {test::sample_row(1), test::sample_row(2)}, .series = {sample_series(false), {}}};
  writer.write(1, chunk);
  writer.write(0, chunk);
  writer.finish(2);
  std::string rows;
  append_csv_tidy_rows(rows, chunk.rows[0], chunk.series[0], entropy_and_bound.series, 2);
  append_csv_tidy_rows(rows, chunk.rows[1], chunk.series[1], entropy_and_bound.series, 2);
  EXPECT_EQ(test::read_text(folder.path("out.csv")), tidy_header + rows + rows);
}

TEST(Curve, WritesTimesColumnsAndPopulations) {
  const test::TemporaryFolder folder;
  CsvCurveWriter writer(folder.path("curve.csv"), entropy_and_bound, false);
  writer.write(0, {.rows = {}, .series = {sample_series(true)}});
  EXPECT_THAT(folder.content(), testing::Not(testing::Contains("curve.csv")));
  writer.finish(1);
  EXPECT_EQ(test::read_text(folder.path("curve.csv")),
            "t,entropy,error_bound,p_0,p_1\n0,0.3333333333333333,1e-15,1,0\n0.1,0.5,nan,0.25,0.75\n");
  EXPECT_THAT(folder.content(), ElementsAre("curve.csv"));
}

TEST(Curve, AFileThatWasNotFinishedLeavesNothing) {
  const test::TemporaryFolder folder;
  folder.write("curve.csv", "old");
  { const CsvCurveWriter writer(folder.path("curve.csv"), {}, false); }
  EXPECT_THAT(folder.content(), ElementsAre("curve.csv"));
  EXPECT_EQ(test::read_text(folder.path("curve.csv")), "old");
}

TEST(Curve, UnwritablePlacesAreFileErrors) {
  const auto error = [](const std::string& path) {
    return test::message_of<FileError>([&] { CsvCurveWriter writer(path, {}, false); });
  };
  const test::TemporaryFolder folder;
  EXPECT_THAT(error(folder.path("none/curve.csv")), HasSubstr("No such file or directory"));
  EXPECT_THAT(error(folder.path()), HasSubstr("Is a directory"));
}

}  // namespace
}  // namespace qbatt
