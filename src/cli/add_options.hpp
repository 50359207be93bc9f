#pragma once

#include "cli/command_line.hpp"
#include "options/option.hpp"
#include "options/series_options.hpp"
#include "options/work_options.hpp"
#include "qbatt/sweep.hpp"

namespace qbatt::cli {

/// The heading of the help above options of no other group.
inline constexpr const char* default_group = "Options";

/// Adds an option with a value, or an argument (its name has no dashes then, and is the key of configuration files), and one that
/// is given or not.
CLI::Option* add_option(CommandLine& command, const OptionInfo& info, OptionText& text, const std::string& group = default_group);
void add_switch(CommandLine& command, const SwitchInfo& info, bool& given, const std::string& group = default_group);

/// Those of a folder of options, each in its group of the help.
void add_system_options(CommandLine& command, AxisTexts& texts, bool axes);
void add_work_options(CommandLine& command, WorkOptions& options);
void add_series_options(CommandLine& command, SeriesOptions& options, const SeriesDefaults& defaults);

/// --format of a command that prints JSON or `otherwise`, which is its default.
void add_format_option(CommandLine& command, std::string_view help, OptionText& format, std::string_view otherwise = "table");
/// Whether it asks for JSON. Throws InputError where it asks for neither.
bool json_wanted(const OptionText& format, std::string_view otherwise = "table");
/// Throws InputError where --format is given beside a file, whose suffix says what it is.
void refuse_format_of_file(const OptionText& format, const OptionText& output);

}  // namespace qbatt::cli
