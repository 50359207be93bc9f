#include "sweep/source.hpp"

namespace qbatt {
namespace {

double& at(ParameterValues& values, Parameter parameter) {
  return values[static_cast<std::size_t>(parameter)];
}

}  // namespace

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

AxesSource::AxesSource(const Axes& axes) : axes_(axes), order_(loop_order(axes)) {
  for (std::size_t level = 0; level < order_.size(); ++level) {
    const Axis& axis = axes_[static_cast<std::size_t>(order_[level])];
    linked_[level] = axis.linked();
    if (!linked_[level]) wheels_[level].resolve(axis, values_);
  }
}

double AxesSource::combinations_of_free_axes() {
  double product = 1;
  for (std::size_t level = 0; level < order_.size(); ++level) {
    if (!linked_[level]) product *= wheels_[level].count();
  }
  return product;
}

void AxesSource::take_value(std::size_t level) {
  at(values_, order_[level]) = wheels_[level].value();
}

void AxesSource::reset_from(std::size_t level) {
  for (; level < order_.size(); ++level) {
    if (linked_[level]) {
      wheels_[level].resolve(axes_[static_cast<std::size_t>(order_[level])], values_);
    } else {
      wheels_[level].restart();
    }
    take_value(level);
  }
}

std::optional<CentralSpin> AxesSource::next() {
  if (!started_) {
    started_ = true;
    reset_from(0);
    return make_system(values_);
  }
  std::size_t level = order_.size();
  while (level > 0 && !wheels_[level - 1].advance()) --level;
  if (level == 0) return std::nullopt;
  take_value(level - 1);
  reset_from(level);
  return make_system(values_);
}

std::optional<CentralSpin> RowsSource::next() {
  if (rest_.empty()) return std::nullopt;
  const CentralSpin system = rest_.front();
  rest_ = rest_.subspan(1);
  return system;
}

}  // namespace qbatt
