#include "cli/add_options.hpp"

#include <fmt/format.h>

#include <array>

#include "options/system_options.hpp"

namespace qbatt::cli {

CLI::Option* add_option(CommandLine& command, const OptionInfo& info, OptionText& text, const std::string& group) {
  CLI::Option* option = command
                            .add_option_function<std::string>(
                                std::string(info.name), [&text](const std::string& value) { text = value; }, std::string(info.help))
                            ->option_text(std::string(info.type))
                            ->default_str(std::string(info.by_default))
                            ->group(group);
  command.remember(option, info);
  return option;
}

void add_switch(CommandLine& command, const SwitchInfo& info, bool& given, const std::string& group) {
  command.add_flag(std::string(info.name), given, std::string(info.help))->default_str(std::string(info.by_default))->group(group);
}

void add_system_options(CommandLine& command, AxisTexts& texts, bool axes) {
  for (const Parameter parameter : written_order)
    add_option(command, system_option(parameter, axes), texts[static_cast<std::size_t>(parameter)], "System");
}

void add_work_options(CommandLine& command, WorkOptions& options) {
  for (const OptionEntry<WorkOptions>& entry : work_options()) add_option(command, entry.info, options.*entry.text, "Work");
}

void add_series_options(CommandLine& command, SeriesOptions& options, const SeriesDefaults& defaults) {
  for (const OptionEntry<SeriesOptions>& entry : series_options(defaults))
    add_option(command, entry.info, options.*entry.text, "Series");
  add_switch(command, populations_switch, options.populations, "Series");
}

void add_format_option(CommandLine& command, std::string_view help, OptionText& format, std::string_view otherwise) {
  const std::array names{otherwise, std::string_view("json")};
  add_option(command, {"--format", "NAME", help, otherwise, "json", names}, format, "Output");
}

bool json_wanted(const OptionText& format, std::string_view otherwise) {
  if (!format || *format == otherwise) return false;
  if (*format == "json") return true;
  throw InputError(
      fmt::format("--format: {} is not known: {}", in_quotes(*format), accepted_names(*format, {std::string(otherwise), "json"})),
      "--format");
}

void refuse_format_of_file(const OptionText& format, const OptionText& output) {
  if (!format || !output) return;
  throw InputError(fmt::format("--format: {} cannot be combined with -o {}, whose name says the format: leave one of them out",
                               in_quotes(*format), *output),
                   "--format");
}

}  // namespace qbatt::cli
