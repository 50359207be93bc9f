#pragma once

#include <CLI/CLI.hpp>

#include "options/option.hpp"
#include "options/series_options.hpp"
#include "options/work_options.hpp"
#include "qbatt/sweep.hpp"

namespace qbatt::cli {

/// The heading of the help above options of no other group.
inline constexpr const char* default_group = "Options";

/// Adds an option with a value, and one that is given or not.
CLI::Option* add_option(CLI::App& app, const OptionInfo& info, OptionText& text, const std::string& group = default_group);
void add_switch(CLI::App& app, const SwitchInfo& info, bool& given, const std::string& group = default_group);

/// Those of a folder of options, each in its group of the help.
void add_system_options(CLI::App& app, AxisTexts& texts, bool axes);
void add_work_options(CLI::App& app, WorkOptions& options);
void add_series_options(CLI::App& app, SeriesOptions& options, const SeriesDefaults& defaults);

/// --format of a command that prints JSON or `otherwise`, which is its default.
void add_format_option(CLI::App& app, std::string_view help, OptionText& format, std::string_view otherwise = "table");
/// Whether it asks for JSON. Throws InputError where it asks for neither.
bool json_wanted(const OptionText& format, std::string_view otherwise = "table");
/// Throws InputError where --format is given beside a file, whose suffix says what it is.
void refuse_format_of_file(const OptionText& format, const OptionText& output);

}  // namespace qbatt::cli
