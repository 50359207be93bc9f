#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "qbatt/errors.hpp"
#include "text/suggestion.hpp"
#include "text/text.hpp"

namespace qbatt {

/// The value of an option as the user wrote it; nullopt: not given. Texts are parsed by qbatt, not by a command-line library, so
/// that every value is judged by the same rules.
using OptionText = std::optional<std::string>;

/// What is said of an option that takes a value. Help, completion in shells and the manual are made of it.
struct OptionInfo {
  std::string_view name;                           ///< "--nb", "-o"
  std::string_view type;                           ///< of its value, in a word: "NUMBER"; FILE and FOLDER are completed as such
  std::string_view help;                           ///< what it means and its unit: running text, which is wrapped where it is shown
  std::string_view by_default;                     ///< what holds without it
  std::string_view example;                        ///< a value
  std::span<const std::string_view> choices = {};  ///< all values that there are, where they are names out of a known set
  bool several = false;                            ///< a value is a list of choices with commas between them
};

/// The same for one that is given or not.
struct SwitchInfo {
  std::string_view name;
  std::string_view help;
  std::string_view by_default;
};

/// A line of a table of options: what is said of one, and where its text goes.
template <class Options>
struct OptionEntry {
  OptionInfo info;
  OptionText Options::*text;
};

/// Where results go; "-" where it is not given.
inline constexpr OptionInfo output_option{
    "-o", "FILE", "where the results go: a file that ends in .csv or .nc (netCDF-4), or - for CSV on the standard output", "-",
    "results.csv"};

/// Of every command that writes a file of results.
inline constexpr SwitchInfo overwrite_switch{
    "--overwrite",
    "replace FILE even where it is none of results of qbatt, and discard the finished chunks of an interrupted sweep",
    "such files and chunks are kept, and named"};
/// The names of all elements of an array of choices, for OptionInfo::choices.
template <const auto& all>
std::span<const std::string_view> names_of_all() {
  static const auto names = [] {
    std::array<std::string_view, std::size(all)> list;
    std::ranges::transform(all, list.begin(), [](const auto& choice) { return to_string(choice); });
    return list;
  }();
  return names;
}

/// The choice that is called `text`. Throws InputError naming the option and all choices.
template <typename Choice>
Choice parse_choice(std::string_view option, const std::string& text, std::span<const Choice> choices) {
  for (const Choice choice : choices)
    if (to_string(choice) == text) return choice;
  throw InputError(fmt::format("{}: {} is not known: {}", option, in_quotes(text),
                               accepted_names_of(text, choices, [](Choice choice) { return to_string(choice); })),
                   option);
}

}  // namespace qbatt
