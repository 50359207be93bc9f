#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace qbatt::figures {

/// Numbers under names: one CSV file, and a data block of the same name for gnuplot. A NaN leaves a cell open.
struct FigureTable {
  std::string name;  ///< of the file, without .csv
  std::vector<std::string> columns;
  std::vector<std::vector<double>> rows;
};

/// Its rows, a line each; numbers read back exactly.
std::string lines_of(const FigureTable& table, char separator);

/// A line of a key: how gnuplot draws line and mark, either of which may be missing, and what they mean, in enhanced text.
struct KeyEntry {
  std::string title;
  std::string line = {};  ///< "lt 3"
  std::string mark = {};  ///< "lt 3 pt 7"
};

/// The key of a family of sizes: the symbol of the size, then a number in the line type of each, L(n) in gnuplot.
std::vector<KeyEntry> key_of_sizes(std::string_view symbol, std::initializer_list<int> sizes);

struct Figure {
  std::string name;  ///< of the pictures, without .svg, .pdf and .png
  std::vector<FigureTable> tables;
  /// One a panel: gnuplot commands behind what script_of() sets for all of them. The table `name` is the data block $name, its
  /// columns numbered from 1 and separated by spaces. Empty: tables alone.
  std::vector<std::string> panels = {};
  /// Above the panels; empty: each panel sets its own, if any.
  std::vector<KeyEntry> key = {};
  double panel_shape = 0.62;  ///< height to width of the inside of a panel
  double right_margin = 15;   ///< of a panel, in points
  /// What is worth reading without the picture, in lines of text; may be empty.
  std::string summary = {};
};

}  // namespace qbatt::figures
