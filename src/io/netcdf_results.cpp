#include "io/netcdf_results.hpp"

#include <fmt/format.h>
#include <netcdf.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <utility>

#include "io/netcdf_data.hpp"
#include "io/provenance_attributes.hpp"
#include "io/results_columns.hpp"
#include "qbatt/columns.hpp"
#include "qbatt/errors.hpp"

namespace qbatt {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// Values of one chunk of storage: 512 KiB of doubles.
constexpr std::size_t chunk_values = 65536;

// The words that a column of text may hold, in the order of their flag values.
std::vector<std::string_view> words_of(const Column& column) {
  std::vector<std::string_view> words;
  if (column.name == "status")
    for (const Status status : all_statuses) words.push_back(to_string(status));
  else if (column.name == "solver")
    for (const Solver solver : all_solvers) words.push_back(to_string(solver));
  else if (column.name == "charger")
    for (const Charger charger : all_chargers) words.push_back(to_string(charger));
  else if (column.name == "charger_state")
    for (const ChargerState state : all_charger_states) words.push_back(to_string(state));
  return words;
}

nc_type type_of(const Column& column) {
  const Cell cell = column.cell(Row{});
  if (std::holds_alternative<double>(cell)) return NC_DOUBLE;
  return std::holds_alternative<std::int64_t>(cell) ? NC_INT64 : NC_BYTE;
}

std::size_t size_of(nc_type type) {
  return type == NC_BYTE ? 1 : 8;
}

template <typename Value>
std::vector<Value> values_of(const Column& column, std::span<const Row> rows) {
  std::vector<Value> values(rows.size());
  std::ranges::transform(rows, values.begin(), [&](const Row& row) { return std::get<Value>(column.cell(row)); });
  return values;
}

std::vector<signed char> flags_of(const Column& column, std::span<const Row> rows) {
  const std::vector<std::string_view> words = words_of(column);
  std::vector<signed char> flags(rows.size());
  std::ranges::transform(rows, flags.begin(), [&](const Row& row) {
    return static_cast<signed char>(std::ranges::find(words, std::get<std::string_view>(column.cell(row))) - words.begin());
  });
  return flags;
}

std::size_t length_of(const NetcdfFile& file, const char* dimension) {
  int id = -1;
  std::size_t length = 0;
  file.check(nc_inq_dimid(file.id(), dimension, &id));
  file.check(nc_inq_dimlen(file.id(), id, &length));
  return length;
}

bool has_dimension(const NetcdfFile& file, const char* name) {
  int id = -1;
  return nc_inq_dimid(file.id(), name, &id) == NC_NOERR;
}

bool has_variable(const NetcdfFile& file, const std::string& name) {
  int id = -1;
  return nc_inq_varid(file.id(), name.c_str(), &id) == NC_NOERR;
}

int id_of(const NetcdfFile& file, const std::string& name) {
  int id = -1;
  file.check(nc_inq_varid(file.id(), name.c_str(), &id));
  return id;
}

std::string name_of(const NetcdfFile& file, int variable) {
  std::array<char, NC_MAX_NAME + 1> name{};
  file.check(nc_inq_varname(file.id(), variable, name.data()));
  return name.data();
}

PlotLabel label_of(const auto& column) {
  return {std::string(column.long_name), std::string(column.units)};
}

constexpr const char* record_name = "sweep";

// A global attribute; nullopt where there is none, or no netCDF.
std::optional<std::string> text_of(const std::string& path, const char* name) {
  try {
    return NetcdfFile::open(path).text(NC_GLOBAL, name);
  } catch (const NotNetcdf&) {
    return std::nullopt;
  }
}

}  // namespace

NetcdfSizes sizes_of(const Table& chunk) {
  NetcdfSizes sizes{chunk.rows.size(), 0};
  for (const Row& row : chunk.rows) sizes.samples += static_cast<std::size_t>(row.system.dim());
  return sizes;
}

struct NetcdfResults::Description {
  std::string name;
  PlotLabel label;
  nc_type type = NC_DOUBLE;
  bool of_samples = false;
  bool has_times = false;
  std::string_view coordinates = {};
};

