#include "python/keywords.hpp"

#include <stdexcept>

namespace qbatt::python {
namespace {

constexpr SwitchInfo quiet_switch{"--quiet", "no warnings of rounded values and of inaccurate or failed rows", "off"};
constexpr SwitchInfo invalid_cells_switch{"--skip-invalid",
                                          "combinations that are not physical (m > N_c, N_c < 1) are cells without a result, with "
                                          "the status invalid; False: they are errors",
                                          "on"};

constexpr std::string_view folder_option = "--out";

SeriesDefaults series_defaults(Command command) {
  if (command == Command::curve)
    return {.times = "0:2:401 in units of the optimum", .unit = "absolute where times are given, optimum otherwise"};
  return {.times = "no time series", .unit = "absolute"};
}

/// Hands every option of a function with the place of its value to `text`, or to `on` for a switch, in the order of the help.
template <class Text, class On>
void visit(Command command, Options& options, const Text& text, const On& on) {
  if (command == Command::figures) {
    for (const OptionEntry<FiguresOptions>& entry : figures_options()) text(entry.info, options.figures.*entry.text);
    return text(threads_option().info, options.figures.work.threads);
  }
  const bool many = command == Command::sweep;
  for (const Parameter parameter : written_order)
    text(system_option(parameter, many), options.systems.axes[static_cast<std::size_t>(parameter)]);
  if (many) text(systems_file_option.info, options.systems.systems);
  if (many || command == Command::solve) on(invalid_cells_switch, options.systems.skip_invalid);
  if (command != Command::optimum) {
    for (const OptionEntry<SeriesOptions>& entry : series_options(series_defaults(command)))
      text(entry.info, options.series.*entry.text);
    on(populations_switch, options.series.populations);
  }
  for (const OptionEntry<WorkOptions>& entry : work_options()) text(entry.info, options.work.*entry.text);
  on(quiet_switch, options.quiet);
}

}  // namespace

std::vector<Keyword> keywords(Command command) {
  std::vector<Keyword> all;
  Options options;
  visit(
      command, options,
      [&](const OptionInfo& info, const OptionText&) {
        if (command != Command::figures || info.name != folder_option) all.push_back({info});
      },
      [&](const SwitchInfo& info, bool) {
        all.push_back({{.name = info.name, .type = "", .help = info.help, .by_default = info.by_default, .example = "True"}, true});
      });
  return all;
}

Options defaults(Command command) {
  Options options;
  options.systems.skip_invalid = command == Command::sweep || command == Command::solve;
  return options;
}

void set(Options& options, Command command, std::string_view option, const std::string& text) {
  bool found = false;
  visit(
      command, options,
      [&](const OptionInfo& info, OptionText& place) {
        if (info.name != option) return;
        place = text;
        found = true;
      },
      [](const SwitchInfo&, bool) {});
  if (!found) throw std::out_of_range(std::string(option));
}

void set(Options& options, Command command, std::string_view option, bool on) {
  bool found = false;
  visit(
      command, options, [](const OptionInfo&, const OptionText&) {},
      [&](const SwitchInfo& info, bool& place) {
        if (info.name != option) return;
        place = on;
        found = true;
      });
  if (!found) throw std::out_of_range(std::string(option));
}

}  // namespace qbatt::python
