#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace qbatt {

/// `text` in lines of at most `width` columns, broken at blanks, and behind the commas of a list that is longer than a line. What
/// is longer still has a line of its own. A column is a character of UTF-8. Line ends in `text` are blanks.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// A command of a shell in such lines, broken at blanks alone, all but the last with a backslash at the end, so that it can be
/// copied as it is.
std::vector<std::string> wrapped_command(std::string_view command, std::size_t width);

/// A piece of running text with line ends where it was typed: a paragraph, or one line that is shown as it is.
struct Paragraph {
  bool verbatim = false;  ///< it was indented, as commands are
  std::string text;       ///< on one line, without blanks at its ends
  bool spaced = false;    ///< an empty line stands before it
};

/// The paragraphs of `text`: one ends at an empty line and at a line that is indented; each indented line is one of its own.
std::vector<Paragraph> paragraphs(std::string_view text);

}  // namespace qbatt
