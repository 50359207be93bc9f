#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "qbatt/sweep.hpp"

namespace qbatt {

/// "--omega-b"
std::string option_name(Parameter parameter);

/// The values that a parameter may have, in words: "a finite number greater than 0", "spins or boson".
std::string accepted_values(const ParameterInfo& info);

/// What becomes of a value of a whole parameter that a link, lin: or log: gives: it is rounded half away from zero, and stays
/// within what converts to int64 and back without loss, far outside of every accepted range.
double nearest_whole(double value);

/// A number of an axis: a sum of other parameters, each times its factor, and the offset; the offset alone where it is no link.
struct Term {
  std::bitset<parameter_count> references;        ///< parameters that are named, whatever their factors add up to
  std::array<double, parameter_count> factors{};  ///< 0 for the others
  double offset = 0;

  /// The number itself, or the value of a parameter.
  static Term number(double value) { return {.references = {}, .factors = {}, .offset = value}; }
  static Term of(Parameter parameter);

  [[nodiscard]] bool linked() const { return references.any(); }
  [[nodiscard]] bool refers_to(Parameter parameter) const { return references[static_cast<std::size_t>(parameter)]; }
  [[nodiscard]] double factor(Parameter parameter) const { return factors[static_cast<std::size_t>(parameter)]; }
  [[nodiscard]] double value(const ParameterValues& values) const;
};

/// One part of an axis between commas.
struct AxisItem {
  enum class Kind { value, range, linear, logarithmic };
  Kind kind = Kind::value;
  Term start;              ///< the value itself for Kind::value
  Term stop;               ///< all but Kind::value
  double step = 1;         ///< Kind::range
  std::int64_t count = 1;  ///< Kind::linear and Kind::logarithmic

  /// Whether its values are numbers that are typed, or steps from one: no link, lin: or log:.
  [[nodiscard]] bool typed() const;
};

/// Which values of an axis are whole numbers: none, all, or those where the charger is in a Dicke or Fock state.
enum class Whole { never, always, dicke };

/// What one option says.
struct Axis {
  Parameter parameter{};
  std::vector<AxisItem> items;
  std::string_view text;  ///< as written, for messages; it must outlive the axis
  Whole whole = Whole::never;
  /// What it says in the place of `items` where the charger has no spins, as a boson; empty where that makes no difference.
  std::vector<AxisItem> items_of_boson = {};

  [[nodiscard]] bool refers_to(Parameter other) const;
  /// Whether its values depend on those of other axes.
  [[nodiscard]] bool linked() const;
  /// One value, a number or a link.
  [[nodiscard]] bool single() const { return items.size() == 1 && items[0].kind == AxisItem::Kind::value; }

  /// What holds for the values of the charger and of its state.
  [[nodiscard]] const std::vector<AxisItem>& items_for(const ParameterValues& values) const;
  [[nodiscard]] bool whole_for(const ParameterValues& values) const;
};

/// Throws InputError naming the option, the text and what is accepted. On a whole parameter numbers must be whole, but for those of
/// lin: and log:, which are rounded as the values of links are.
Axis parse_axis(Parameter parameter, std::string_view text);
/// The same, saying which values are whole.
Axis parse_axis(Parameter parameter, std::string_view text, Whole whole);

/// The axis written anew: equal for axes that say the same in other letters, such as 1e1 and 10, 1:5:1 and 1:5, 1*nb+0 and nb.
std::string canonical_text(const Axis& axis);

}  // namespace qbatt
