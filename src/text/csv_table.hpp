#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

namespace qbatt {

/// The rows of a table as users write them: fields separated by commas, semicolons or tabs, whichever stands in the first row,
/// without blanks around them and without quotes, in which spreadsheets put names; numbers and names hold neither separators nor
/// quotes. Blank lines and lines that begin with # are passed over.
class TableRows {
public:
  /// `name`: of the file in messages, behind the option that names it, if any. All of them must outlive the object.
  TableRows(std::istream& in, const std::string& name, std::string_view option = {}) : in_(in), name_(name), option_(option) {}

  /// To the next row; false behind the last. Throws FileError where reading fails.
  bool next();
  /// Of the row, up to the next call.
  [[nodiscard]] const std::vector<std::string_view>& fields() const { return fields_; }
  /// The number of its line, from 1; the last line behind the last row.
  [[nodiscard]] std::int64_t line() const { return line_number_; }

private:
  std::istream& in_;
  const std::string& name_;
  std::string_view option_;
  std::string line_;
  std::int64_t line_number_ = 0;
  char separator_ = 0;  // 0: not known yet
  std::vector<std::string_view> fields_;
};

/// A column of numbers, or of words, whose values are the places of its cells among these.
struct CsvColumn {
  std::vector<double> values = {};
  std::vector<std::string> words = {};  ///< each once, in the order of the rows; empty for numbers
};

/// The columns called `names` of a CSV file with a header, or of such a table on the standard input where `path` is "-". "nan" and
/// "inf" are numbers; where the first cell is a word, all are. Behind them those of `if_there`, empty where the header lacks them.
/// Throws FileError where the file cannot be read, and InputError naming line and column where a column is missing or holds
/// something else than numbers behind a number.
std::vector<CsvColumn> read_csv_columns(const std::string& path, const std::vector<std::string>& names,
                                        const std::vector<std::string>& if_there = {});

}  // namespace qbatt
