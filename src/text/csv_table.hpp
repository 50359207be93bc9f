#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace qbatt {

/// The fields of a line of CSV, without blanks around them and without quotes, in which spreadsheets put names: numbers and names
/// hold neither commas nor quotes.
std::vector<std::string_view> csv_fields(std::string_view line);

/// The columns called `names` of a CSV file with a header, as numbers; "nan" and "inf" are read too.
/// Throws FileError where the file cannot be read, and InputError naming line and column where a column is missing or holds
/// something else than numbers.
std::vector<std::vector<double>> read_csv_columns(const std::string& path, const std::vector<std::string>& names);

}  // namespace qbatt
