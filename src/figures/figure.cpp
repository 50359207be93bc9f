#include "figures/figure.hpp"

#include <fmt/format.h>

#include "io/csv.hpp"

namespace qbatt::figures {

std::string lines_of(const FigureTable& table, char separator) {
  std::string text;
  for (const std::vector<double>& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) text += separator;
      append_number(text, row[i]);
    }
    text += '\n';
  }
  return text;
}

std::vector<KeyEntry> key_of_sizes(std::string_view symbol, std::initializer_list<int> sizes) {
  std::vector<KeyEntry> key{{.title = fmt::format("{} =", symbol)}};
  for (const int n : sizes) key.push_back({.title = std::to_string(n), .line = fmt::format("lt L({})", n)});
  return key;
}

}  // namespace qbatt::figures
