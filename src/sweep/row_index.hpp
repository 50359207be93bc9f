#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "qbatt/sweep.hpp"
#include "sweep/odometer.hpp"

namespace qbatt {

/// Where the rows of a sweep over axes lie among its combinations. What is kept does not grow with the number of rows.
struct RowIndex {
  /// Rows that follow one another. `whole`: all combinations from the first are rows, each value of the wheel of `level` standing
  /// for the same number of them.
  struct Stretch {
    std::int64_t first_row = 0;
    Places places{};
    std::size_t level = 0;
    std::int64_t rows_of_a_value = 1;
    bool whole = true;
  };

  SweepSummary summary;
  std::vector<Stretch> stretches;  ///< in order, the first at row 0

  /// The number of the stretch that holds the row.
  [[nodiscard]] std::size_t stretch_of(std::int64_t row) const;
};

/// Throws for an unphysical combination; where it is empty, such combinations are dropped.
using Complain = std::function<void(const CentralSpin& system, Parameter parameter)>;

/// Looks at boxes of combinations, and cuts them in two until all or none of what they hold is physical.
///
///     --nb 1:1e9 --nc nb-3:nb+3 --skip-invalid    nb = 1, 2 and 3 one by one, the rest at once: 4 stretches of 7 10^9 rows
///
/// Throws InputError for axes that make no sense for some value of what they are linked to, for more than max_combinations, and
/// where nothing is physical; Interrupted where `planning` asks for it.
RowIndex find_rows(const Axes& axes, const Complain& complain, const Planning& planning);

/// Reads the rows in order, and from any row on.
class RowReader {
public:
  /// Both must outlive the reader.
  RowReader(const Axes& axes, const RowIndex& index) : index_(index), odometer_(axes) {}

  /// nullopt behind the last row.
  std::optional<CentralSpin> next();
  void skip(std::int64_t count);

  /// The wheels at a row, 0 <= row < the number of rows.
  const Odometer& at(std::int64_t row);

private:
  void enter(std::size_t stretch);
  void step();

  const RowIndex& index_;
  Odometer odometer_;
  std::size_t stretch_ = 0;
  std::int64_t row_ = -1;  // where the odometer stands; none before the first
  std::int64_t next_ = 0;
};

}  // namespace qbatt
