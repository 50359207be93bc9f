#include "sweep/axis_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_set>

#include "qbatt/errors.hpp"
#include "sweep/partition_index.hpp"
#include "text/text.hpp"

namespace qbatt {
namespace {

[[noreturn]] void reject(const Axis& axis, const Progression& item, std::string_view why) {
  throw InputError(fmt::format("--{}: {} {}, from {} to {}", parameter_info(axis.parameter).name, in_quotes(axis.text), why,
                               item.start, item.stop),
                   option_name(axis.parameter));
}

bool is_whole(double value) {
  return value == std::trunc(value);
}

std::int64_t range_count(const Axis& axis, const Progression& range) {
  const double count = range_steps((range.stop - range.start) / range.step) + 1;
  if (!(count <= static_cast<double>(max_combinations)))
    reject(axis, range, fmt::format("has more than {} values", max_combinations));
  return static_cast<std::int64_t>(count);
}

Progression evaluate(const Axis& axis, const AxisItem& item, const ParameterValues& values) {
  const bool whole = axis.whole_for(values) && !(axis.whole == Whole::dicke && item.typed());
  const double start = item.start.value(values);
  const double stop = item.kind == AxisItem::Kind::value ? start : item.stop.value(values);
  Progression result{.kind = item.kind, .whole = whole, .start = start, .stop = stop, .step = item.step, .count = item.count};
  result.drops = whole && !item.typed();
  if (!std::isfinite(start) || !std::isfinite(stop)) reject(axis, result, "leads to a number that is too large");
  if (start > stop) reject(axis, result, "is a descending range");
  if (item.kind == AxisItem::Kind::range) result.count = range_count(axis, result);
  if (item.kind == AxisItem::Kind::range && !(is_whole(start) && is_whole(item.step)))
    result.decimal = DecimalSteps::make(start, item.step);
  if (item.kind == AxisItem::Kind::logarithmic && !(start > 0))
    reject(axis, result, "takes the logarithm of what is not greater than 0");
  const bool spaced = item.kind == AxisItem::Kind::linear || item.kind == AxisItem::Kind::logarithmic;
  if (spaced && item.count == 1 && start != stop)
    reject(axis, result, "asks for one value of a range (a count of 1 needs START = STOP)");
  return result;
}

// The end is what was typed, as far as steps reach it.
double range_value(const Progression& p, std::int64_t i) {
  constexpr double rounding = 1e-9;  // in steps
  const std::optional<double> decimal = p.decimal ? p.decimal->at(i) : std::nullopt;
  const double value = decimal.value_or(p.start + static_cast<double>(i) * p.step);
  return i + 1 == p.count && p.stop - value < rounding * p.step ? p.stop : std::min(value, p.stop);
}

// The difference of values i + 1 and i before they are rounded.
double gap_behind(const Progression& p, std::int64_t i) {
  const auto last = static_cast<double>(p.count - 1);
  switch (p.kind) {
    case AxisItem::Kind::value:
      return 0;
    case AxisItem::Kind::range:
      return p.step;
    case AxisItem::Kind::linear:
      return p.stop / last - p.start / last;
    case AxisItem::Kind::logarithmic:
      break;
  }
  const double slope = (std::log(p.stop) - std::log(p.start)) / last;
  return p.start * std::exp(slope * static_cast<double>(i)) * std::expm1(slope);
}

// Whether whole steps keep rounded values apart, all of them computed without an error that could turn a half.
bool keeps_apart(const Progression& p) {
  constexpr double exact = 1e12;
  const bool even = p.kind == AxisItem::Kind::range || p.kind == AxisItem::Kind::linear;
  const double gap = gap_behind(p, 0);
  const bool linear_is_exact = p.kind != AxisItem::Kind::linear || p.start == std::trunc(p.start);
  return even && gap >= 1 && gap == std::trunc(gap) && is_dyadic(p.start - std::trunc(p.start)) && linear_is_exact &&
         std::max(std::abs(p.start), std::abs(p.stop)) <= exact;
}

// Whether no value of one item can equal one of another.
bool are_apart(std::vector<Progression> items) {
  if (items.size() == 1) return true;
  std::ranges::sort(items, {}, &Progression::start);
  for (std::size_t i = 1; i < items.size(); ++i)
    if (!(items[i - 1].at(items[i - 1].count - 1) < items[i].at(0))) return false;
  return true;
}

// Whether a value of it is not whole before it is rounded. The steps of a range are whole where it is rounded.
bool needs_rounding(const Progression& p) {
  if (!p.whole) return false;
  const bool even = p.kind != AxisItem::Kind::logarithmic && is_whole(gap_behind(p, 0));
  return !is_whole(p.start) || !(p.count == 1 || p.start == p.stop || even);
}

// Of what is typed.
bool contains(const Progression& p, double value) {
  if (p.count == 1) return value == p.start;
  const double place = (value - p.start) / p.step;
  return is_whole(place) && place >= 0 && place < static_cast<double>(p.count);
}

constexpr std::int64_t most_listed = 1'000'000;

[[noreturn]] void reject_listing(const Axis& axis, const Progression& item) {
  reject(axis, item, fmt::format("has more than {} values of which rounding or several items may make some equal", most_listed));
}

}  // namespace

double Progression::exact(std::int64_t i) const {
  switch (kind) {
    case AxisItem::Kind::value:
      return start;
    case AxisItem::Kind::range:
      return range_value(*this, i);
    case AxisItem::Kind::linear:
      return linear_value(start, stop, i, count);
    case AxisItem::Kind::logarithmic:
      return logarithmic_value(start, stop, i, count);
  }
  return start;
}

double Progression::at(std::int64_t i) const {
  return whole ? nearest_whole(exact(i)) : exact(i);
}

bool drops_repeats(const std::vector<AxisItem>& items, bool whole) {
  return whole && !std::ranges::all_of(items, &AxisItem::typed);
}

bool may_drop_repeats(const Axis& axis) {
  const bool whole = axis.whole != Whole::never;
  return drops_repeats(axis.items, whole) || drops_repeats(axis.items_of_boson, whole);
}

double range_steps(double length) {
  // The last value counts although length was rounded down.
  return std::floor(length + 1e-9 + 4 * std::numeric_limits<double>::epsilon() * length);
}

bool is_dyadic(double number) {
  constexpr double denominator = 1024;
  constexpr double largest = 1e6;
  return std::abs(number) <= largest && number * denominator == std::trunc(number * denominator);
}

void AxisValues::resolve(const Axis& axis, const ParameterValues& values) {
  items_.clear();
  pieces_.clear();
  list_.clear();
  std::int64_t count = 0;
  const std::vector<AxisItem>& items = axis.items_for(values);
  for (const AxisItem& item : items) {
    items_.push_back(evaluate(axis, item, values));
    count += items_.back().count;
    if (count > max_combinations) reject(axis, items_.back(), fmt::format("has more than {} values", max_combinations));
  }
  if (!drops_repeats(items, axis.whole_for(values)))
    for (const Progression& item : items_) add_spaced(item, 0, item.count);
  else if (are_apart(items_))
    for (const Progression& item : items_) add_rounded(axis, item);
  else
    list_distinct(axis);
  repeated_ = count - size();
}

std::int64_t AxisValues::rounded(std::int64_t& budget) const {
  std::int64_t count = 0;
  for (const Progression& item : items_) {
    const bool rounds = needs_rounding(item);
    for (std::int64_t i = 0; rounds && i < item.count && budget > 0; ++i, --budget)
      if (!is_whole(item.exact(i))) ++count;
    --budget;
  }
  return count;
}

double AxisValues::Piece::value(std::int64_t i, const std::vector<double>& list) const {
  switch (kind) {
    case Kind::spaced:
      return spacing.at(offset + i - begin);
    case Kind::consecutive:
      return spacing.start + static_cast<double>(i - begin);
    case Kind::listed:
      break;
  }
  return list[first + static_cast<std::size_t>(i - begin)];
}

const AxisValues::Piece& AxisValues::piece_of(std::int64_t i) const {
  if (pieces_.size() == 1) return pieces_.front();
  return *std::ranges::upper_bound(pieces_, i, {}, &Piece::end);
}

double AxisValues::value(std::int64_t i) const {
  return piece_of(i).value(i, list_);
}

AxisValues::Bounds AxisValues::bounds(std::int64_t first, std::int64_t last) const {
  Bounds bounds{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (const Piece* piece = &piece_of(first); first < last; ++piece) {
    const std::int64_t end = std::min(last, piece->end);
    bounds.low = std::min(bounds.low, piece->value(first, list_));
    bounds.high = std::max(bounds.high, piece->value(end - 1, list_));
    first = end;
  }
  return bounds;
}

void AxisValues::add(Piece piece, std::int64_t count) {
  if (count == 0) return;
  piece.begin = pieces_.empty() ? 0 : size();
  piece.end = piece.begin + count;
  pieces_.push_back(piece);
}

void AxisValues::add_spaced(const Progression& item, std::int64_t first, std::int64_t last) {
  add({.kind = Piece::Kind::spaced, .spacing = item, .offset = first}, last - first);
}

void AxisValues::add_to_list(double value) {
  list_.push_back(value);
  const bool goes_on = !pieces_.empty() && pieces_.back().kind == Piece::Kind::listed && list_[list_.size() - 2] <= value;
  if (goes_on)
    ++pieces_.back().end;
  else
    add({.kind = Piece::Kind::listed, .spacing = {}, .first = list_.size() - 1}, 1);
}

// The gaps between a progression's values never shrink. Before they reach 1, rounding meets every whole number in turn; from there
// on it makes no two values equal. Where the gap is 1 but for rounding errors only a look at each value tells.
void AxisValues::add_rounded(const Axis& axis, const Progression& item) {
  if (item.count == 1 || !item.drops || keeps_apart(item)) return add_spaced(item, 0, item.count);
  const double doubt = 1e-8 + 64 * std::numeric_limits<double>::epsilon() * std::max(std::abs(item.start), std::abs(item.stop));
  const std::int64_t gaps = item.count - 1;
  const std::int64_t dense = partition_index(
      gaps, [&](std::int64_t i) { return gap_behind(item, i) <= 1 - doubt; });
  const std::int64_t doubtful = partition_index(gaps, [&](std::int64_t i) { return gap_behind(item, i) < 1 + doubt; });
  double last = item.at(dense);
  const double first = item.at(0);
  add({.kind = Piece::Kind::consecutive, .spacing = {.start = first}}, static_cast<std::int64_t>(last - first) + 1);
  if (doubtful - dense > most_listed) reject_listing(axis, item);
  for (std::int64_t i = dense + 1; i <= doubtful; ++i) {
    if (item.at(i) == last) continue;
    last = item.at(i);
    add_to_list(last);
  }
  add_spaced(item, doubtful + 1, item.count);
}

void AxisValues::list_distinct(const Axis& axis) {
  std::unordered_set<double> seen;
  std::int64_t looked_at = 0;
  for (const Progression& item : items_) {
    if (!item.drops) {
      add_spaced(item, 0, item.count);
      continue;
    }
    AxisValues own;
    own.add_rounded(axis, item);
    looked_at += own.size();
    if (looked_at > most_listed) reject_listing(axis, item);
    for (std::int64_t i = 0; i < own.size(); ++i) {
      const double value = own.value(i);
      const bool typed =
          std::ranges::any_of(items_, [&](const Progression& other) { return !other.drops && contains(other, value); });
      if (!typed && seen.insert(value).second) add_to_list(value);
    }
  }
}

}  // namespace qbatt
