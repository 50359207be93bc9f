#include "text/paragraphs.hpp"

#include <algorithm>
#include <utility>

#include "text/text.hpp"

namespace qbatt {
namespace {

// Every character of UTF-8 has one byte that is no continuation of another.
std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::vector<std::string_view> words_of(std::string_view text) {
  constexpr std::string_view blanks = " \n";
  std::vector<std::string_view> words;
  for (std::size_t begin = text.find_first_not_of(blanks); begin != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(blanks, begin), text.size());
    words.push_back(text.substr(begin, end - begin));
    begin = text.find_first_not_of(blanks, end);
  }
  return words;
}

/// Lines that are filled word by word.
class Filling {
public:
  explicit Filling(std::size_t width) : width_(width) {}

  // `blank`: " ", or nothing where the word goes on with the last one.
  void add(std::string_view word, std::string_view blank) {
    const std::size_t columns = columns_of(word);
    if (lines_.empty() || used_ + blank.size() + columns > width_) {
      lines_.emplace_back(word);
      used_ = columns;
    } else {
      lines_.back().append(blank).append(word);
      used_ += blank.size() + columns;
    }
  }

  std::vector<std::string> take() && { return std::move(lines_); }

private:
  std::size_t width_;
  std::size_t used_ = 0;
  std::vector<std::string> lines_;
};

// A list that is longer than a line, item by item, each with its comma.
void add_list(Filling& lines, std::string_view list) {
  std::string_view blank = " ";
  while (!list.empty()) {
    const std::size_t end = list.find(',') == std::string_view::npos ? list.size() : list.find(',') + 1;
    lines.add(list.substr(0, end), blank);
    list.remove_prefix(end);
    blank = "";
  }
}

}  // namespace

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  Filling lines(width);
  for (const std::string_view word : words_of(text))
    if (columns_of(word) > width)
      add_list(lines, word);
    else
      lines.add(word, " ");
  return std::move(lines).take();
}

std::vector<std::string> wrapped_command(std::string_view command, std::size_t width) {
  constexpr std::string_view continued = " \\";
  if (columns_of(command) <= width) return {std::string(command)};
  Filling filling(width - std::min(width, continued.size()));
  for (const std::string_view word : words_of(command)) filling.add(word, " ");
  std::vector<std::string> lines = std::move(filling).take();
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) lines[i] += continued;
  return lines;
}

std::vector<Paragraph> paragraphs(std::string_view text) {
  std::vector<Paragraph> all;
  bool spaced = false;
  bool open = false;  // the last paragraph may go on
  for (const std::string_view line : split(text, '\n')) {
    const std::string_view words = trimmed(line);
    if (words.empty()) {
      spaced = true;
      open = false;
      continue;
    }
    const bool verbatim = line.starts_with("  ");
    if (open && !verbatim)
      all.back().text.append(" ").append(words);
    else
      all.push_back({verbatim, std::string(words), spaced});
    open = !verbatim;
    spaced = false;
  }
  return all;
}

}  // namespace qbatt
