#include "sweep/loops.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "qbatt/errors.hpp"

namespace qbatt {
namespace {

using Placed = std::array<bool, parameter_count>;

// A parameter that `axis` refers to and that has no place yet.
const ParameterInfo* waits_for(const Axis& axis, const Placed& placed) {
  for (const ParameterInfo& info : parameter_info())
    if (!placed[static_cast<std::size_t>(info.id)] && axis.refers_to(info.id)) return &info;
  return nullptr;
}

// Following the links of what has no place ends in a cycle; it is told from its first parameter back to it.
[[noreturn]] void report_cycle(const Axes& axes, const Placed& placed) {
  std::vector<Parameter> path;
  auto at = static_cast<Parameter>(std::ranges::find(placed, false) - placed.begin());
  while (std::ranges::find(path, at) == path.end()) {
    path.push_back(at);
    at = waits_for(axes[static_cast<std::size_t>(at)], placed)->id;
  }
  path.erase(path.begin(), std::ranges::find(path, at));
  std::string chain;
  for (const Parameter p : path) chain += fmt::format("--{} {}, ", parameter_info(p).name, axes[static_cast<std::size_t>(p)].text);
  chain.resize(chain.size() - 2);
  throw InputError(fmt::format("--{}: the links {} form a cycle: one of them must be a number or refer to another option",
                               parameter_info(path.front()).name, chain),
                   option_name(path.front()));
}

}  // namespace

std::array<Parameter, parameter_count> loop_order(const Axes& axes) {
  std::array<Parameter, parameter_count> order{};
  Placed placed{};
  for (Parameter& next : order) {
    const auto ready = std::ranges::find_if(parameter_info(), [&](const ParameterInfo& info) {
      const auto i = static_cast<std::size_t>(info.id);
      return !placed[i] && waits_for(axes[i], placed) == nullptr;
    });
    if (ready == parameter_info().end()) report_cycle(axes, placed);
    next = ready->id;
    placed[static_cast<std::size_t>(next)] = true;
  }
  return order;
}

std::vector<Parameter> referred_to(const Axes& axes, const Axis& axis) {
  std::vector<Parameter> wanted{axis.parameter};
  std::vector<Parameter> outer;
  const auto order = loop_order(axes);
  // Outward from the axis itself: what stands further in refers to what stands further out.
  for (std::size_t level = order.size(); level-- > 0;) {
    const bool is_referred_to =
        std::ranges::any_of(wanted, [&](Parameter p) { return axes[static_cast<std::size_t>(p)].refers_to(order[level]); });
    if (!is_referred_to) continue;
    wanted.push_back(order[level]);
    outer.insert(outer.begin(), order[level]);
  }
  return outer;
}

}  // namespace qbatt
