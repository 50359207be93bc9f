#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <utility>

#include "qbatt/columns.hpp"
#include "qbatt/errors.hpp"
#include "sweep/axis.hpp"
#include "sweep/loops.hpp"
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

bool is_result_column(std::string_view name) {
  return std::ranges::find(row_columns(), name, &Column::name) != row_columns().end();
}

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
    const auto info = std::ranges::find(parameter_info(), name, &ParameterInfo::column);
    if (info == parameter_info().end()) {
      if (!is_result_column(name))
        reject(column, fmt::format("{} is not a column of systems: {}", in_quotes(name), accepted_columns(name)));
      columns_.emplace_back();
      return;
    }
    if (is_column(info->id)) reject(column, in_quotes(name) + " is named twice");
    if (constants_[static_cast<std::size_t>(info->id)]) {
      throw InputError(
          fmt::format("--{} cannot be combined with the column {} of {}: leave one of them out", info->name, info->column, path_),
          option_name(info->id));
    }
    columns_.emplace_back(info->id);
  }

  // What the file leaves out is a constant or has its default, a number or a link, and is evaluated behind what it refers to.
  void place_the_rest() {
    constexpr std::string_view placed = "0";
    Axes axes;
    for (const ParameterInfo& info : parameter_info()) {
      const auto& constant = constants_[static_cast<std::size_t>(info.id)];
      const std::string_view text = is_column(info.id) ? placed : constant ? std::string_view(*constant) : info.default_axis;
      const Axis axis = parse_axis(info.id, text);
      if (!axis.single()) {
        throw InputError(fmt::format("--{}: {} is an axis, which cannot be combined with --systems: it must be {}, or a link",
                                     info.name, in_quotes(text), info.accepted),
                         option_name(info.id));
      }
      axes[static_cast<std::size_t>(info.id)] = axis;
    }
    for (const Parameter parameter : loop_order(axes))
      if (!is_column(parameter)) rest_.emplace_back(parameter, axes[static_cast<std::size_t>(parameter)].items[0].start);
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
    for (const auto& [parameter, term] : rest_)
      values[static_cast<std::size_t>(parameter)] = value_of(parameter, term.value(values));
    rows_.systems.push_back(make_system(values));
    rows_.lines.push_back(in_.line());
  }

  double value_of(Parameter parameter, double value) {
    if (!parameter_info(parameter).whole) return value;
    const double whole = nearest_whole(value);
    if (whole != value) ++rows_.rounded;
    return whole;
  }

  [[nodiscard]] double parse_field(Parameter parameter, std::string_view field) const {
    const ParameterInfo& info = parameter_info(parameter);
    const std::string place = fmt::format("--systems: {}: line {}, column {}", path_, in_.line(), info.column);
    return (info.whole ? parse_whole_real : parse_real)(field, {place, "--systems"}, info.accepted) + 0.0;  // -0 is 0
  }

  const std::string& path_;
  TableRows in_;
  const AxisTexts& constants_;
  std::vector<std::optional<Parameter>> columns_;  // nullopt: of a result, to be passed over
  std::vector<std::pair<Parameter, Term>> rest_;   // what no column gives, in the order of evaluation
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
