#include "cli/help.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

#include "text/paragraphs.hpp"

namespace qbatt::cli {
namespace {

/// Lines that are read with ease are no longer, however wide the terminal is.
constexpr std::size_t widest = 100;

class HelpText {
public:
  explicit HelpText(std::size_t columns) : columns_(std::min(columns, widest)) {}

  void add_line(std::string_view line) { text_.append(line).append("\n"); }

  void add_text(std::string_view words) {
    for (const std::string& line : wrapped(words, columns_)) add_line(line);
  }

  // A name in the left column, and what is said of it in the right one; below the name where that leaves too little room.
  void add_entry(const std::string& name, std::initializer_list<std::string_view> sayings) {
    constexpr std::size_t narrow = 60;
    const bool below = columns_ < narrow;
    const std::size_t indent = below ? 6 : 28;
    std::string label = "  " + name;
    bool fits = !below && label.size() + 2 <= indent;
    for (const std::string_view saying : sayings) {
      for (const std::string& line : wrapped(saying, columns_ - indent)) {
        if (!fits && !label.empty()) add_line(std::exchange(label, ""));
        fits = true;
        add_line(fmt::format("{:<{}}{}", std::exchange(label, ""), indent, line));
      }
    }
    if (!label.empty()) add_line(label);
  }

  void add_footer(std::string_view footer) {
    for (const Paragraph& paragraph : paragraphs(footer)) {
      if (paragraph.spaced) add_line("");
      if (paragraph.verbatim)
        add_command(paragraph.text);
      else
        add_text(paragraph.text);
    }
  }

  [[nodiscard]] const std::string& text() const { return text_; }

private:
  void add_command(std::string_view command) {
    std::string_view indent = "  ";
    for (const std::string& line : wrapped_command(command, columns_ - 6)) {
      add_line(fmt::format("{}{}", indent, line));
      indent = "      ";
    }
  }

  std::size_t columns_;
  std::string text_;
};

std::string label_of(const DescribedOption& option) {
  const std::string names = fmt::format("{}", fmt::join(option.names, ","));
  return names + (names.empty() || option.type.empty() ? "" : " ") + option.type;
}

void add_options(HelpText& help, const std::vector<DescribedOption>& options) {
  std::vector<std::string> groups;
  for (const DescribedOption& option : options) {
    const std::string group = option.is_argument() ? "Arguments" : option.group;
    if (std::ranges::find(groups, group) == groups.end()) groups.push_back(group);
  }
  for (const std::string& group : groups) {
    help.add_line("");
    help.add_line(group + ":");
    for (const DescribedOption& option : options)
      if ((option.is_argument() ? "Arguments" : option.group) == group)
        help.add_entry(label_of(option), {option.help, default_and_example(option)});
  }
}

}  // namespace

std::string default_and_example(const DescribedOption& option) {
  std::string by_default = option.by_default.empty() ? "" : "default: " + option.by_default;
  if (option.example.empty()) return by_default;
  return fmt::format("{}{}example: {} {}", by_default, by_default.empty() ? "" : "; ", fmt::join(option.names, ","),
                     option.example);
}

std::string usage_of(const CommandLine& command, const Listing& listing) {
  const std::string& program = listing.program->get_name();
  if (&command == listing.program) return program + " COMMAND [OPTIONS]";
  std::string usage = fmt::format("{} {} [OPTIONS]", program, command.get_name());
  for (const DescribedOption& option : command.described())
    if (option.is_argument()) usage += " " + option.type;
  return usage;
}

std::string help_text(const CommandLine& command, const Listing& listing, std::size_t columns) {
  HelpText help(columns);
  help.add_text(command.get_description());
  help.add_text("Usage: " + usage_of(command, listing));
  if (&command == listing.program) {
    help.add_line("\nCommands:");
    for (const CommandLine* each : listing.commands) help.add_entry(each->get_name(), {each->get_description()});
  }
  add_options(help, command.described());
  help.add_line("");
  help.add_footer(command.get_footer());
  return help.text();
}

}  // namespace qbatt::cli
