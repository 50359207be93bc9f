#include "sweep/odometer.hpp"

#include <limits>

namespace qbatt {

Odometer::Odometer(const Axes& axes) : axes_(axes), order_(loop_order(axes)) {
  values_.fill(0);
  for (ParameterValues& values : opened_with_) values.fill(std::numeric_limits<double>::quiet_NaN());
  for (std::size_t level = 0; level < levels; ++level) {
    for (const ParameterInfo& info : parameter_info())
      if (axis(level).refers_to(info.id)) references_[level].push_back(static_cast<std::size_t>(info.id));
    if (references_[level].empty()) wheels_[level].resolve(axis(level), values_);
  }
}

void Odometer::open(std::size_t level) {
  ParameterValues& with = opened_with_[level];
  bool as_before = true;
  for (const std::size_t p : references_[level]) as_before = as_before && with[p] == values_[p];
  if (as_before) return;
  wheels_[level].resolve(axis(level), values_);
  with = values_;
}

void Odometer::turn(std::size_t level, std::int64_t place) {
  places_[level] = place;
  values_[static_cast<std::size_t>(order_[level])] = wheels_[level].value(place);
}

void Odometer::turn_to_first(std::size_t level) {
  for (; level < levels; ++level) {
    open(level);
    turn(level, 0);
  }
}

void Odometer::turn_to_last(std::size_t level) {
  for (; level < levels; ++level) {
    open(level);
    turn(level, wheels_[level].size() - 1);
  }
}

void Odometer::go_to(const Places& places) {
  for (std::size_t level = 0; level < levels; ++level) {
    open(level);
    turn(level, places[level]);
  }
}

bool Odometer::advance() {
  for (std::size_t level = levels; level-- > 0;) {
    if (places_[level] + 1 == wheels_[level].size()) continue;
    turn(level, places_[level] + 1);
    turn_to_first(level + 1);
    return true;
  }
  return false;
}

}  // namespace qbatt
