#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace qbatt::figures {

/// Numbers under names: one CSV file, and a data block of the same name for gnuplot. A NaN leaves a cell open.
struct FigureTable {
  std::string name;  ///< of the file, without .csv
  std::vector<std::string> columns;
  std::vector<std::vector<double>> rows;
};

struct Figure {
  std::string name;  ///< of the pictures, without .svg and .png
  int width = 960;   ///< of the picture, in points
  int height = 600;
  std::vector<FigureTable> tables;
  /// gnuplot commands behind the style of all figures; the table `name` is the data block $name, its columns numbered from 1 and
  /// separated by spaces. Empty: tables alone.
  std::string script = {};
  /// What is worth reading without the picture, in lines of text; may be empty.
  std::string summary = {};
};

}  // namespace qbatt::figures
