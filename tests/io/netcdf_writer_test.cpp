#include "io/formats.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "io/full_disk.hpp"
#include "io/sample_rows.hpp"
#include "io/temporary_folder.hpp"
#include "qbatt/columns.hpp"
#include "support/errors.hpp"
#include "support/ncdump.hpp"

namespace qbatt {
namespace {

using test::dead_row;
using test::message_of;
using test::Ncdump;
using test::sample_row;
using test::sample_table;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsNan;
using testing::MatchesRegex;
using testing::Not;

constexpr std::int64_t times = 3;

class NetcdfWriter : public testing::Test {
protected:
  void SetUp() override {
    if (!Ncdump::available()) GTEST_SKIP() << "ncdump is not installed";
  }
  std::unique_ptr<ResultWriter> open(const std::string& name, const ResultsLayout& layout = {},
                                     PartsStart start = PartsStart::afresh) const {
    return open_results(folder_.path(name), layout, provenance_, {.sweep = {}, .start = start});
  }
  [[nodiscard]] Ncdump dump(const std::string& name) const { return Ncdump(folder_.path(name)); }

  test::TemporaryFolder folder_;
  Provenance provenance_{"qbatt sweep --nb '1:3'", "nb = '1:3'\n", "cpu", "a device"};
};

// A number of its own for each place.
double stored(std::int64_t n_b, std::size_t i, std::size_t quantity) {
  return static_cast<double>(n_b) + 0.1 * static_cast<double>(i + 1) + static_cast<double>(quantity) / 7.0;
}

double population(std::int64_t n_b, std::size_t i, std::size_t k) {
  return static_cast<double>(n_b) / 3.0 + 100.0 * static_cast<double>(i) + static_cast<double>(k);
}

Series sample_series(const CentralSpin& system) {
  Series series;
  series.values = {std::array{Observable::entropy}, times};
  for (std::size_t i = 0; i < times; ++i) {
    series.t.push_back(stored(system.n_b, i, 0));
    series.values.column(Observable::entropy)[i] = stored(system.n_b, i, 1);
    series.error_bound.push_back(stored(system.n_b, i, 2));
    for (std::size_t k = 0; k < static_cast<std::size_t>(system.dim()); ++k)
      series.populations.push_back(population(system.n_b, i, k));
  }
  return series;
}

Table table_with_series(std::int64_t first, std::int64_t last) {
  Table table = sample_table(first, last);
  for (const Row& row : table.rows) table.series.push_back(sample_series(row.system));
  return table;
}

ResultsLayout layout_with_populations() {
  return {.times = times, .series = {test::curve_column("entropy"), test::curve_column("error_bound")}, .populations = true};
}

TEST_F(NetcdfWriter, HoldsEveryColumnOfARow) {
  const auto writer = open("out.nc");
  Table table = sample_table(1, 3);
  table.rows.push_back(dead_row(4));
  writer->write(0, table);
  writer->finish(1);
  const Ncdump file = dump("out.nc");
  for (const Column& column : row_columns()) {
    const std::string name(column.name);
    const std::vector<double> values = file.values(name);
    ASSERT_EQ(values.size(), 4U) << name;
    for (std::size_t i = 0; i < 4; ++i) {
      const Cell cell = column.cell(table.rows[i]);
      if (const auto* number = std::get_if<double>(&cell))
        EXPECT_TRUE(values[i] == *number || (std::isnan(values[i]) && std::isnan(*number))) << name;
      else if (const auto* whole = std::get_if<std::int64_t>(&cell))
        EXPECT_EQ(values[i], static_cast<double>(*whole)) << name;
    }
    const CfLabel cf = cf_label(known_label(name));
    EXPECT_THAT(file.header(), HasSubstr("\n" + name + ":long_name = \"" + cf.long_name + "\" ;\n"));
    EXPECT_THAT(file.header(), HasSubstr("\n" + name + ":units = \"" + cf.units + "\" ;\n"));
  }
  EXPECT_THAT(file.header(), HasSubstr("\nsystem = 4 ;\n"));
  EXPECT_THAT(file.header(), Not(HasSubstr("\ntime = ")));
}

TEST_F(NetcdfWriter, StatusAndSolverAreFlags) {
  const auto writer = open("out.nc");
  Table table = sample_table(1, 5);
  for (std::size_t i = 0; i < 5; ++i) table.rows[i].status = all_statuses[i];
  table.rows[0].solver = Solver::automatic;
  table.rows[4].solver = Solver::dense;
  writer->write(0, table);
  writer->finish(1);
  const Ncdump file = dump("out.nc");
  EXPECT_THAT(file.values("status"), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(file.header(), HasSubstr("\nbyte status(system) ;\n"));
  EXPECT_THAT(file.header(), HasSubstr("\nstatus:flag_values = 0b, 1b, 2b, 3b, 4b ;\n"));
  EXPECT_THAT(file.header(), HasSubstr("\nstatus:flag_meanings = \"ok no-peak window-end inaccurate failed\" ;\n"));
  const auto flag = [](Solver solver) { return static_cast<double>(std::ranges::find(all_solvers, solver) - all_solvers.begin()); };
  EXPECT_THAT(file.values("solver"), ElementsAre(flag(Solver::automatic), flag(Solver::spectral), flag(Solver::spectral),
                                                 flag(Solver::spectral), flag(Solver::dense)));
  EXPECT_THAT(file.header(), HasSubstr("\nsolver:flag_meanings = \"auto spectral chebyshev dense"));
}

TEST_F(NetcdfWriter, EverySolverAndStatusHasAFlag) {
  for (int i = 0; i < 16; ++i) {
    const auto solver = static_cast<Solver>(i);
    EXPECT_EQ(to_string(solver) != "unknown", std::ranges::find(all_solvers, solver) != all_solvers.end()) << i;
    const auto status = static_cast<Status>(i);
    EXPECT_EQ(to_string(status) != "unknown", std::ranges::find(all_statuses, status) != all_statuses.end()) << i;
  }
}

TEST_F(NetcdfWriter, GlobalAttributesSayHow) {
  const auto writer = open("out.nc");
  writer->write(0, sample_table(1, 1));
  writer->finish(1);
  const std::string header = dump("out.nc").header();
  for (const char* line : {":Conventions = \"CF-1.10\"", ":format_version = 3 ;", ":command = \"qbatt sweep --nb \\'1:3\\'\"",
                           ":version = ", ":git_revision = ", ":configuration = ", ":backend = \"cpu\"", ":device = \"a device\"",
                           ":instruction_set = \"x86-64-v", ":wall_time = ", ":wall_time_units = \"s\""})
    EXPECT_THAT(header, HasSubstr(std::string("\n") + line));
}

TEST_F(NetcdfWriter, SeriesHaveADimensionOfTheirOwn) {
  const auto writer = open("out.nc", layout_with_populations());
  writer->write(0, table_with_series(2, 3));
  writer->finish(1);
  const Ncdump file = dump("out.nc");
  const auto expected = [](std::size_t quantity) {
    std::vector<double> values;
    for (const std::int64_t n_b : {2, 3})
      for (std::size_t i = 0; i < times; ++i) values.push_back(stored(n_b, i, quantity));
    return values;
  };
  EXPECT_THAT(file.values("t"), ElementsAreArray(expected(0)));
  EXPECT_THAT(file.values("entropy"), ElementsAreArray(expected(1)));
  EXPECT_THAT(file.values("error_bound_t"), ElementsAreArray(expected(2)));
  for (const char* line :
       {"time = 3 ;", "double t(system, time) ;", "t:units = \"1\" ;", "t:long_name = \"time, in units of 1/energy\" ;",
        "double entropy(system, time) ;", "entropy:units = \"bit\" ;", "entropy:coordinates = \"t\" ;"})
    EXPECT_THAT(file.header(), HasSubstr(std::string("\n") + line + "\n"));
  EXPECT_THAT(file.header(), Not(HasSubstr("double energy(")));
}

TEST_F(NetcdfWriter, PopulationsAreAContiguousRaggedArray) {
  const auto writer = open("out.nc", layout_with_populations());
  writer->write(1, table_with_series(3, 3));
  writer->write(0, table_with_series(1, 2));
  writer->finish(2);
  const Ncdump file = dump("out.nc");
  std::vector<double> levels;
  std::vector<double> values;
  for (const std::int64_t n_b : {1, 2, 3}) {
    for (std::size_t k = 0; k <= static_cast<std::size_t>(n_b); ++k) {
      levels.push_back(static_cast<double>(k));
      for (std::size_t i = 0; i < times; ++i) values.push_back(population(n_b, i, k));
    }
  }
  EXPECT_THAT(file.values("dim"), ElementsAre(2, 3, 4));
  EXPECT_THAT(file.values("level"), ElementsAreArray(levels));
  EXPECT_THAT(file.values("populations"), ElementsAreArray(values));
  EXPECT_THAT(file.header(), HasSubstr("\ndim:sample_dimension = \"sample\" ;\n"));
  EXPECT_THAT(file.header(), HasSubstr("\ndouble populations(sample, time) ;\n"));
}

TEST_F(NetcdfWriter, ASystemThatFailedHasNan) {
  Table table = table_with_series(2, 3);
  table.rows[0].status = Status::failed;
  table.series[0] = {};
  const auto writer = open("out.nc", layout_with_populations());
  writer->write(0, table);
  writer->finish(1);
  const Ncdump file = dump("out.nc");
  for (const char* name : {"t", "entropy", "error_bound_t"}) {
    const std::vector<double> values = file.values(name);
    EXPECT_THAT(std::vector(values.begin(), values.begin() + times), Each(IsNan())) << name;
    EXPECT_THAT(std::vector(values.begin() + times, values.end()), Each(Not(IsNan()))) << name;
  }
  const std::vector<double> populations = file.values("populations");
  EXPECT_THAT(std::vector(populations.begin(), populations.begin() + 3 * times), Each(IsNan()));
}

TEST_F(NetcdfWriter, ChunksDoNotShowInTheFile) {
  const auto in_chunks = [&](const std::string& name, std::int64_t chunk) {
    const auto writer = open(name, layout_with_populations());
    std::size_t part = 0;
    for (std::int64_t n = 1; n <= 12; n += chunk) writer->write(part++, table_with_series(n, n + chunk - 1));
    writer->finish(part);
    return dump(name);
  };
  const Ncdump one = in_chunks("one.nc", 12);
  const Ncdump many = in_chunks("many.nc", 1);
  for (const char* name : {"n_b", "status", "t_opt", "t", "entropy", "level", "populations"})
    EXPECT_EQ(one.values(name), many.values(name)) << name;
}

// More than a chunk of storage, and more than a block that is copied at once.
TEST_F(NetcdfWriter, LongFilesAreCopiedBlockByBlock) {
  constexpr std::int64_t many = 70'000;
  Table table;
  for (std::int64_t i = 0; i < many; ++i) table.rows.push_back(sample_row(1 + i));
  const auto writer = open("out.nc");
  writer->write(0, table);
  writer->write(1, table);
  writer->finish(2);
  const std::vector<double> values = dump("out.nc").values("n_b");
  ASSERT_EQ(values.size(), 2U * many);
  for (std::int64_t i = 0; i < 2 * many; ++i) ASSERT_EQ(values[static_cast<std::size_t>(i)], static_cast<double>(1 + i % many));
}

// What repeats is deflated; digits that never do are stored as they are, since deflating them takes longer than computing them.
TEST_F(NetcdfWriter, DeflatesWhatRepeats) {
  constexpr std::int64_t many = 6'000;
  constexpr std::uintmax_t raw = 8 * many * times;
  const auto written = [&](const std::string& name, std::int64_t different) {
    Table table;
    for (std::int64_t i = 0; i < many; ++i) {
      table.rows.push_back(sample_row(7));
      table.series.push_back(sample_series(sample_row(1 + i % different).system));
    }
    const auto writer = open(name, {.times = times, .series = {curve_columns().front()}, .populations = false});
    writer->write(0, table);
    writer->write(1, table);
    writer->finish(2);
    return std::filesystem::file_size(folder_.path(name));
  };
  EXPECT_GT(written("different.nc", many), 2 * raw) << "t alone";
  EXPECT_LT(written("repeated.nc", 5), raw);
  EXPECT_EQ(dump("different.nc").values("t").back(), stored(many, times - 1, 0));
  EXPECT_EQ(dump("repeated.nc").values("t").back(), stored(5, times - 1, 0));
}

TEST_F(NetcdfWriter, TheFileAppearsOnlyWhenComplete) {
  folder_.write("out.nc", "old");
  const auto writer = open("out.nc", {}, PartsStart::overwrite);
  writer->write(0, sample_table(1, 3));
  writer->write(1, sample_table(4, 5));
  EXPECT_THAT(folder_.content(), ElementsAre("out.nc", "out.nc.parts", "out.nc.parts/00000000.nc", "out.nc.parts/00000001.nc",
                                             "out.nc.parts/journal"));
  EXPECT_EQ(test::read_text(folder_.path("out.nc")), "old");
  writer->finish(2);
  EXPECT_THAT(folder_.content(), ElementsAre("out.nc"));
  EXPECT_THAT(dump("out.nc").values("n_b"), ElementsAre(1, 2, 3, 4, 5));
}

TEST_F(NetcdfWriter, AnInterruptedRunKeepsItsChunksAndALaterOneMayDiscardThem) {
  {
    ResultsBegin begin;  // of a sweep, from which others can go on
    begin.sweep.fingerprint.add("--nb", "1:3");
    const auto interrupted = open_results(folder_.path("out.nc"), {}, provenance_, begin);
    for (std::size_t i = 0; i < 3; ++i) interrupted->write(i, sample_table(1, 1));
  }
  EXPECT_THAT(folder_.content(), testing::SizeIs(5));
  EXPECT_THROW(open("out.nc"), InputError);
  const auto writer = open("out.nc", {}, PartsStart::overwrite);
  writer->write(0, sample_table(7, 8));
  writer->finish(1);
  EXPECT_THAT(folder_.content(), ElementsAre("out.nc"));
  EXPECT_THAT(dump("out.nc").values("n_b"), ElementsAre(7, 8));
}

TEST_F(NetcdfWriter, WithoutAChunkNothingIsLeft) {
  { const auto writer = open("out.nc"); }
  EXPECT_THAT(folder_.content(), IsEmpty());
}

TEST_F(NetcdfWriter, UnwritablePlacesAreFileErrorsBeforeAnythingIsComputed) {
  folder_.write("file", "");
  std::filesystem::create_directory(folder_.path("folder.nc"));
  EXPECT_THAT(message_of<FileError>([&] { open("none/out.nc"); }), HasSubstr("none/out.nc: No such file or directory"));
  EXPECT_THAT(message_of<FileError>([&] { open("file/out.nc"); }), HasSubstr("Not a directory"));
  EXPECT_THAT(message_of<FileError>([&] { open("folder.nc"); }), HasSubstr("Is a directory"));
  EXPECT_THAT(folder_.content(), ElementsAre("file", "folder.nc"));
}

TEST_F(NetcdfWriter, AFullDiskInAChunkKeepsTheFinishedOnes) {
  const auto writer = open("out.nc");
  writer->write(0, sample_table(1, 1));
  {
    const test::FullDisk disk(100'000);
    EXPECT_THAT(message_of<FileError>([&] { writer->write(1, sample_table(2, 20'000)); }),
                MatchesRegex("cannot write .*/out\\.nc\\.parts/00000001\\.nc\\.[0-9a-f]{16}\\.unfinished: File too large"));
  }
  EXPECT_THAT(folder_.content(), Contains("out.nc.parts/00000000.nc"));
  EXPECT_THAT(folder_.content(), Not(Contains("out.nc.parts/00000001.nc")));
}

TEST_F(NetcdfWriter, AFullDiskAtTheEndLeavesNoFile) {
  const auto writer = open("out.nc");
  for (std::size_t i = 0; i < 5; ++i) writer->write(i, sample_table(1, 5000));
  {
    const test::FullDisk disk(100'000);
    EXPECT_THAT(message_of<FileError>([&] { writer->finish(5); }),
                MatchesRegex(".*/all\\.nc\\.[0-9a-f]{16}\\.unfinished: File too large"));
  }
  EXPECT_THAT(folder_.content(), Not(Contains("out.nc")));
  EXPECT_THAT(folder_.content(), Contains("out.nc.parts/00000004.nc"));
}

}  // namespace
}  // namespace qbatt
