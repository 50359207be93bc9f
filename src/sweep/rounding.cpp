#include "sweep/rounding.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "sweep/axis_values.hpp"

namespace qbatt {
namespace {

/// One axis, for every combination of the values of the axes that it refers to, themselves or by way of others.
class RoundingCount {
public:
  RoundingCount(const Axes& axes, const Axis& axis, Rounding& rounding) : axes_(axes), axis_(axis), rounding_(rounding) {
    values_.fill(std::numeric_limits<double>::quiet_NaN());
    std::vector<Parameter> wanted{axis.parameter};
    const auto order = loop_order(axes);
    // Outward from the axis itself: what stands further in refers to what stands further out.
    for (std::size_t level = order.size(); level-- > 0;) {
      const bool is_referred_to = std::ranges::any_of(wanted, [&](Parameter p) { return axis_of(p).refers_to(order[level]); });
      if (!is_referred_to) continue;
      wanted.push_back(order[level]);
      outer_.insert(outer_.begin(), order[level]);
    }
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
    if (drops_repeats(axis)) RoundingCount(axes, axis, rounding).walk();
  return rounding;
}

}  // namespace qbatt
