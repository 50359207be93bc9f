#include "cli/config.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "qbatt/errors.hpp"
#include "text/text.hpp"

namespace qbatt::cli {
namespace {

bool is_flag(const CLI::Option& option) {
  return option.get_items_expected_max() == 0;
}

bool takes_several(const CLI::Option& option) {
  return option.get_items_expected_max() > 1;
}

// What the option takes, each as it would stand on the command line: an array is a list with commas where it takes one value.
std::vector<std::string> values_of(const CLI::Option& option, const ConfigValue& value) {
  if (std::holds_alternative<bool>(value)) return {"true"};
  if (const auto* text = std::get_if<std::string>(&value)) return {*text};
  const auto& items = std::get<std::vector<std::string>>(value);
  if (takes_several(option)) return items;
  return {fmt::format("{}", fmt::join(items, ","))};
}

// The name without dashes: the long one where there is one.
std::string key_of(const CLI::Option& option) {
  if (!option.get_lnames().empty()) return option.get_lnames()[0];
  if (!option.get_snames().empty()) return option.get_snames()[0];
  return option.get_name();
}

}  // namespace

Config::Config(CommandLine& command) : command_(command) {
  add_option(
      command,
      {"--config", "FILE",
       "a TOML file with options as keys (nb = \"1:20\", series = [\"energy\", \"entropy\"], quiet = true); what stands on the "
       "command line wins",
       "none", "sweep.toml"},
      path_, "Configuration");
  add_switch(command, {"--print-config", "print the effective configuration as TOML and compute nothing", "off"}, print_,
             "Configuration");
}

std::vector<CLI::Option*> Config::settable() const {
  std::vector<CLI::Option*> options = command_.get_options();
  std::erase_if(options, [&](const CLI::Option* option) {
    return option == command_.get_help_ptr() || key_of(*option) == "config" || key_of(*option) == "print-config";
  });
  return options;
}

std::string Config::place(std::int64_t line) const {
  return fmt::format("{}: line {}", *path_, line);
}

CLI::Option* Config::find(const ConfigEntry& entry) const {
  const std::vector<CLI::Option*> options = settable();
  const auto found = std::ranges::find(options, entry.key, [](const CLI::Option* option) { return key_of(*option); });
  if (found == options.end()) {
    throw InputError(
        fmt::format("{}: {} is not an option of qbatt {}: {}", place(entry.line), in_quotes(entry.key), command_.get_name(),
                    accepted_names_of(
                        entry.key, options, [](const CLI::Option* option) { return key_of(*option); }, "the keys are")));
  }
  if (is_flag(**found) != std::holds_alternative<bool>(entry.value)) {
    throw InputError(fmt::format("{}: {} must be {}", place(entry.line), in_quotes(entry.key),
                                 is_flag(**found) ? "true or false" : "a number, a string, or an array of them"));
  }
  return *found;
}

void Config::apply() {
  if (!path_) return;
  for (const ConfigEntry& entry : read_config(*path_)) {
    CLI::Option* option = find(entry);
    if (option->count() > 0) continue;
    const auto* flag = std::get_if<bool>(&entry.value);
    if (flag != nullptr && !*flag) continue;
    const std::vector<std::string> values = values_of(*option, entry.value);
    if (values.empty()) continue;
    for (const std::string& value : values) option->add_result(value);
    option->run_callback();
    lines_[option] = entry.line;
  }
}

std::string Config::text() const {
  std::string text =
      fmt::format("# qbatt {}: the effective configuration; an option in a comment has its default\n", command_.get_name());
  for (const CLI::Option* option : settable()) {
    const std::string key = key_of(*option);
    if (is_flag(*option))
      text += config_line(key, option->count() > 0 && option->as<bool>());
    else if (option->count() > 0 && takes_several(*option))
      text += config_line(key, option->results());
    else if (option->count() > 0)
      text += config_line(key, fmt::format("{}", fmt::join(option->results(), ",")));  // given one by one or in a list
    else
      text += fmt::format("# {}: {}\n", key, option->get_default_str());
  }
  return text;
}

std::string Config::with_place(const InputError& error) const {
  const auto line = std::ranges::find(lines_, error.option(), [](const auto& entry) { return entry.first->get_name(); });
  return line == lines_.end() ? error.what() : fmt::format("{}: {}", place(line->second), error.what());
}

}  // namespace qbatt::cli
