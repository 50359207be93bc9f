#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace qbatt::test {

/// A CSV text with one header line, as qbatt writes it: no quotes, every line as long as the header. Whatever breaks these rules
/// throws std::runtime_error naming the line.
class Csv {
public:
  explicit Csv(std::string_view text);

  [[nodiscard]] const std::vector<std::string>& header() const { return header_; }
  [[nodiscard]] std::size_t rows() const { return rows_.size(); }
  [[nodiscard]] bool has(std::string_view column) const;
  [[nodiscard]] const std::string& text(std::size_t row, std::string_view column) const;

  /// The field as a double; throws unless the whole field is one number. "nan" is a number here.
  [[nodiscard]] double number(std::size_t row, std::string_view column) const;

  /// All of a column as doubles.
  [[nodiscard]] std::vector<double> numbers(std::string_view column) const;

private:
  [[nodiscard]] std::size_t index(std::string_view column) const;

  std::vector<std::string> header_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace qbatt::test
