#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "io/result_writer.hpp"
#include "io/results_columns.hpp"
#include "qbatt/columns.hpp"
#include "qbatt/solve.hpp"
#include "qbatt/sweep.hpp"

namespace qbatt::python {

/// Texts out of a few: the word of each code.
struct Words {
  std::vector<std::int8_t> codes;
  std::vector<std::string> words;
};

/// An array over some of the dimensions of a data set, in their order, the last fastest.
struct Variable {
  std::string name;
  std::vector<std::string> dimensions;
  CfLabel label;
  std::variant<std::vector<double>, std::vector<std::int64_t>, Words> values;  ///< where there is nothing: NaN, absent, word 0
  bool is_coordinate = false;
};

/// What whole numbers are where there is no system.
inline constexpr std::int64_t absent = -1;

/// The results of a plan as arrays over its grid.
struct Dataset {
  std::vector<SweepGrid::Dimension> dimensions;
  std::vector<Variable> variables;
};

/// The parameters as coordinates over the grid.
std::vector<Variable> coordinates_of(const SweepGrid& grid);

/// The coordinate of the dimension `time`, in the unit that the times were asked for in.
Variable time_coordinate(const TimeGrid& times);

/// Throws InputError where the results over so many cells do not fit into the memory of the machine.
void check_size(double cells, const ResultsLayout& layout, std::int64_t most_levels);

/// Puts each row into the cell that it has in the grid of its plan, with its time series and populations. Chunks come in the order
/// of the rows. Cells that no row has are NaN, absent, and have the status "invalid".
///
///     (grid)            every column of a row but the parameters, which are coordinates
///     (grid, time)      t and each series
///     (grid, time, k)   populations, NaN beyond the levels of a system
class DatasetWriter : public ResultWriter {
public:
  /// `times`: what the grid of times is made of, where there is one.
  DatasetWriter(const SweepPlan& plan, ResultsLayout layout, const std::optional<TimeGrid>& times);

  void write(std::size_t part, const Table& chunk) override;
  void finish(std::size_t) override {}

  /// How the rows are, and what became of the first that failed, in words.
  [[nodiscard]] const RowTally& tally() const { return tally_; }
  [[nodiscard]] const std::string& first_failure() const { return first_failure_; }

  Dataset take() { return std::move(dataset_); }

private:
  void add_columns();
  void add_times(const TimeGrid& times);
  Variable& add(std::string name, std::vector<std::string> dimensions, const PlotLabel& label);
  void write_rows(std::span<const Row> rows, std::span<const std::size_t> cells);
  void write_series(const Table& chunk);

  SweepGrid grid_;
  std::vector<const Column*> columns_;  // that are variables
  std::function<std::int64_t()> next_cell_;
  std::size_t grid_cells_;
  std::size_t times_ = 0;
  std::size_t levels_;  // of the largest system
  ResultsLayout layout_;
  std::vector<std::string> grid_dimensions_;
  Dataset dataset_;
  std::size_t first_column_ = 0;    // of dataset_.variables; behind the coordinates
  std::size_t first_series_ = 0;    // t, then the series, then the populations
  std::vector<std::size_t> cells_;  // of the chunk's rows
  RowTally tally_;
  std::string first_failure_;
};

}  // namespace qbatt::python
