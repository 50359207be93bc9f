#include "sweep/grid.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "qbatt/errors.hpp"
#include "sweep/axis_values.hpp"
#include "sweep/source.hpp"

namespace qbatt {
namespace {

std::string dimension_of(const Axis& axis) {
  const ParameterInfo& info = parameter_info(axis.parameter);
  if (!axis.linked()) return std::string(info.column);
  std::string name = fmt::format("{}_index", info.name);
  std::ranges::replace(name, '-', '_');
  return name;
}

/// The dimensions of axes that are not single, and the values of one axis after the other in the order of the loops.
class GridMaker {
public:
  explicit GridMaker(const Axes& axes) : axes_(axes) {}

  SweepGrid make() {
    for (const Parameter parameter : loop_order(axes_)) add(axes_[static_cast<std::size_t>(parameter)]);
    return std::move(grid_);
  }

private:
  /// What is called for every combination of the values of the axes that an axis refers to: its own values, and the number of the
  /// combination among the cells of their dimensions.
  using Visit = std::function<void(const AxisValues& values, std::int64_t outer_cell)>;

  SweepGrid::Values& values_of(Parameter parameter) { return grid_.values[static_cast<std::size_t>(parameter)]; }

  void add(const Axis& axis) {
    const std::vector<Parameter> outer = referred_to(axes_, axis);
    SweepGrid::Values& own = values_of(axis.parameter);
    for (const Parameter p : outer) {
      const auto& more = values_of(p).dimensions;
      own.dimensions.insert(own.dimensions.end(), more.begin(), more.end());
    }
    std::ranges::sort(own.dimensions);
    own.dimensions.erase(std::unique(own.dimensions.begin(), own.dimensions.end()), own.dimensions.end());
    std::int64_t outer_cells = 1;
    for (const std::size_t d : own.dimensions) outer_cells *= grid_.dimensions[d].size;

    std::int64_t most = 1;
    if (!axis.single()) {
      walk(axis, outer, own.dimensions, [&](const AxisValues& values, std::int64_t) { most = std::max(most, values.size()); });
      own.dimensions.push_back(grid_.dimensions.size());
      grid_.dimensions.push_back({dimension_of(axis), most});
      check_cells();
    }
    own.values.assign(static_cast<std::size_t>(outer_cells * most), std::numeric_limits<double>::quiet_NaN());
    const std::vector<std::size_t> outer_dimensions(own.dimensions.begin(), own.dimensions.end() - (axis.single() ? 0 : 1));
    walk(axis, outer, outer_dimensions, [&](const AxisValues& values, std::int64_t outer_cell) {
      for (std::int64_t i = 0; i < values.size(); ++i)
        own.values[static_cast<std::size_t>(outer_cell * most + i)] = values.value(i);
    });
  }

  void check_cells() const {
    double cells = 1;
    for (const SweepGrid::Dimension& dimension : grid_.dimensions) cells *= static_cast<double>(dimension.size);
    if (cells > static_cast<double>(max_combinations))
      throw InputError(fmt::format("an array over all axes has more than {} cells: split the sweep", max_combinations));
  }

  void walk(const Axis& axis, const std::vector<Parameter>& outer, const std::vector<std::size_t>& dimensions, const Visit& visit) {
    ParameterValues values{};
    std::vector<std::int64_t> places(grid_.dimensions.size(), 0);
    const std::function<void(std::size_t)> turn = [&](std::size_t level) {
      AxisValues wheel;
      wheel.resolve(level < outer.size() ? axes_[static_cast<std::size_t>(outer[level])] : axis, values);
      if (level == outer.size()) {
        std::int64_t cell = 0;
        for (const std::size_t d : dimensions) cell = cell * grid_.dimensions[d].size + places[d];
        return visit(wheel, cell);
      }
      const bool single = axes_[static_cast<std::size_t>(outer[level])].single();
      for (std::int64_t i = 0; i < wheel.size(); ++i) {
        values[static_cast<std::size_t>(outer[level])] = wheel.value(i);
        if (!single) places[values_of(outer[level]).dimensions.back()] = i;
        turn(level + 1);
      }
    };
    turn(0);
  }

  const Axes& axes_;
  SweepGrid grid_;
};

}  // namespace

std::int64_t SweepGrid::cells() const {
  std::int64_t product = 1;
  for (const Dimension& dimension : dimensions) product *= dimension.size;
  return product;
}

SweepGrid grid_of(const Axes& axes) {
  return GridMaker(axes).make();
}

SweepGrid grid_of(std::span<const CentralSpin> systems) {
  SweepGrid grid{.dimensions = {{"system", std::ssize(systems)}}, .values = {}};
  for (SweepGrid::Values& of_parameter : grid.values) of_parameter = {{0}, std::vector<double>(systems.size())};
  for (std::size_t i = 0; i < systems.size(); ++i) {
    const ParameterValues values = values_of(systems[i]);
    for (std::size_t p = 0; p < parameter_count; ++p) grid.values[p].values[i] = values[p];
  }
  return grid;
}

std::array<std::int64_t, parameter_count> strides_of(const Axes& axes, const SweepGrid& grid) {
  std::array<std::int64_t, parameter_count> strides{};
  const auto order = loop_order(axes);
  std::int64_t stride = 1;
  std::size_t dimension = grid.dimensions.size();
  for (std::size_t level = order.size(); level-- > 0;) {
    if (axes[static_cast<std::size_t>(order[level])].single()) continue;
    strides[level] = stride;
    stride *= grid.dimensions[--dimension].size;
  }
  return strides;
}

}  // namespace qbatt