NetcdfResults::NetcdfResults(const std::string& path, ResultsLayout layout, const NetcdfSizes& sizes, NetcdfStorage storage,
                             std::string example)
    : file_(NetcdfFile::create(path)), layout_(std::move(layout)), sizes_(sizes), storage_(storage), example_(std::move(example)) {
  int old_mode = 0;
  file_.check(nc_set_fill(file_.id(), NC_NOFILL, &old_mode));  // every value is written
  file_.check(nc_put_att_int(file_.id(), NC_GLOBAL, "format_version", NC_INT, 1, &format_version));
  file_.check(nc_def_dim(file_.id(), "system", sizes_.systems, &system_dimension_));
  if (layout_.times > 0) file_.check(nc_def_dim(file_.id(), "time", static_cast<std::size_t>(layout_.times), &time_dimension_));
  define_rows();
  if (layout_.times > 0) define_series();
  if (layout_.populations) define_populations();
  file_.check(nc_enddef(file_.id()));
}

void NetcdfResults::define(const Description& description) {
  const std::array dimensions{description.of_samples ? sample_dimension_ : system_dimension_, time_dimension_};
  Variable variable{.of_samples = description.of_samples,
                    .row = description.has_times ? static_cast<std::size_t>(layout_.times) : 1,
                    .value_size = size_of(description.type),
                    .sum = {}};
  file_.check(nc_def_var(file_.id(), description.name.c_str(), description.type, description.has_times ? 2 : 1, dimensions.data(),
                         &variable.id));
  const CfLabel cf = cf_label(description.label);
  file_.put_text(variable.id, "long_name", cf.long_name);
  file_.put_text(variable.id, "units", cf.units);
  if (!description.coordinates.empty()) file_.put_text(variable.id, "coordinates", description.coordinates);
  store(variable.id, description);
  variables_.push_back(variable);
}

void NetcdfResults::store(int variable, const Description& description) const {
  if (storage_ == NetcdfStorage::plain || !pays_to_deflate(description)) {
    file_.check(nc_def_var_chunking(file_.id(), variable, NC_CONTIGUOUS, nullptr));
    return;
  }
  const std::size_t times = description.has_times ? std::min(static_cast<std::size_t>(layout_.times), chunk_values) : 1;
  const std::size_t length = description.of_samples ? sizes_.samples : sizes_.systems;
  const std::array shape{std::clamp(chunk_values / times, std::size_t{1}, length), times};
  file_.check(nc_def_var_chunking(file_.id(), variable, NC_CHUNKED, shape.data()));
  file_.check(nc_def_var_deflate(file_.id(), variable, 1, 1, 1));
  // The file is filled from its front, so that few chunks are open at a time: the library's own cache would take gigabytes.
  constexpr std::size_t cached_chunks = 4;
  file_.check(nc_set_var_chunk_cache(file_.id(), variable, cached_chunks * chunk_values * 8, 521, 1.0F));
}

bool NetcdfResults::pays_to_deflate(const Description& description) const {
  if (example_.empty() || !description.has_times) return true;
  const NetcdfFile example = NetcdfFile::open(example_);
  const std::size_t length = length_of(example, description.of_samples ? "sample" : "system");
  const auto row = static_cast<std::size_t>(layout_.times);
  const std::array starts{std::size_t{0}, std::size_t{0}};
  const std::array counts{std::clamp(chunk_values / row, std::size_t{1}, length), row};
  std::vector<double> values(counts[0] * counts[1]);
  const int id = id_of(example, description.name);
  example.check(nc_get_vara_double(example.id(), id, starts.data(), counts.data(), values.data()));
  std::vector<std::uint64_t> bits(values.size());  // NaN has no place in an order
  std::ranges::transform(values, bits.begin(), [](double value) { return std::bit_cast<std::uint64_t>(value); });
  std::ranges::sort(bits);
  const auto distinct = static_cast<std::size_t>(std::unique(bits.begin(), bits.end()) - bits.begin());
  return distinct < bits.size() / 2;
}

