#include "sweep/rounding.hpp"

#include <limits>
#include <vector>

#include "sweep/axis_values.hpp"

namespace qbatt {
namespace {

/// One axis, for every combination of the values of the axes that it refers to, themselves or by way of others.
class RoundingCount {
public:
  RoundingCount(const Axes& axes, const Axis& axis, Rounding& rounding)
      : axes_(axes), axis_(axis), rounding_(rounding), outer_(referred_to(axes, axis)) {
    values_.fill(std::numeric_limits<double>::quiet_NaN());
  }

  void walk(std::size_t level = 0) {
    AxisValues values;
    values.resolve(level < outer_.size() ? axis_of(outer_[level]) : axis_, values_);
    if (level == outer_.size()) {
      rounding_.rounded += values.rounded(budget_);
      rounding_.repeated += values.repeated();
      rounding_.all = rounding_.all && budget_ > 0;
      return;
    }
    for (std::int64_t i = 0; i < values.size() && budget_ > 0; ++i) {
      values_[static_cast<std::size_t>(outer_[level])] = values.value(i);
      walk(level + 1);
    }
  }

private:
  [[nodiscard]] const Axis& axis_of(Parameter parameter) const { return axes_[static_cast<std::size_t>(parameter)]; }

  const Axes& axes_;
  const Axis& axis_;
  Rounding& rounding_;
  std::vector<Parameter> outer_;
  ParameterValues values_{};
  std::int64_t budget_ = 1'000'000;
};

}  // namespace

Rounding count_rounding(const Axes& axes) {
  Rounding rounding;
  for (const Axis& axis : axes)
    if (may_drop_repeats(axis)) RoundingCount(axes, axis, rounding).walk();
  return rounding;
}

}  // namespace qbatt
