#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace qbatt {

/// `text` with control characters as "?".
std::string one_line(std::string_view text);

/// `text` in backquotes, fit for a message of one line: control characters become "?", long text is cut.
std::string in_quotes(std::string_view text);

/// `text` as one word of a POSIX shell: in single quotes.
std::string in_shell_quotes(std::string_view text);

/// `text` without blanks and line ends at either end.
std::string_view trimmed(std::string_view text);

/// The parts between separators; n separators make n + 1 parts, empty ones included.
std::vector<std::string_view> split(std::string_view text, char separator);

/// "1 system", "2 systems": a count with its noun, whose plural ends in s.
std::string counted(std::int64_t count, std::string_view noun);

/// "a, b or c"
std::string alternatives(const std::vector<std::string>& words);

/// "a, b, c"
template <typename Range, typename Name>
std::string listed(const Range& range, const Name& name) {
  std::string list;
  for (const auto& element : range) {
    if (!list.empty()) list += ", ";
    list += name(element);
  }
  return list;
}

}  // namespace qbatt
