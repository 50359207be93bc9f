#include "cli/man_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>
#include <vector>

#include "cli/help.hpp"
#include "qbatt/version.hpp"
#include "text/paragraphs.hpp"

namespace qbatt::cli {
namespace {

constexpr std::array exit_codes{
    std::pair{"0", "every row is ok, no-peak or window-end"},
    std::pair{"1", "some rows are inaccurate or failed: see the columns status and error_bound"},
    std::pair{"2", "bad usage or input"},
    std::pair{"3", "a file could not be read or written"},
    std::pair{"4", "the backend or device that was asked for is not there"},
    std::pair{"130", "interrupted; finished chunks of a sweep are kept"},
};

// Text for troff: a backslash and a dash are written out, and a line must not begin with a control character.
std::string troff(std::string_view text) {
  std::string result;
  for (const char c : text)
    if (c == '\\')
      result += "\\e";
    else if (c == '-')
      result += "\\-";
    else
      result += c;
  return result.starts_with('.') || result.starts_with('\'') ? "\\&" + result : result;
}

std::string line(std::string_view text) {
  return troff(text) + "\n";
}

std::string in_capitals(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

std::string with_capital(std::string text) {
  if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

std::string sentence(std::string text) {
  text = with_capital(std::move(text));
  if (!text.empty() && text.back() != '.') text += '.';
  return text;
}

// A description in NAME has neither a capital nor a full stop.
std::string phrase(std::string text) {
  const bool word = text.size() > 1 && std::isupper(static_cast<unsigned char>(text[1])) == 0;
  if (word) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  while (text.ends_with('.')) text.pop_back();
  return text;
}

std::string entry(const DescribedOption& option) {
  std::string names;
  for (const std::string& name : option.names) names += fmt::format("{}\\fB{}\\fR", names.empty() ? "" : ", ", troff(name));
  const std::string type = option.type.empty() ? "" : fmt::format("\\fI{}\\fR", troff(option.type));
  std::string text =
      fmt::format(".TP\n{}{}{}\n{}", names, names.empty() || type.empty() ? "" : " ", type, line(sentence(option.help)));
  const std::string more = default_and_example(option);
  if (!more.empty()) text += ".br\n" + line(with_capital(more));
  return text;
}

std::string options(const CommandLine& command) {
  const std::vector<DescribedOption> all = command.described();
  std::string text;
  std::string group;
  if (std::ranges::any_of(all, &DescribedOption::is_argument)) text += ".SH ARGUMENTS\n";
  for (const DescribedOption& option : all)
    if (option.is_argument()) text += entry(option);
  text += ".SH OPTIONS\n";
  std::vector<std::string> groups;
  for (const DescribedOption& option : all)
    if (!option.is_argument() && std::ranges::find(groups, option.group) == groups.end()) groups.push_back(option.group);
  for (const std::string& each : groups) {
    if (groups.size() > 1) text += ".SS " + line(each);
    for (const DescribedOption& option : all)
      if (!option.is_argument() && option.group == each) text += entry(option);
  }
  return text;
}

bool is_heading_of_examples(std::string_view text) {
  return text == "Example:" || text == "Examples:";
}

// The footer of the help: running text becomes NOTES, and commands EXAMPLES.
std::string footer(const CommandLine& command) {
  std::string notes;
  std::string examples;
  for (const Paragraph& paragraph : paragraphs(command.get_footer()))
    if (paragraph.verbatim)
      examples += line(paragraph.text);
    else if (!is_heading_of_examples(paragraph.text))
      notes += (notes.empty() ? "" : ".PP\n") + line(paragraph.text);
  if (!notes.empty()) notes = ".SH NOTES\n" + notes;
  if (!examples.empty()) examples = ".SH EXAMPLES\n.nf\n" + examples + ".fi\n";
  return notes + examples;
}

std::string list_of_commands(const Listing& listing) {
  std::string text = ".SH COMMANDS\n";
  for (const CommandLine* command : listing.commands)
    text += fmt::format(".TP\n\\fB{}\\fR(1)\n{}", troff(man_page_name(*command, listing)), line(command->get_description()));
  return text;
}

std::string list_of_exit_codes() {
  std::string text = ".SH EXIT STATUS\n";
  for (const auto& [code, meaning] : exit_codes) text += fmt::format(".TP\n{}\n{}", code, line(sentence(meaning)));
  return text;
}

std::string see_also(const CommandLine& command, const Listing& listing) {
  std::vector<const CommandLine*> others{listing.program};
  others.insert(others.end(), listing.commands.begin(), listing.commands.end());
  std::erase(others, &command);
  std::string text = ".SH SEE ALSO\n";
  for (std::size_t i = 0; i < others.size(); ++i) {
    const bool last = i + 1 == others.size();
    text += fmt::format(".BR {} (1){}\n", troff(man_page_name(*others[i], listing)), last ? "" : " ,");
  }
  return text;
}

}  // namespace

std::string man_page_name(const CommandLine& command, const Listing& listing) {
  const std::string& program = listing.program->get_name();
  return &command == listing.program ? program : program + "-" + command.get_name();
}

std::string man_page(const CommandLine& command, const Listing& listing) {
  const std::string name = man_page_name(command, listing);
  const bool is_program = &command == listing.program;
  std::string page =
      fmt::format(".TH {} 1 \"\" \"{} {}\" \"User Commands\"\n", troff(in_capitals(name)), listing.program->get_name(), version());
  page += fmt::format(".SH NAME\n{} \\- {}", troff(name), line(phrase(command.get_description())));
  page += ".SH SYNOPSIS\n" + line(usage_of(command, listing));
  if (is_program) page += list_of_commands(listing);
  page += options(command) + footer(command);
  if (is_program) page += list_of_exit_codes();
  return page + see_also(command, listing);
}

}  // namespace qbatt::cli
