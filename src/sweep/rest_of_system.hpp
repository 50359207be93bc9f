#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "qbatt/sweep.hpp"
#include "sweep/axis.hpp"

namespace qbatt {

/// What the columns of a table of systems leave out: a constant, a number or a link, or the default.
class RestOfSystem {
public:
  /// `with`: what the constants stand beside, for messages. Throws InputError naming the option for a constant that is an axis.
  /// `constants` must outlive the object.
  RestOfSystem(const std::array<bool, parameter_count>& is_column, const AxisTexts& constants, std::string_view with);

  /// Sets what no column gives.
  void complete(ParameterValues& values);

  /// Whether the values of a parameter are whole in every row.
  [[nodiscard]] bool whole(Parameter parameter) const { return whole_[static_cast<std::size_t>(parameter)]; }

  /// Whether the charger of a row may be a boson, which has no n_c.
  [[nodiscard]] bool may_be_boson() const { return may_be_boson_; }

  /// Values of whole parameters that links gave so far and that were not whole.
  [[nodiscard]] std::int64_t rounded() const { return rounded_; }

private:
  std::vector<Axis> axes_;  // in the order of evaluation
  std::array<bool, parameter_count> whole_{};
  bool may_be_boson_ = false;
  std::int64_t rounded_ = 0;
};

/// "`n_C` is not a column of systems: it must be one of …, did you mean …?"
std::string not_a_column(std::string_view name);

/// The parameter whose column is called `name`; null for a column of results, which is passed over. Throws nothing.
const ParameterInfo* parameter_of_column(std::string_view name);

/// Whether results have a column of this name.
bool is_result_column(std::string_view name);

/// Throws InputError naming the option: a parameter has a column of `table` and a constant too.
[[noreturn]] void reject_constant(const ParameterInfo& info, std::string_view table);

}  // namespace qbatt
