#include "cli/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "text/paragraphs.hpp"

namespace qbatt::cli {
namespace {

std::vector<std::string> names_of(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  return names;
}

// Without the line ends of whoever typed it.
std::string running_text(const std::string& text) {
  return fmt::format("{}", fmt::join(wrapped(text, text.size()), " "));
}

}  // namespace

DescribedOption::Values DescribedOption::values() const {
  if (type.empty()) return Values::none;
  if (!choices.empty()) return several ? Values::list_of_names : Values::names;
  if (type.starts_with("FILE")) return Values::file;
  return type == "FOLDER" ? Values::folder : Values::text;
}

void CommandLine::remember(const CLI::Option* option, const OptionInfo& info) {
  kept_[option] = {std::string(info.example), {info.choices.begin(), info.choices.end()}, info.several};
}

std::vector<DescribedOption> CommandLine::described() const {
  std::vector<DescribedOption> all;
  for (const CLI::Option* option : get_options()) {
    DescribedOption described{.names = names_of(*option),
                              .type = option->get_option_text(),
                              .help = running_text(option->get_description()),
                              .by_default = option->get_default_str(),
                              .example = {},
                              .choices = {},
                              .several = false,
                              .group = option->get_group()};
    if (const auto kept = kept_.find(option); kept != kept_.end()) {
      described.example = kept->second.example;
      described.choices = kept->second.choices;
      described.several = kept->second.several;
    }
    all.push_back(std::move(described));
  }
  std::stable_partition(all.begin(), all.end(), std::mem_fn(&DescribedOption::is_argument));
  return all;
}

}  // namespace qbatt::cli
