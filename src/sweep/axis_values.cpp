#include "sweep/axis_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "qbatt/errors.hpp"
#include "sweep/partition_index.hpp"
#include "text/text.hpp"

namespace qbatt {
namespace {

// Far outside of every accepted range, and whole numbers up to here convert to int64 and back without loss.
constexpr double clamp_whole = 9007199254740992;

[[noreturn]] void reject(const Axis& axis, const Progression& item, std::string_view why) {
  throw InputError(fmt::format("--{}: {} {}, from {} to {}", parameter_info(axis.parameter).name, in_quotes(axis.text), why,
                               item.start, item.stop),
                   option_name(axis.parameter));
}

std::int64_t range_count(const Axis& axis, const Progression& range) {
  const double steps = (range.stop - range.start) / range.step;
  // The last value counts although (stop - start) / step was rounded down.
  const double tolerance = 1e-9 + 4 * std::numeric_limits<double>::epsilon() * steps;
  const double count = std::floor(steps + tolerance) + 1;
  if (!(count <= static_cast<double>(max_combinations)))
    reject(axis, range, fmt::format("has more than {} values", max_combinations));
  return static_cast<std::int64_t>(count);
}

Progression evaluate(const Axis& axis, const AxisItem& item, const ParameterValues& values) {
  const bool whole = parameter_info(axis.parameter).whole;
  const double start = item.start.value(values);
  const double stop = item.kind == AxisItem::Kind::value ? start : item.stop.value(values);
  Progression result{.kind = item.kind, .whole = whole, .start = start, .stop = stop, .step = item.step, .count = item.count};
  if (!std::isfinite(start) || !std::isfinite(stop)) reject(axis, result, "leads to a number that is too large");
  if (start > stop) reject(axis, result, "is a descending range");
  if (item.kind == AxisItem::Kind::range) result.count = range_count(axis, result);
  if (item.kind == AxisItem::Kind::logarithmic && !(start > 0))
    reject(axis, result, "takes the logarithm of what is not greater than 0");
  const bool spaced = item.kind == AxisItem::Kind::linear || item.kind == AxisItem::Kind::logarithmic;
  if (spaced && item.count == 1 && start != stop)
    reject(axis, result, "asks for one value of a range (a count of 1 needs START = STOP)");
  return result;
}

// (x (count-1-i) + y i) / (count-1): the exponents of log:10:1e6:6 come out whole, which x + (y - x) (i / (count-1)) does not give.
double between(double x, double y, std::int64_t i, std::int64_t count) {
  const auto last = static_cast<double>(count - 1);
  const auto p = static_cast<double>(i);
  return (x * (last - p) + y * p) / last;
}

double logarithmic_value(const Progression& p, std::int64_t i) {
  if (i == 0) return p.start;
  if (i == p.count - 1) return p.stop;
  return std::clamp(std::pow(10.0, between(std::log10(p.start), std::log10(p.stop), i, p.count)), p.start, p.stop);
}

double linear_value(const Progression& p, std::int64_t i) {
  if (i == 0) return p.start;
  if (i == p.count - 1) return p.stop;
  const double simple = between(p.start, p.stop, i, p.count);
  // Ends near the largest double overflow in the weighted sum.
  if (std::isfinite(simple)) return std::clamp(simple, p.start, p.stop);
  return std::lerp(p.start, p.stop, static_cast<double>(i) / static_cast<double>(p.count - 1));
}

double exact_value(const Progression& p, std::int64_t i) {
  switch (p.kind) {
    case AxisItem::Kind::value:
      return p.start;
    case AxisItem::Kind::range:
      return std::min(p.start + static_cast<double>(i) * p.step, p.stop);
    case AxisItem::Kind::linear:
      return linear_value(p, i);
    case AxisItem::Kind::logarithmic:
      return logarithmic_value(p, i);
  }
  return p.start;
}

}  // namespace

double Progression::at(std::int64_t i) const {
  const double value = exact_value(*this, i);
  // + 0.0 turns a rounded -0 into 0.
  return whole ? std::clamp(std::round(value), -clamp_whole, clamp_whole) + 0.0 : value;
}

std::int64_t Progression::lower_index(double value) const {
  return partition_index(
      count, [&](std::int64_t i) { return at(i) < value; });
}

bool Progression::contains(double value) const {
  const std::int64_t i = lower_index(value);
  return i < count && at(i) == value;
}

void AxisValues::resolve(const Axis& axis, const ParameterValues& values) {
  whole_ = parameter_info(axis.parameter).whole;
  items_.clear();
  single_values_.clear();
  several_values_.clear();
  for (const AxisItem& item : axis.items) {
    items_.push_back(evaluate(axis, item, values));
    if (items_.back().count == 1)
      single_values_.emplace_back(items_.back().at(0), items_.size() - 1);
    else
      several_values_.push_back(items_.size() - 1);
  }
  if (items_.size() > 1) std::ranges::sort(single_values_);
  restart();
}

void AxisValues::restart() {
  item_ = 0;
  position_ = 0;
  value_ = items_[0].at(0);
}

double AxisValues::count() const {
  double sum = 0;
  for (const Progression& item : items_) sum += static_cast<double>(item.count);
  return sum;
}

bool AxisValues::advance() {
  if (!whole_) return step_forward();
  do {
    if (!step_forward()) return false;
  } while (seen_before(value_));
  return true;
}

// Whole values may repeat, in another item or where rounding makes them equal.
std::int64_t AxisValues::leap(std::int64_t count) {
  const Progression& item = items_[item_];
  const bool distinct = items_.size() == 1 && item.kind == AxisItem::Kind::range && item.start == std::trunc(item.start) &&
                        item.step == std::trunc(item.step);
  if (whole_ && !distinct) return 0;
  const std::int64_t steps = std::min(count, item.count - 1 - position_);
  position_ += steps;
  value_ = item.at(position_);
  return steps;
}

bool AxisValues::step_forward() {
  const Progression& item = items_[item_];
  ++position_;
  // Rounding makes runs of equal values: jump over them.
  if (whole_ && position_ < item.count && item.at(position_) == value_) position_ = item.lower_index(value_ + 1);
  if (position_ >= item.count) {
    if (item_ + 1 == items_.size()) return false;
    ++item_;
    position_ = 0;
  }
  value_ = items_[item_].at(position_);
  return true;
}

bool AxisValues::seen_before(double value) const {
  if (item_ == 0) return false;
  const auto single = std::ranges::lower_bound(single_values_, std::pair<double, std::size_t>(value, 0));
  if (single != single_values_.end() && single->first == value && single->second < item_) return true;
  return std::ranges::any_of(several_values_, [&](std::size_t i) { return i < item_ && items_[i].contains(value); });
}

}  // namespace qbatt
