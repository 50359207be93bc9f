#include "python/dataset.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "qbatt/columns.hpp"
#include "qbatt/errors.hpp"

namespace qbatt::python {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr const char* time_dimension = "time";
constexpr const char* level_dimension = "k";

std::vector<std::string> and_also(std::vector<std::string> names, const std::string& name) {
  names.push_back(name);
  return names;
}

bool is_parameter(const Column& column) {
  return std::ranges::find(parameter_info(), column.name, &ParameterInfo::column) != parameter_info().end();
}

/// The columns that are variables: the others are coordinates.
std::vector<const Column*> result_columns() {
  std::vector<const Column*> columns;
  for (const Column& column : row_columns())
    if (!is_parameter(column)) columns.push_back(&column);
  return columns;
}

// Where there is no system the status says so, and other words are empty.
std::string absent_word(const Column& column) {
  return column.name == "status" ? "invalid" : "";
}

std::int8_t code_of(Words& words, std::string_view word) {
  const auto code = std::ranges::find(words.words, word) - words.words.begin();
  if (code == std::ssize(words.words)) words.words.emplace_back(word);
  return static_cast<std::int8_t>(code);
}

PlotLabel label_of(const auto& column) {
  return {std::string(column.long_name), std::string(column.units)};
}

PlotLabel label_of_times(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::rabi:
      return {"time, in units of 1/a_0", "1"};
    case TimeUnit::optimum:
      return {"time, in units of t_opt", "1"};
    case TimeUnit::absolute:
      break;
  }
  return {"time", "1/energy"};
}

std::vector<std::int64_t> whole(const std::vector<double>& values) {
  std::vector<std::int64_t> numbers(values.size());
  std::ranges::transform(values, numbers.begin(),
                         [](double value) { return std::isnan(value) ? absent : static_cast<std::int64_t>(value); });
  return numbers;
}

// Numbers of choices as their names.
Words named(const ParameterInfo& info, const std::vector<double>& values) {
  Words words;
  if (std::ranges::any_of(values, [](double value) { return std::isnan(value); })) words.words.emplace_back();
  for (const double value : values)
    words.codes.push_back(code_of(words, std::isnan(value) ? "" : info.choices[static_cast<std::size_t>(value)]));
  return words;
}

template <typename Value>
std::vector<Value>& values_of(Variable& variable) {
  return std::get<std::vector<Value>>(variable.values);
}

}  // namespace

std::vector<Variable> coordinates_of(const SweepGrid& grid) {
  std::vector<Variable> coordinates;
  for (const ParameterInfo& info : parameter_info()) {
    const SweepGrid::Values& own = grid.values[static_cast<std::size_t>(info.id)];
    Variable variable{.name = std::string(info.column),
                      .dimensions = {},
                      .label = cf_label(known_label(std::string(info.column))),
                      .values = own.values,
                      .is_coordinate = true};
    if (!info.choices.empty())
      variable.values = named(info, own.values);
    else if (info.whole && info.id != Parameter::m)
      variable.values = whole(own.values);
    for (const std::size_t dimension : own.dimensions) variable.dimensions.push_back(grid.dimensions[dimension].name);
    coordinates.push_back(std::move(variable));
  }
  return coordinates;
}

Variable time_coordinate(const TimeGrid& times) {
  return {.name = time_dimension,
          .dimensions = {time_dimension},
          .label = cf_label(label_of_times(times.unit)),
          .values = grid_times(times),
          .is_coordinate = true};
}

void check_size(double cells, const ResultsLayout& layout, std::int64_t most_levels) {
  constexpr double each = 8;
  const auto times = static_cast<double>(layout.times);
  double values = static_cast<double>(row_columns().size());
  if (layout.times > 0) values += times * static_cast<double>(layout.series.size() + 1);
  if (layout.populations) values += times * static_cast<double>(most_levels);
  const double needed = each * values * cells;
  const double there = static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGE_SIZE));
  if (!(needed > there)) return;
  throw InputError(
      fmt::format("arrays of {:.3g} systems need {:.3g} GB, but the machine has {:.3g} GB of memory: ask for fewer, or let "
                  "the command line write them to a file",
                  cells, needed / 1e9, there / 1e9));
}

DatasetWriter::DatasetWriter(const SweepPlan& plan, ResultsLayout layout, const std::optional<TimeGrid>& times)
    : grid_(plan.grid()),
      columns_(result_columns()),
      next_cell_(plan.cells(grid_)),
      grid_cells_(static_cast<std::size_t>(grid_.cells())),
      levels_(static_cast<std::size_t>(plan.summary().largest_dim)),
      layout_(std::move(layout)) {
  check_size(static_cast<double>(grid_.cells()), layout_, plan.summary().largest_dim);
  dataset_.dimensions = grid_.dimensions;
  for (const SweepGrid::Dimension& dimension : grid_.dimensions) grid_dimensions_.push_back(dimension.name);
  dataset_.variables = coordinates_of(grid_);
  first_column_ = dataset_.variables.size();
  add_columns();
  first_series_ = dataset_.variables.size();
  if (times) add_times(*times);
}

Variable& DatasetWriter::add(std::string name, std::vector<std::string> dimensions, const PlotLabel& label) {
  dataset_.variables.push_back(
      {.name = std::move(name), .dimensions = std::move(dimensions), .label = cf_label(label), .values = {}});
  return dataset_.variables.back();
}

