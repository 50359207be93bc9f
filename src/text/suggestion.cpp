#include "text/suggestion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstddef>

#include "text/text.hpp"

namespace qbatt {
namespace {

// What is compared: without dashes, underscores and capitals.
std::string letters_of(std::string_view word) {
  std::string letters;
  for (const char c : word)
    if (c != '-' && c != '_') letters += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return letters;
}

// The least number of letters that are to be inserted, removed, replaced or swapped with their neighbor to make `b` of `a`, row by
// row of the usual table: rows[2][j] is the distance of the first i letters of `a` to the first j of `b`.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> rows(3, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t j = 0; j <= b.size(); ++j) rows[2][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::rotate(rows.begin(), rows.begin() + 1, rows.end());
    rows[2][0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = rows[1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      rows[2][j] = std::min({replaced, rows[1][j] + 1, rows[2][j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) rows[2][j] = std::min(rows[2][j], rows[0][j - 2] + 1);
    }
  }
  return rows[2][b.size()];
}

bool is_short_option(std::string_view name) {
  return name.size() == 2 && name[0] == '-' && name[1] != '-';
}

// How far a name is from what was written; infinite where it is not near. Steps of 1000 keep the kinds of nearness apart.
constexpr std::size_t infinite = ~std::size_t{0};
std::size_t distance(std::string_view word, std::string_view name) {
  const std::string written = letters_of(word);
  const std::string meant = letters_of(name);
  if (written.empty() || meant.empty()) return infinite;
  if (written == meant) return 0;
  const std::size_t edits = edit_distance(written, meant);
  const bool more_is_right_than_wrong = edits < std::min(written.size(), meant.size());
  if (more_is_right_than_wrong && edits <= (std::max(written.size(), meant.size()) + 1) / 3) return edits;
  if (written.size() > 1 && meant.starts_with(written)) return 1000 + meant.size();
  const bool is_name = meant.size() > 1 || is_short_option(name);
  if (is_name && written.starts_with(meant)) return 2000 + written.size() - meant.size();
  return infinite;
}

}  // namespace

std::optional<std::string> nearest_name(std::string_view word, const std::vector<std::string>& names) {
  constexpr std::size_t longest = 100;  // what is longer was not meant to be a name
  std::optional<std::string> nearest;
  std::size_t least = infinite;
  for (const std::string& name : names) {
    const std::size_t here = word.size() <= longest ? distance(word, name) : infinite;
    if (here >= least) continue;
    least = here;
    nearest = name;
  }
  return nearest;
}

std::string accepted_names(std::string_view word, const std::vector<std::string>& names, std::string_view lead) {
  std::string all = fmt::format("{} {}", lead, fmt::join(names, ", "));
  const std::optional<std::string> nearest = nearest_name(word, names);
  if (!nearest) return all;
  std::string sentence = all;
  sentence[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(sentence[0])));
  return fmt::format("did you mean {}? {}", in_quotes(*nearest), sentence);
}

}  // namespace qbatt