void NetcdfResults::define_rows() {
  for (const Column& column : row_columns()) {
    define({.name = std::string(column.name), .label = label_of(column), .type = type_of(column)});
    const std::vector<std::string_view> words = words_of(column);
    if (words.empty()) continue;
    std::vector<signed char> values(words.size());
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<signed char>(i);
    file_.check(nc_put_att_schar(file_.id(), variables_.back().id, "flag_values", NC_BYTE, values.size(), values.data()));
    file_.put_text(variables_.back().id, "flag_meanings", fmt::format("{}", fmt::join(words, " ")));
  }
}

void NetcdfResults::define_series() {
  define({.name = "t", .label = known_label("t"), .has_times = true});
  for (const CurveColumn& column : layout_.series)
    define({.name = variable_of(column), .label = label_of(column), .has_times = true, .coordinates = "t"});
}

void NetcdfResults::define_populations() {
  file_.check(nc_def_dim(file_.id(), "sample", sizes_.samples, &sample_dimension_));
  const auto dim = std::ranges::find(row_columns(), std::string_view("dim"), &Column::name) - row_columns().begin();
  file_.put_text(variables_[static_cast<std::size_t>(dim)].id, "sample_dimension", "sample");
  define({.name = "level", .label = {"level k of the battery", "1"}, .type = NC_INT64, .of_samples = true});
  define({.name = "populations",
          .label = {"population p_k of the level", "1"},
          .of_samples = true,
          .has_times = true,
          .coordinates = "level"});
}

void NetcdfResults::put(Variable& variable, std::size_t start, std::size_t count, const void* values) {
  const std::array starts{start, std::size_t{0}};
  const std::array counts{count, variable.row};
  file_.check(nc_put_vara(file_.id(), variable.id, starts.data(), counts.data(), values));
  // A part is checked as a file, and its data are not added up.
  if (storage_ == NetcdfStorage::compressed)
    variable.sum.add({static_cast<const char*>(values), count * variable.row * variable.value_size});
}

void NetcdfResults::append(const Table& chunk) {
  append_rows(chunk);
  if (layout_.times > 0) append_series(chunk);
  if (layout_.populations) append_populations(chunk);
  filled_.systems += chunk.rows.size();
}

void NetcdfResults::append_rows(const Table& chunk) {
  for (std::size_t c = 0; c < row_columns().size(); ++c) {
    const Column& column = row_columns()[c];
    const auto put_values = [&](const auto& values) { put(variables_[c], filled_.systems, values.size(), values.data()); };
    switch (type_of(column)) {
      case NC_DOUBLE:
        put_values(values_of<double>(column, chunk.rows));
        break;
      case NC_INT64:
        put_values(values_of<std::int64_t>(column, chunk.rows));
        break;
      default:
        put_values(flags_of(column, chunk.rows));
    }
  }
}

void NetcdfResults::append_series(const Table& chunk) {
  const auto times = static_cast<std::size_t>(layout_.times);
  std::vector<double> values(chunk.rows.size() * times);
  const auto put_all = [&](std::size_t variable, const auto& column) {
    for (std::size_t s = 0; s < chunk.rows.size(); ++s) {
      const std::span<const double> of_system = column(chunk.series[s]);
      const auto begin = values.begin() + static_cast<std::ptrdiff_t>(s * times);
      if (of_system.empty())
        std::fill_n(begin, times, nan);
      else
        std::ranges::copy(of_system, begin);
    }
    put(variables_[variable], filled_.systems, chunk.rows.size(), values.data());
  };
  const std::size_t first = row_columns().size();
  put_all(first, [](const Series& series) { return std::span(series.t); });
  for (std::size_t c = 0; c < layout_.series.size(); ++c)
    put_all(first + 1 + c, [&](const Series& series) { return layout_.series[c].values(series); });
}

void NetcdfResults::append_populations(const Table& chunk) {
  const auto times = static_cast<std::size_t>(layout_.times);
  Variable& level = variables_[variables_.size() - 2];
  Variable& populations = variables_.back();
  std::vector<std::int64_t> levels;
  std::vector<double> values;
  for (std::size_t s = 0; s < chunk.rows.size(); ++s) {
    const auto dim = static_cast<std::size_t>(chunk.rows[s].system.dim());
    const std::vector<double>& given = chunk.series[s].populations;
    levels.resize(dim);
    values.resize(dim * times);
    for (std::size_t k = 0; k < dim; ++k) {
      levels[k] = static_cast<std::int64_t>(k);
      for (std::size_t i = 0; i < times; ++i) values[k * times + i] = given.empty() ? nan : given[i * dim + k];
    }
    put(level, filled_.samples, dim, levels.data());
    put(populations, filled_.samples, dim, values.data());
    filled_.samples += dim;
  }
}

