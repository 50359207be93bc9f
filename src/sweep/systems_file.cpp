#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <utility>

#include "qbatt/errors.hpp"
#include "sweep/source.hpp"
#include "text/csv_table.hpp"
#include "text/input_file.hpp"
#include "text/numbers.hpp"
#include "text/suggestion.hpp"
#include "text/text.hpp"

namespace qbatt {
namespace {

std::string accepted_columns(std::string_view name) {
  return accepted_names_of(
      name, parameter_info(), [](const ParameterInfo& info) { return info.column; });
}

class SystemsReader {
public:
  SystemsReader(std::istream& in, const std::string& path) : path_(path), in_(in) {
    rows_.path = path;
    for (const ParameterInfo& info : parameter_info())
      if (!info.default_axis.empty()) defaults_[static_cast<std::size_t>(info.id)] = parse_term(info.id, info.default_axis);
  }

  SystemRows read() {
    read_header();
    std::string line;
    while (next_line(line)) add_row(csv_fields(line));
    if (rows_.systems.empty()) reject("", "there are no rows below the header");
    return std::move(rows_);
  }

private:
  [[noreturn]] void reject(const std::string& column, const std::string& problem) const {
    throw InputError(fmt::format("--systems: {}: line {}{}: {}", path_, line_, column, problem), "--systems");
  }

  // The next line that is not blank.
  bool next_line(std::string& line) {
    errno = 0;
    while (std::getline(in_, line)) {
      ++line_;
      if (!trimmed(line).empty()) return true;
    }
    if (in_.bad()) throw_cannot_read(path_, errno, "--systems");
    return false;
  }

  void read_header() {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    std::string line;
    if (!next_line(line)) {
      line_ = 1;
      reject(", column n_b", "the file is empty; the first line must name the columns");
    }
    if (line.starts_with(byte_order_mark)) line.erase(0, byte_order_mark.size());
    for (const std::string_view name : csv_fields(line)) add_column(name);
    if (std::ranges::find(columns_, Parameter::n_b) == columns_.end())
      reject(", column n_b", "the header does not name it; it is required");
  }

  void add_column(std::string_view name) {
    const std::string column = fmt::format(", column {}", columns_.size() + 1);
    const auto info = std::ranges::find(parameter_info(), name, &ParameterInfo::column);
    if (info == parameter_info().end())
      reject(column, fmt::format("{} is not a column of systems: {}", in_quotes(name), accepted_columns(name)));
    if (std::ranges::find(columns_, info->id) != columns_.end()) reject(column, in_quotes(name) + " is named twice");
    columns_.push_back(info->id);
  }

  void add_row(const std::vector<std::string_view>& fields) {
    if (fields.size() != columns_.size()) {
      reject(fmt::format(", column {}", std::min(fields.size(), columns_.size()) + 1),
             fmt::format("the row has {} fields, but the header has {} columns", fields.size(), columns_.size()));
    }
    ParameterValues values{};
    std::array<bool, parameter_count> given{};
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const auto p = static_cast<std::size_t>(columns_[i]);
      values[p] = parse_field(columns_[i], fields[i]);
      given[p] = true;
    }
    // In the order of the table a default refers only to what comes before it.
    for (std::size_t p = 0; p < parameter_count; ++p)
      if (!given[p]) values[p] = defaults_[p].value(values);
    rows_.systems.push_back(make_system(values));
    rows_.lines.push_back(line_);
  }

  [[nodiscard]] double parse_field(Parameter parameter, std::string_view field) const {
    const ParameterInfo& info = parameter_info(parameter);
    const std::string place = fmt::format("--systems: {}: line {}, column {}", path_, line_, info.column);
    return (info.whole ? parse_whole_real : parse_real)(field, {place, "--systems"}, info.accepted);
  }

  const std::string& path_;
  std::istream& in_;
  std::int64_t line_ = 0;
  std::vector<Parameter> columns_;
  std::array<Term, parameter_count> defaults_;
  SystemRows rows_;
};

}  // namespace

SystemRows read_systems(std::istream& in, const std::string& path) {
  return SystemsReader(in, path).read();
}

SystemRows read_systems(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw_cannot_read(path, errno, "--systems");
  return read_systems(file, path);
}

}  // namespace qbatt
