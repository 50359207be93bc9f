#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "qbatt/errors.hpp"
#include "sweep/rest_of_system.hpp"
#include "sweep/source.hpp"
#include "text/csv_table.hpp"
#include "text/input_file.hpp"
#include "text/numbers.hpp"
#include "text/suggestion.hpp"
#include "text/text.hpp"

namespace qbatt {
namespace {

class SystemsReader {
public:
  SystemsReader(std::istream& in, const std::string& path, const AxisTexts& constants)
      : path_(path), in_(in, path_, "--systems"), constants_(constants) {
    rows_.path = path;
  }

  SystemRows read() {
    read_header();
    place_the_rest();
    while (in_.next()) add_row(in_.fields());
    rows_.rounded = rest_->rounded();
    if (rows_.systems.empty()) reject("", "there are no rows below the header");
    return std::move(rows_);
  }

private:
  [[noreturn]] void reject(const std::string& column, const std::string& problem) const {
    throw InputError(fmt::format("--systems: {}: line {}{}: {}", path_, std::max<std::int64_t>(in_.line(), 1), column, problem),
                     "--systems");
  }

  void read_header() {
    if (!in_.next()) reject(", column n_b", "the file is empty; the first line must name the columns");
    for (const std::string_view name : in_.fields()) add_column(name);
    if (!is_column(Parameter::n_b) && !constants_[static_cast<std::size_t>(Parameter::n_b)])
      reject(", column n_b", "the header does not name it; it is required");
  }

  [[nodiscard]] bool is_column(Parameter parameter) const {
    return std::ranges::find(columns_, std::optional(parameter)) != columns_.end();
  }

  // A results file has more columns than make a system.
  void add_column(std::string_view name) {
    const std::string column = fmt::format(", column {}", columns_.size() + 1);
    const ParameterInfo* const info = parameter_of_column(name);
    if (info == nullptr) {
      if (name == "t") {
        reject(column,
               "`t` tells of time series, which have a line for each time: it must be a table with a line for each system, such as "
               "a sweep without --times writes");
      }
      if (!is_result_column(name)) reject(column, not_a_column(name));
      columns_.emplace_back();
      return;
    }
    if (is_column(info->id)) reject(column, in_quotes(name) + " is named twice");
    if (constants_[static_cast<std::size_t>(info->id)]) reject_constant(*info, path_);
    columns_.emplace_back(info->id);
  }

  void place_the_rest() {
    std::array<bool, parameter_count> given{};
    for (const auto& column : columns_)
      if (column) given[static_cast<std::size_t>(*column)] = true;
    rest_.emplace(given, constants_, "--systems");
  }

  void add_row(const std::vector<std::string_view>& fields) {
    if (fields.size() != columns_.size()) {
      reject(fmt::format(", column {}", std::min(fields.size(), columns_.size()) + 1),
             fmt::format("the row has {}, but the header has {}", counted(std::ssize(fields), "field"),
                         counted(std::ssize(columns_), "column")));
    }
    ParameterValues values{};
    for (std::size_t i = 0; i < fields.size(); ++i)
      if (columns_[i]) values[static_cast<std::size_t>(*columns_[i])] = parse_field(*columns_[i], fields[i]);
    rest_->complete(values);
    rows_.systems.push_back(make_system(values));
    rows_.lines.push_back(in_.line());
  }

  [[nodiscard]] double parse_field(Parameter parameter, std::string_view field) const {
    const ParameterInfo& info = parameter_info(parameter);
    const std::string place = fmt::format("--systems: {}: line {}, column {}", path_, in_.line(), info.column);
    if (!info.choices.empty()) return number_of_choice(info, field, place);
    if (parameter == Parameter::n_c && field.empty() && rest_->may_be_boson()) return 0;
    return (rest_->whole(parameter) ? parse_whole_real : parse_real)(field, {place, "--systems"}, info.accepted) + 0.0;  // -0 is 0
  }

  [[nodiscard]] static double number_of_choice(const ParameterInfo& info, std::string_view field, const std::string& place) {
    const auto found = std::ranges::find(info.choices, field);
    if (found != info.choices.end()) return static_cast<double>(found - info.choices.begin());
    throw InputError(fmt::format("{}: {} is not known: {}", place, in_quotes(field),
                                 accepted_names_of(field, info.choices, [](std::string_view choice) { return choice; })),
                     "--systems");
  }

  const std::string& path_;
  TableRows in_;
  const AxisTexts& constants_;
  std::vector<std::optional<Parameter>> columns_;  // nullopt: of a result, to be passed over
  std::optional<RestOfSystem> rest_;
  SystemRows rows_;
};

}  // namespace

SystemRows read_systems(std::istream& in, const std::string& path, const AxisTexts& constants) {
  return SystemsReader(in, path, constants).read();
}

SystemRows read_systems(const std::string& path, const AxisTexts& constants) {
  if (path.ends_with(".nc")) {
    throw InputError(fmt::format("--systems: {} cannot be read: it must be a CSV file, or - for CSV on the standard input", path),
                     "--systems");
  }
  InputText file(path, "--systems");
  return read_systems(file.stream(), file.name(), constants);
}

}  // namespace qbatt
