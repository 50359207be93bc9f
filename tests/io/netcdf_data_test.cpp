#include "io/netcdf_data.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netcdf.h>

#include <array>
#include <bit>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>

#include "io/formats.hpp"
#include "io/sample_rows.hpp"
#include "io/temporary_folder.hpp"

namespace qbatt {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

// As another program opens it: without our locks.
class Editor {
public:
  explicit Editor(const std::string& path) { EXPECT_EQ(nc_open(path.c_str(), NC_WRITE, &id_), NC_NOERR); }
  Editor(const Editor&) = delete;
  Editor& operator=(const Editor&) = delete;
  ~Editor() { EXPECT_EQ(nc_close(id_), NC_NOERR); }

  [[nodiscard]] int id() const { return id_; }
  [[nodiscard]] int variable(const char* name) const {
    int variable = -1;
    EXPECT_EQ(nc_inq_varid(id_, name, &variable), NC_NOERR) << name;
    return variable;
  }
  /// The element number `index`, whose bits `change` gets.
  void change(const char* name, std::array<std::size_t, 2> index, const std::function<std::uint64_t(std::uint64_t)>& change) const {
    std::uint64_t bits = 0;
    ASSERT_EQ(nc_get_var1(id_, variable(name), index.data(), &bits), NC_NOERR);
    bits = change(bits);
    ASSERT_EQ(nc_put_var1(id_, variable(name), index.data(), &bits), NC_NOERR);
  }
  void flip(const char* name, std::array<std::size_t, 2> index) const {
    change(
        name, index, [](std::uint64_t bits) { return bits ^ 1U; });
  }

private:
  int id_ = -1;
};

constexpr std::int64_t data_times = 3;

Series series_of(const CentralSpin& system) {
  Series series;
  series.values = {std::array{Observable::entropy}, data_times};
  for (std::size_t i = 0; i < data_times; ++i) {
    series.t.push_back(static_cast<double>(system.n_b) + static_cast<double>(i));
    series.values.column(Observable::entropy)[i] = std::numeric_limits<double>::quiet_NaN();
    for (std::size_t k = 0; k < static_cast<std::size_t>(system.dim()); ++k) series.populations.push_back(static_cast<double>(k));
  }
  return series;
}

Table table(std::int64_t first, std::int64_t last) {
  Table table = test::sample_table(first, last);
  for (const Row& row : table.rows) table.series.push_back(series_of(row.system));
  return table;
}

class NetcdfData : public testing::Test {
protected:
  std::string write(const std::string& name, std::int64_t systems_of_a_chunk) {
    constexpr std::int64_t systems = 6;
    ResultsBegin begin;
    begin.sweep.rows = systems;
    begin.sweep.fingerprint.add("--nb", "1:6");
    const ResultsLayout layout{.times = data_times, .series = {test::curve_column("entropy")}, .populations = true};
    const auto writer = open_results(folder_.path(name), layout, {}, begin);
    std::size_t part = 0;
    for (std::int64_t n = 1; n <= systems; n += systems_of_a_chunk) writer->write(part++, table(n, n + systems_of_a_chunk - 1));
    writer->finish(part);
    return folder_.path(name);
  }

  /// Whether a copy of the file has a record after `edit`.
  bool is_recognized_after(const std::function<void(const Editor&)>& edit) {
    const std::string copy = folder_.path("copy.nc");
    std::filesystem::copy_file(file_, copy, std::filesystem::copy_options::overwrite_existing);
    edit(Editor(copy));
    return find_record(copy).has_value();
  }
  std::string why() { return format_of("copy.nc").why_no_record(folder_.path("copy.nc")); }

