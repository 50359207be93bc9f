#include "io/plot_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>
#include <span>
#include <utility>

#include "io/plot_symbols.hpp"
#include "io/results_columns.hpp"
#include "qbatt/errors.hpp"

namespace qbatt {
namespace {

// What tells rows of a results file apart.
constexpr std::array system_columns{"n_b", "n_c", "m", "omega_b", "omega_c", "coupling", "ising", "t", "charger", "charger_state"};

std::string name_of(const PlotExpression& expression) {
  return expression.divisor.empty() ? expression.column : fmt::format("{}/{}", expression.column, expression.divisor);
}

std::string ratio_of_units(const std::string& units, const std::string& under) {
  if (units == under) return "1";
  return under == "1" ? units : fmt::format("{}/({})", units, under);
}

// In front of a slash behind which all is divided.
std::string in_denominator(const std::string& symbol) {
  return symbol.find('/') == std::string::npos || symbol.find("/:") == symbol.find('/') ? symbol : fmt::format("({})", symbol);
}

// "Ising coupling Delta" with its symbol behind needs no other.
std::string_view without_symbol(std::string_view text) {
  for (const std::string_view letter : {" Delta", " A"})
    if (text.ends_with(letter)) text.remove_suffix(letter.size());
  return text;
}

PlotColumn column_of(const PlotExpression& expression, ResultsColumn read) {
  const std::string symbol = symbol_of(expression.column);
  return {.name = name_of(expression),
          .symbol = symbol,
          .words = PlotText(symbol.empty() ? read.label.text : without_symbol(read.label.text)),
          .units = read.label.units,
          .values = std::move(read.values),
          .meanings = std::move(read.words)};
}

void check_numbers(const std::string& file, const std::string& name, const std::vector<std::string>& words) {
  if (words.empty()) return;
  throw InputError(fmt::format("{}: the column {} holds words, not numbers: it can stand in --by and --where", file, name));
}

PlotColumn ratio_of(const PlotExpression& expression, ResultsColumn read, const ResultsColumn& under) {
  const std::string text = fmt::format("{} / {}", read.label.text, under.label.text);
  const std::string units = ratio_of_units(read.label.units, under.label.units);
  PlotColumn column = column_of(expression, std::move(read));
  const std::string under_symbol = symbol_of(expression.divisor);
  const bool symbols = !column.symbol.empty() && !under_symbol.empty();
  column.symbol = symbols ? fmt::format("{}/{}", column.symbol, in_denominator(under_symbol)) : "";
  column.words = symbols ? PlotText() : PlotText(text);
  column.units = units;
  std::ranges::transform(column.values, under.values, column.values.begin(), std::divides<>());
  return column;
}

std::vector<PlotColumn> evaluate(const PlotRequest& request, const std::vector<PlotExpression>& expressions) {
  std::vector<std::string> names, if_there;
  for (const PlotExpression& expression : expressions) {
    names.push_back(expression.column);
    if (!expression.divisor.empty()) names.push_back(expression.divisor);
  }
  if (request.heatmap) if_there.assign(system_columns.begin(), system_columns.end());
  std::vector<ResultsColumn> read = read_results_columns(request.file, names, if_there);
  std::vector<PlotColumn> results;
  std::size_t next = 0;
  for (const PlotExpression& expression : expressions) {
    ResultsColumn& over = read[next++];
    if (expression.divisor.empty()) {
      results.push_back(column_of(expression, std::move(over)));
      continue;
    }
    const ResultsColumn& under = read[next++];
    check_numbers(request.file, expression.column, over.words);
    check_numbers(request.file, expression.divisor, under.words);
    results.push_back(ratio_of(expression, std::move(over), under));
  }
  for (const std::string& name : if_there) results.push_back(column_of({name, ""}, std::move(read[next++])));
  return results;
}

void keep_rows(std::vector<PlotColumn>& columns, const std::vector<std::size_t>& kept) {
  for (PlotColumn& column : columns) {
    if (column.values.empty()) continue;
    std::vector<double> values;
    values.reserve(kept.size());
    for (const std::size_t row : kept) values.push_back(column.values[row]);
    column.values = std::move(values);
  }
}

// Numbers in files and commands are cut, and ratios rounded.
constexpr double nine_digits = 1e-9;

bool agree(double a, double b) {
  return std::abs(a - b) <= nine_digits * std::max(std::abs(a), std::abs(b));
}

double tolerance_of(double value, const std::vector<double>& values) {
  constexpr double of_largest = 1e-14;
  if (value != 0) return nine_digits * std::abs(value);
  double largest = 0;
  for (const double v : values)
    if (std::isfinite(v)) largest = std::max(largest, std::abs(v));
  return of_largest * largest;
}

std::string text_of(const PlotCondition& condition) {
  return std::visit([](const auto& value) { return fmt::format("{}", value); }, condition.value);
}

// What the values of a column must be near to; NaN for a word that the column does not have, and for a number among words.
double wanted_value(const PlotColumn& column, const PlotCondition& condition) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  const auto* const word = std::get_if<std::string>(&condition.value);
  if (word == nullptr) return column.meanings.empty() ? std::get<double>(condition.value) : none;
  const auto found = std::ranges::find(column.meanings, *word);
  return found == column.meanings.end() ? none : static_cast<double>(found - column.meanings.begin());
}

// Only rows for which the condition on columns[which] holds stay. `so_far`: the conditions before, in words.
void keep_where(const std::string& file, std::vector<PlotColumn>& columns, std::size_t which, const PlotCondition& condition,
                const std::string& so_far) {
  const PlotColumn& column = columns[which];
  const double value = wanted_value(column, condition);
  const double tolerance = tolerance_of(value, column.values);
  std::vector<std::size_t> kept;
  for (std::size_t row = 0; row < column.values.size(); ++row)
    if (std::abs(column.values[row] - value) <= tolerance) kept.push_back(row);
  if (kept.empty()) {
    throw InputError(fmt::format("--where: {} has no row with {}{} = {}: it must be one of {}", file, so_far, column.name,
                                 text_of(condition), column.some_values()),
                     "--where");
  }
  keep_rows(columns, kept);
}

void check_finite(const std::string& file, const PlotColumn& column) {
  if (std::ranges::any_of(column.values, [](double v) { return std::isfinite(v); })) return;
  throw InputError(fmt::format("{}: the column {} holds no finite number to draw", file, column.name));
}

}  // namespace

