#include "sweep/source.hpp"

#include <algorithm>
#include <limits>

namespace qbatt {
CentralSpin make_system(const ParameterValues& values) {
  const auto get = [&](Parameter p) { return values[static_cast<std::size_t>(p)]; };
  // Whole values never leave +-2^53, neither from an axis nor from a file.
  return {.n_b = static_cast<std::int64_t>(get(Parameter::n_b)),
          .n_c = static_cast<std::int64_t>(get(Parameter::n_c)),
          .m = static_cast<std::int64_t>(get(Parameter::m)),
          .omega_b = get(Parameter::omega_b),
          .omega_c = get(Parameter::omega_c),
          .coupling = get(Parameter::coupling),
          .ising = get(Parameter::ising)};
}

void SweepSource::skip(std::int64_t count) {
  while (count > 0 && next()) --count;
}

AxesSource::AxesSource(const Axes& axes) : axes_(axes), order_(loop_order(axes)) {
  for (std::size_t level = 0; level < order_.size(); ++level) {
    const Axis& axis = axes_[static_cast<std::size_t>(order_[level])];
    if (!axis.single()) innermost_ = level;
    for (const ParameterInfo& info : parameter_info())
      if (axis.refers_to(info.id)) references_[level] |= ParameterSet{1} << static_cast<std::size_t>(info.id);
    if (references_[level] == 0) wheels_[level].resolve(axis, values_);
  }
}

double AxesSource::combinations_of_free_axes() {
  double product = 1;
  for (std::size_t level = 0; level < order_.size(); ++level)
    if (references_[level] == 0) product *= wheels_[level].count();
  return product;
}

AxesSource::ParameterSet AxesSource::take_value(std::size_t level) {
  const auto parameter = static_cast<std::size_t>(order_[level]);
  const double value = wheels_[level].value();
  if (values_[parameter] == value) return 0;
  values_[parameter] = value;
  return ParameterSet{1} << parameter;
}

// Every change of an outer wheel resets all wheels inside it, so a linked wheel is out of date only where this very pass has
// changed something that it refers to.
void AxesSource::reset_from(std::size_t level, ParameterSet changed) {
  for (; level < order_.size(); ++level) {
    if ((references_[level] & changed) != 0)
      wheels_[level].resolve(axes_[static_cast<std::size_t>(order_[level])], values_);
    else
      wheels_[level].restart();
    changed |= take_value(level);
  }
}

std::optional<CentralSpin> AxesSource::next() {
  if (!started_) {
    started_ = true;
    values_.fill(std::numeric_limits<double>::quiet_NaN());  // so that every first value is a change
    reset_from(0, 0);
    return make_system(values_);
  }
  std::size_t level = order_.size();
  while (level > 0 && !wheels_[level - 1].advance()) --level;
  if (level == 0) return std::nullopt;
  reset_from(level, take_value(level - 1));
  return make_system(values_);
}

// The wheels inside have one value each, which next() finds once it turns this one.
void AxesSource::skip(std::int64_t count) {
  while (count > 0) {
    if (started_) count -= wheels_[innermost_].leap(count);
    if (count-- > 0 && !next()) return;
  }
}

void RowsSource::skip(std::int64_t count) {
  rest_ = rest_.subspan(std::min(static_cast<std::size_t>(count), rest_.size()));
}

std::optional<CentralSpin> RowsSource::next() {
  if (rest_.empty()) return std::nullopt;
  const CentralSpin system = rest_.front();
  rest_ = rest_.subspan(1);
  return system;
}

}  // namespace qbatt
