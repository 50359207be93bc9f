#pragma once

#include <string>
#include <vector>

namespace qbatt {

/// The columns called `names` of a CSV file with a header, as numbers; "nan" and "inf" are read too.
/// Throws FileError where the file cannot be read, and InputError naming line and column where a column is missing or holds
/// something else than numbers.
std::vector<std::vector<double>> read_csv_columns(const std::string& path, const std::vector<std::string>& names);

}  // namespace qbatt