std::string PlotColumn::in_words(double value) const {
  return meanings.empty() ? fmt::format("{}", value) : meanings[static_cast<std::size_t>(value)];
}

std::string PlotColumn::some_values() const {
  constexpr std::size_t first = 5, last = 2;
  std::vector<std::string> texts;
  for (const double value : distinct_values(values)) texts.push_back(in_words(value));
  const std::span all(texts);
  if (all.size() <= first + last + 1) return fmt::format("{}", fmt::join(all, ", "));
  return fmt::format("{} … {}", fmt::join(all.first(first), ", "), fmt::join(all.last(last), ", "));
}

PlotText PlotColumn::label() const {
  PlotText text = words;
  if (!symbol.empty()) text.add_markup(symbol);
  if (units == "1") return text;
  std::string shown = units;
  constexpr std::string_view squared = "^2";
  for (std::size_t at = shown.find(squared); at != std::string::npos; at = shown.find(squared))
    shown.replace(at, squared.size(), "²");
  return text.add_plain(fmt::format("({})", shown));
}

PlotText PlotColumn::short_label() const {
  return symbol.empty() ? words : PlotText().add_markup(symbol);
}

PlotData read_plot_data(const PlotRequest& request) {
  std::vector<PlotExpression> expressions;
  for (const PlotCondition& condition : request.where) expressions.push_back(condition.expression);
  expressions.push_back(request.x);
  expressions.insert(expressions.end(), request.y.begin(), request.y.end());
  if (request.by) expressions.push_back(*request.by);
  std::vector<PlotColumn> columns = evaluate(request, expressions);
  std::string so_far;
  for (std::size_t i = 0; i < request.where.size(); ++i) {
    keep_where(request.file, columns, i, request.where[i], so_far);
    so_far += fmt::format("{} = {}, ", columns[i].name, text_of(request.where[i]));
  }
  const auto next = std::make_move_iterator(columns.begin() + std::ssize(request.where));
  const auto last_y = next + 1 + std::ssize(request.y);
  PlotData data{.x = *next, .y = {next + 1, last_y}, .by = {}, .system = {}};
  for (auto rest = last_y; rest != std::make_move_iterator(columns.end()); ++rest)
    (request.by && data.by.empty() ? data.by : data.system).push_back(*rest);
  std::erase_if(
      data.system, [](const PlotColumn& column) { return column.values.empty(); });
  const auto check = [&](const PlotColumn& column) { check_numbers(request.file, column.name, column.meanings); };
  check(data.x);
  std::ranges::for_each(data.y, check);
  if (request.heatmap) std::ranges::for_each(data.by, check);
  check_finite(request.file, data.x);
  for (const PlotColumn& y : data.y) check_finite(request.file, y);
  for (const PlotColumn& by : data.by) check_finite(request.file, by);
  return data;
}

std::vector<double> distinct_values(const std::vector<double>& values) {
  std::vector<double> distinct;
  std::ranges::copy_if(values, std::back_inserter(distinct), [](double v) { return std::isfinite(v); });
  std::ranges::sort(distinct);
  distinct.erase(std::unique(distinct.begin(), distinct.end(), agree), distinct.end());
  return distinct;
}

std::size_t place_of(const std::vector<double>& distinct, double value) {
  const auto found = std::ranges::lower_bound(distinct, value);
  const bool is_before = found != distinct.begin() && agree(*std::prev(found), value);
  return static_cast<std::size_t>(found - distinct.begin()) - (is_before ? 1 : 0);
}

}  // namespace qbatt