void DatasetWriter::add_columns() {
  for (const Column* const column : columns_) {
    Variable& variable = add(std::string(column->name), grid_dimensions_, label_of(*column));
    const Cell example = column->cell(Row{});
    if (std::holds_alternative<double>(example))
      variable.values = std::vector<double>(grid_cells_, nan);
    else if (std::holds_alternative<std::int64_t>(example))
      variable.values = std::vector<std::int64_t>(grid_cells_, absent);
    else
      variable.values = Words{std::vector<std::int8_t>(grid_cells_, 0), {absent_word(*column)}};
  }
}

void DatasetWriter::add_times(const TimeGrid& times) {
  times_ = static_cast<std::size_t>(layout_.times);
  const std::vector<std::string> in_time = and_also(grid_dimensions_, time_dimension);
  const auto add_series = [&](std::string name, const PlotLabel& label) -> Variable& {
    Variable& variable = add(std::move(name), in_time, label);
    variable.values = std::vector<double>(grid_cells_ * times_, nan);
    return variable;
  };
  add_series("t", known_label("t")).is_coordinate = true;
  for (const CurveColumn& column : layout_.series) add_series(variable_of(column), label_of(column));
  dataset_.dimensions.push_back({time_dimension, layout_.times});
  if (layout_.populations) {
    add("populations", and_also(in_time, level_dimension), {"population p_k of the level", "1"}).values =
        std::vector<double>(grid_cells_ * times_ * levels_, nan);
    std::vector<std::int64_t> k(levels_);
    for (std::size_t i = 0; i < levels_; ++i) k[i] = static_cast<std::int64_t>(i);
    Variable& levels = add(level_dimension, {level_dimension}, {"level k of the battery", "1"});
    levels.values = std::move(k);
    levels.is_coordinate = true;
    dataset_.dimensions.push_back({level_dimension, static_cast<std::int64_t>(levels_)});
  }
  dataset_.variables.push_back(time_coordinate(times));
}

void DatasetWriter::write(std::size_t, const Table& chunk) {
  cells_.resize(chunk.rows.size());
  for (std::size_t& cell : cells_) cell = static_cast<std::size_t>(next_cell_());
  // A column after the other, of as many rows as stay in the cache.
  constexpr std::size_t together = 512;
  for (std::size_t first = 0; first < chunk.rows.size(); first += together) {
    const std::size_t count = std::min(together, chunk.rows.size() - first);
    write_rows(std::span(chunk.rows).subspan(first, count), std::span(cells_).subspan(first, count));
  }
  if (times_ > 0) write_series(chunk);
  tally_ += tally_of(chunk);
  const auto failed = std::ranges::find(chunk.rows, Status::failed, &Row::status);
  if (first_failure_.empty() && failed != chunk.rows.end())
    first_failure_ = fmt::format("{}: {}", describe(failed->system), to_string(failed->failure));
}

void DatasetWriter::write_rows(std::span<const Row> rows, std::span<const std::size_t> cells) {
  auto variable = dataset_.variables.begin() + static_cast<std::ptrdiff_t>(first_column_);
  for (const Column* const column : columns_) {
    if (auto* const reals = std::get_if<std::vector<double>>(&variable->values)) {
      for (std::size_t i = 0; i < rows.size(); ++i) (*reals)[cells[i]] = std::get<double>(column->cell(rows[i]));
    } else if (auto* const numbers = std::get_if<std::vector<std::int64_t>>(&variable->values)) {
      for (std::size_t i = 0; i < rows.size(); ++i) (*numbers)[cells[i]] = std::get<std::int64_t>(column->cell(rows[i]));
    } else {
      auto& words = std::get<Words>(variable->values);
      for (std::size_t i = 0; i < rows.size(); ++i)
        words.codes[cells[i]] = code_of(words, std::get<std::string_view>(column->cell(rows[i])));
    }
    ++variable;
  }
}

// A system whose series is missing, as it failed, keeps NaN.
void DatasetWriter::write_series(const Table& chunk) {
  const auto put = [&](std::size_t number, const auto& of_series) {
    std::vector<double>& values = values_of<double>(dataset_.variables[first_series_ + number]);
    for (std::size_t i = 0; i < chunk.series.size(); ++i)
      std::ranges::copy(of_series(chunk.series[i]), values.begin() + static_cast<std::ptrdiff_t>(cells_[i] * times_));
  };
  put(0, [](const Series& series) { return std::span(series.t); });
  for (std::size_t c = 0; c < layout_.series.size(); ++c)
    put(1 + c, [&](const Series& series) { return layout_.series[c].values(series); });
  if (!layout_.populations) return;
  std::vector<double>& all = values_of<double>(dataset_.variables[first_series_ + 1 + layout_.series.size()]);
  for (std::size_t i = 0; i < chunk.series.size(); ++i) {
    const std::vector<double>& own = chunk.series[i].populations;
    if (own.empty()) continue;
    const std::size_t dim = own.size() / times_;
    for (std::size_t time = 0; time < times_; ++time) {
      std::copy_n(own.begin() + static_cast<std::ptrdiff_t>(time * dim), dim,
                  all.begin() + static_cast<std::ptrdiff_t>((cells_[i] * times_ + time) * levels_));
    }
  }
}

}  // namespace qbatt::python