  test::TemporaryFolder folder_;
  std::string file_ = write("data.nc", 6);
};

TEST_F(NetcdfData, HaveOneChecksumHoweverTheyWereWritten) {
  const auto record = find_record(file_);
  ASSERT_TRUE(record && record->checksum);
  for (const std::int64_t chunk : {1, 2, 3}) EXPECT_EQ(find_record(write("chunks.nc", chunk))->checksum, record->checksum) << chunk;
  EXPECT_EQ(record->checksum->bytes, 6 * 26 * 8 + 6 * 4 + 6 * data_times * 2 * 8 + 27 * 8 + 27 * data_times * 8U);
}

TEST_F(NetcdfData, ChangedValuesAreSeen) {
  const std::vector<std::pair<const char*, std::array<std::size_t, 2>>> places{
      {"n_b", {0, 0}},     {"t_opt", {5, 0}},  {"status", {2, 0}},      {"t", {3, 1}},
      {"entropy", {0, 2}}, {"level", {26, 0}}, {"populations", {13, 1}}};
  for (const auto& [name, index] : places) {
    EXPECT_FALSE(is_recognized_after([&](const Editor& editor) { editor.flip(name, index); })) << name;
    EXPECT_EQ(why(), "its data are not those that its record was written for");
    const auto twice = [&](const Editor& editor) {
      editor.flip(name, index);
      editor.flip(name, index);
    };
    EXPECT_TRUE(is_recognized_after(twice)) << name << ", as it was";
  }
}

TEST_F(NetcdfData, AddedAndRenamedVariablesAreSeen) {
  EXPECT_FALSE(is_recognized_after([](const Editor& editor) {
    int variable = -1;
    EXPECT_EQ(nc_def_var(editor.id(), "mine", NC_DOUBLE, 0, nullptr, &variable), NC_NOERR);
  }));
  EXPECT_FALSE(is_recognized_after([](const Editor& editor) {
    int dimension = -1;
    EXPECT_EQ(nc_def_dim(editor.id(), "mine", 6, &dimension), NC_NOERR);
  }));
  EXPECT_FALSE(is_recognized_after(
      [](const Editor& editor) { EXPECT_EQ(nc_rename_var(editor.id(), editor.variable("t_opt"), "t_best"), NC_NOERR); }));
}

TEST_F(NetcdfData, AttributesAreNone) {
  EXPECT_TRUE(is_recognized_after([](const Editor& editor) {
    EXPECT_EQ(nc_put_att_text(editor.id(), editor.variable("t_opt"), "units", 2, "ps"), NC_NOERR);
    EXPECT_EQ(nc_put_att_text(editor.id(), NC_GLOBAL, "history", 4, "mine"), NC_NOERR);
    EXPECT_EQ(nc_del_att(editor.id(), editor.variable("n_b"), "long_name"), NC_NOERR);
  }));
}

TEST_F(NetcdfData, RecordsOfOtherVersionsAreNamed) {
  const std::string text = NetcdfFile::open(file_).text(NC_GLOBAL, "sweep").value();
  const std::string key = R"("format_version": 3)";
  ASSERT_THAT(text, HasSubstr(key));
  const auto with = [&](const std::string& other) {
    std::string changed = text;
    changed.replace(changed.find(key), key.size(), other);
    return is_recognized_after([&](const Editor& editor) {
      EXPECT_EQ(nc_put_att_text(editor.id(), NC_GLOBAL, "sweep", changed.size(), changed.data()), NC_NOERR);
    });
  };
  EXPECT_TRUE(with(key));
  EXPECT_FALSE(with(R"("format_version": 4)"));
  EXPECT_EQ(why(), "another version of qbatt has written it: its format_version is 4, and this one needs 3");
  EXPECT_FALSE(with(R"("other": 3)"));
  EXPECT_THAT(why(), HasSubstr("its format_version is 1"));
  EXPECT_FALSE(with(R"("format_version": "two")"));
  EXPECT_EQ(why(), "its record cannot be understood");
}

TEST_F(NetcdfData, DamagedFilesAreNotRecognized) {
  const std::string whole = test::read_text(file_);
  folder_.write("copy.nc", whole.substr(0, whole.size() / 2));
  EXPECT_FALSE(find_record(folder_.path("copy.nc")));
  folder_.write("copy.nc", "n_b\n1\n");
  EXPECT_FALSE(find_record(folder_.path("copy.nc")));
  EXPECT_THAT(why(), HasSubstr("no attribute sweep"));
  EXPECT_FALSE(find_record(folder_.path("none.nc")));
}

class ShapesOfNetcdf : public testing::Test {
protected:
  // Two variables, the second one a scalar.
  Checksum checksum(nc_type type, bool scalar_first, std::size_t length = 3) {
    const std::string path = folder_.path("shapes.nc");
    int id = -1, dimension = -1;
    std::array<int, 2> variables{};
    EXPECT_EQ(nc_create(path.c_str(), NC_NETCDF4, &id), NC_NOERR);
    EXPECT_EQ(nc_def_dim(id, "x", length, &dimension), NC_NOERR);
    for (const bool scalar : {scalar_first, !scalar_first})
      EXPECT_EQ(nc_def_var(id, scalar ? "scalar" : "vector", type, scalar ? 0 : 1, &dimension, &variables[scalar ? 0 : 1]),
                NC_NOERR);
    const std::vector<double> values(length, 7);
    EXPECT_EQ(nc_put_var_double(id, variables[0], values.data()), NC_NOERR);
    EXPECT_EQ(nc_put_var_double(id, variables[1], values.data()), NC_NOERR);
    EXPECT_EQ(nc_close(id), NC_NOERR);
    return checksum_of_data(NetcdfFile::open(path));
  }
  test::TemporaryFolder folder_;
};

TEST_F(ShapesOfNetcdf, TypesAndLengthsCountTheOrderDoesNot) {
  const Checksum doubles = checksum(NC_DOUBLE, false);
  EXPECT_EQ(doubles.bytes, 32U);
  EXPECT_EQ(checksum(NC_DOUBLE, true), doubles);
  EXPECT_NE(checksum(NC_INT64, false).crc, doubles.crc);
  EXPECT_NE(checksum(NC_DOUBLE, false, 2).crc, doubles.crc);
}

// Longer than a block, and not a multiple of one.
TEST_F(ShapesOfNetcdf, BlocksAreTheWholeVariable) {
  const std::size_t length = 2'500'000;
  static_cast<void>(checksum(NC_DOUBLE, false, length));
  const NetcdfFile file = NetcdfFile::open(folder_.path("shapes.nc"));
  std::size_t next = 0;
  std::vector<std::size_t> counts;
  read_blocks_of(file, 0, [&](std::span<const char> values, std::size_t first, std::size_t count) {
    EXPECT_EQ(first, next);
    EXPECT_EQ(values.size(), count * 8);
    next += count;
    counts.push_back(count);
  });
  EXPECT_EQ(next, length);
  EXPECT_EQ(counts.size(), 3U);
}

}  // namespace
}  // namespace qbatt
