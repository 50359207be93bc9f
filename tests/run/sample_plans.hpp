#pragma once

#include <string>
#include <utility>
#include <vector>

#include "qbatt/sweep.hpp"

namespace qbatt::test {

/// A sweep of named axes.
inline SweepPlan plan_of(const std::vector<std::pair<std::string, std::string>>& axes) {
  AxisTexts texts;
  for (const ParameterInfo& info : parameter_info()) {
    for (const auto& [name, text] : axes)
      if (info.name == name) texts[static_cast<std::size_t>(info.id)] = text;
  }
  return SweepPlan::from_axes(texts, false);
}

inline std::vector<CentralSpin> systems_of(const SweepPlan& plan) {
  return plan.systems().take(static_cast<std::size_t>(plan.summary().systems));
}

}  // namespace qbatt::test
