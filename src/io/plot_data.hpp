#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "io/plot.hpp"
#include "io/plot_text.hpp"

namespace qbatt {

/// What is drawn of an expression, row by row.
struct PlotColumn {
  std::string name;    ///< as the user wrote it: "entropy_opt/n_b"
  std::string symbol;  ///< enhanced text; empty where there is none
  PlotText words;      ///< what the file says of it; empty for a ratio of two that have symbols
  std::string units;   ///< plain text; "1": a pure number
  std::vector<double> values;
  std::vector<std::string> meanings = {};  ///< that values number, of a column of words

  /// A value as it stands in the file.
  [[nodiscard]] std::string in_words(double value) const;
  /// Those that occur: "1, 2, 3 … 99, 100" where there are many.
  [[nodiscard]] std::string some_values() const;
  /// Words, symbol and unit.
  [[nodiscard]] PlotText label() const;
  /// The symbol, or where there is none the words.
  [[nodiscard]] PlotText short_label() const;
};

struct PlotData {
  PlotColumn x;
  std::vector<PlotColumn> y;
  std::vector<PlotColumn> by;      ///< one or none
  std::vector<PlotColumn> system;  ///< for a map: those columns of the systems and times that the file has
};

/// The rows that the conditions of the request leave. Throws as plot_script().
PlotData read_plot_data(const PlotRequest& request);

/// Ascending, each once, where numbers that agree to nine digits count as one, such as ratios that rounding tells apart; NaN and
/// infinity left out.
std::vector<double> distinct_values(const std::vector<double>& values);

/// Where the finite `value` stands in them.
std::size_t place_of(const std::vector<double>& distinct, double value);

}  // namespace qbatt
