#pragma once

#include <string>
#include <vector>

namespace qbatt {

/// What an axis or a legend says of a column, and its unit ("1" for a pure number).
struct PlotLabel {
  std::string text;
  std::string units;
};

/// The same in the words of the CF conventions, as attributes of a variable. Units must be such as udunits knows. Where hbar = 1,
/// energies and times are pure numbers to it, so that their unit stands in `long_name`: "charging time, in units of 1/energy".
struct CfLabel {
  std::string long_name;
  std::string units;
};
CfLabel cf_label(const PlotLabel& label);
/// The inverse; other labels stay as they are.
PlotLabel label_of_cf(const CfLabel& cf);

/// A column of a results file, with what the file says of it.
struct ResultsColumn {
  PlotLabel label;
  std::vector<double> values;
  std::vector<std::string> words = {};  ///< that values number, of a column of words
};

/// The columns called `names` of a file that qbatt wrote, and behind them those of `if_there`, empty where the file lacks them or
/// they have times or levels that no column of `names` has; all others are of one length, in the format that its name tells: of a
/// CSV file, whose names qbatt knows, or of a netCDF file with its own long_name and units. There a variable of the systems alone
/// repeats at each time (and for each level) where another one has times (and levels). Throws FileError where the file cannot be
/// read, and InputError where a column is missing or holds something else than numbers, or words from its first row on.
std::vector<ResultsColumn> read_results_columns(const std::string& path, const std::vector<std::string>& names,
                                                const std::vector<std::string>& if_there = {});

/// What is known of a column of a CSV file by its name.
PlotLabel known_label(const std::string& name);

}  // namespace qbatt
