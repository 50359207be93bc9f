#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sweep/axis.hpp"
#include "sweep/spacing.hpp"

namespace qbatt {

/// An item of an axis with its links evaluated: `count` ascending numbers, each computed when it is asked for.
struct Progression {
  AxisItem::Kind kind = AxisItem::Kind::value;
  bool whole = false;  ///< round half away from zero
  bool drops = false;  ///< of a whole parameter and not typed but of a link, lin: or log:
  double start = 0;
  double stop = 0;
  double step = 1;
  std::int64_t count = 1;
  std::optional<DecimalSteps> decimal = {};  ///< of a range whose steps are not whole

  /// Number i before it is rounded.
  [[nodiscard]] double exact(std::int64_t i) const;
  [[nodiscard]] double at(std::int64_t i) const;
};

/// Whether values of the axis may be left out as they repeat others: of a whole parameter those of links, lin: and log:. `items`:
/// of the axis, those that hold.
bool drops_repeats(const std::vector<AxisItem>& items, bool whole);
/// Whether they do for some charger.
bool may_drop_repeats(const Axis& axis);

/// Whether sums and products of such a number with whole ones are exact, so that rounding does not depend on where they stand.
bool is_dyadic(double number);

/// How many steps a range makes that is so many steps long.
double range_steps(double length);

/// The values of an axis as a function of their number. What is typed is there as often as it is typed; of a whole parameter what
/// links, lin: and log: give is left out where it is typed too, or was there before. Nothing is expanded unless values repeat in a
/// way that only a look at each tells: lin:1:4:1e9 on a whole parameter is four numbers in a row.
class AxisValues {
public:
  /// The least and the largest of some values.
  struct Bounds {
    double low;
    double high;
  };

  /// Evaluates the links. Throws InputError for a descending range, a logarithm of what is not positive, more than max_combinations
  /// values, and more than a million of which only a look at each tells whether it repeats another.
  void resolve(const Axis& axis, const ParameterValues& values);

  /// How many values there are, at least 1.
  [[nodiscard]] std::int64_t size() const { return pieces_.back().end; }
  /// How many more there would be if none had been left out.
  [[nodiscard]] std::int64_t repeated() const { return repeated_; }
  /// How many values are not whole before they are rounded, those left out included. Looks at no more than `budget` values, and
  /// takes them from it.
  [[nodiscard]] std::int64_t rounded(std::int64_t& budget) const;
  /// Value number i, 0 <= i < size().
  [[nodiscard]] double value(std::int64_t i) const;
  /// Of the values number first, ..., last - 1.
  [[nodiscard]] Bounds bounds(std::int64_t first, std::int64_t last) const;

private:
  /// A run of ascending values: of a progression from one of its numbers on, consecutive whole numbers, or a list.
  struct Piece {
    enum class Kind { spaced, consecutive, listed };
    Kind kind = Kind::spaced;
    std::int64_t begin = 0;  // number of its first value
    std::int64_t end = 0;
    Progression spacing;      // Kind::spaced; start alone for Kind::consecutive
    std::int64_t offset = 0;  // Kind::spaced: the number in the progression of its first value
    std::size_t first = 0;    // Kind::listed: in list_
    [[nodiscard]] double value(std::int64_t i, const std::vector<double>& list) const;
  };

  [[nodiscard]] const Piece& piece_of(std::int64_t i) const;
  void add(Piece piece, std::int64_t count);
  void add_spaced(const Progression& item, std::int64_t first, std::int64_t last);
  void add_to_list(double value);
  void add_rounded(const Axis& axis, const Progression& item);
  void list_distinct(const Axis& axis);

  std::vector<Progression> items_;
  std::vector<Piece> pieces_;
  std::vector<double> list_;
  std::int64_t repeated_ = 0;
};

}  // namespace qbatt