void NetcdfResults::append_file(const std::string& path) {
  const NetcdfFile part = NetcdfFile::open(path);
  for (Variable& variable : variables_) {
    const std::size_t offset = variable.of_samples ? filled_.samples : filled_.systems;
    read_blocks_of(part, id_of(part, name_of(file_, variable.id)),
                   [&](std::span<const char> values, std::size_t first, std::size_t count) {
                     if (values.size() != count * variable.row * variable.value_size)
                       throw FileError(fmt::format("cannot read {}: its variables have other shapes or types", path));
                     put(variable, offset + first, count, values.data());
                   });
  }
  const NetcdfSizes there = sizes_of_file(path);
  filled_.systems += there.systems;
  filled_.samples += there.samples;
}

void NetcdfResults::put_attributes(const Provenance& provenance, double wall_time) const {
  for (const auto& [name, text] : provenance_attributes(provenance)) file_.put_text(NC_GLOBAL, name.c_str(), text);
  file_.check(nc_put_att_double(file_.id(), NC_GLOBAL, "wall_time", NC_DOUBLE, 1, &wall_time));
  file_.put_text(NC_GLOBAL, "wall_time_units", "s");
}

void NetcdfResults::put_record(FinishedRecord record) const {
  record.checksum = checksum_of_data(file_, [&](int id) { return std::ranges::find(variables_, id, &Variable::id)->sum.value(); });
  file_.put_text(NC_GLOBAL, record_name, record.json());
}

void NetcdfResults::copy_attributes(const std::string& path) const {
  const NetcdfFile other = NetcdfFile::open(path);
  int count = 0;
  other.check(nc_inq_natts(other.id(), &count));
  for (int i = 0; i < count; ++i) {
    std::array<char, NC_MAX_NAME + 1> name{};
    other.check(nc_inq_attname(other.id(), NC_GLOBAL, i, name.data()));
    file_.check(nc_copy_att(other.id(), NC_GLOBAL, name.data(), file_.id(), NC_GLOBAL));
  }
}

ResultsLayout NetcdfResults::layout_of(const std::string& path) {
  const NetcdfFile file = NetcdfFile::open(path);
  if (!has_dimension(file, "time")) return {};
  ResultsLayout layout{
      .times = static_cast<std::int64_t>(length_of(file, "time")), .series = {}, .populations = has_variable(file, "populations")};
  std::vector<std::pair<int, CurveColumn>> found;
  for (const CurveColumn& column : curve_columns()) {
    int id = -1;
    if (nc_inq_varid(file.id(), variable_of(column).c_str(), &id) == NC_NOERR) found.emplace_back(id, column);
  }
  std::ranges::sort(found, {}, [](const auto& entry) { return entry.first; });
  for (const auto& [id, column] : found) layout.series.push_back(column);
  return layout;
}

NetcdfSizes NetcdfResults::sizes_of_file(const std::string& path) {
  const NetcdfFile file = NetcdfFile::open(path);
  return {length_of(file, "system"), has_dimension(file, "sample") ? length_of(file, "sample") : 0};
}

bool NetcdfResults::is_ours(const std::string& path) {
  return text_of(path, "source").value_or("").starts_with(source_prefix);
}

std::optional<std::string> NetcdfResults::record_text(const std::string& path) {
  return text_of(path, record_name);
}

std::optional<FinishedRecord> NetcdfResults::record_of(const std::string& path) {
  try {
    const NetcdfFile file = NetcdfFile::open(path);
    const std::optional<FinishedRecord> record = FinishedRecord::from_json(file.text(NC_GLOBAL, record_name).value_or(""));
    return record && record->checksum == checksum_of_data(file) ? record : std::nullopt;
  } catch (const NotNetcdf&) {
    return std::nullopt;
  }
}

}  // namespace qbatt
