#include "cli/add_options.hpp"

#include <fmt/format.h>

#include "options/system_options.hpp"

namespace qbatt::cli {

CLI::Option* add_option(CLI::App& app, const OptionInfo& info, OptionText& text, const std::string& group) {
  return app
      .add_option_function<std::string>(
          std::string(info.name), [&text](const std::string& value) { text = value; },
          fmt::format("{}\n  default: {}; example: {} {}", info.help, info.by_default, info.name, info.example))
      ->option_text(std::string(info.type))
      ->default_str(std::string(info.by_default))
      ->group(group);
}

void add_switch(CLI::App& app, const SwitchInfo& info, bool& given, const std::string& group) {
  app.add_flag(std::string(info.name), given, fmt::format("{}\n  default: {}", info.help, info.by_default))->group(group);
}

void add_system_options(CLI::App& app, AxisTexts& texts, bool axes) {
  for (const ParameterInfo& info : parameter_info())
    add_option(app, system_option(info.id, axes), texts[static_cast<std::size_t>(info.id)], "System");
}

void add_work_options(CLI::App& app, WorkOptions& options) {
  for (const OptionEntry<WorkOptions>& entry : work_options()) add_option(app, entry.info, options.*entry.text, "Work");
}

void add_series_options(CLI::App& app, SeriesOptions& options, const SeriesDefaults& defaults) {
  for (const OptionEntry<SeriesOptions>& entry : series_options(defaults))
    add_option(app, entry.info, options.*entry.text, "Series");
  add_switch(app, populations_switch, options.populations, "Series");
}

void add_format_option(CLI::App& app, std::string_view help, OptionText& format, std::string_view otherwise) {
  add_option(app, {"--format", "NAME", help, otherwise, "json"}, format, "Output");
}

bool json_wanted(const OptionText& format, std::string_view otherwise) {
  if (!format || *format == otherwise) return false;
  if (*format == "json") return true;
  throw InputError(fmt::format("--format: {} is not known: it must be one of {}, json", in_quotes(*format), otherwise), "--format");
}

void refuse_format_of_file(const OptionText& format, const OptionText& output) {
  if (!format || !output) return;
  throw InputError(fmt::format("--format: {} cannot be combined with -o {}, whose name says the format: leave one of them out",
                               in_quotes(*format), *output),
                   "--format");
}

}  // namespace qbatt::cli
