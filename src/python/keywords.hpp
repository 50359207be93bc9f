#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "options/figures_options.hpp"
#include "options/option.hpp"
#include "options/series_options.hpp"
#include "options/system_options.hpp"
#include "options/work_options.hpp"

namespace qbatt::python {

/// The functions of the package that compute.
enum class Command { optimum, curve, sweep, solve, figures };
inline constexpr std::array all_commands{Command::optimum, Command::curve, Command::sweep, Command::solve, Command::figures};
constexpr std::string_view to_string(Command command) {
  constexpr std::array<std::string_view, 5> names{"optimum", "curve", "sweep", "solve", "figures"};
  return names[static_cast<std::size_t>(command)];
}

/// What the keywords of a function set: the texts of the command line's options, so that both mean the same.
struct Options {
  SystemOptions systems;
  WorkOptions work;
  SeriesOptions series;
  FiguresOptions figures;
  bool quiet = false;
};

/// What is said of a keyword: of an option of the same name, with underscores for dashes. It follows from the tables of options.
struct Keyword {
  OptionInfo info;
  bool is_switch = false;
};

/// All but the folder of `figures`, its argument.
std::vector<Keyword> keywords(Command command);

/// What holds where no keyword is given: `sweep` and `solve` keep combinations that are not physical as cells without a result.
Options defaults(Command command);

/// Throws std::out_of_range for an option that the function does not have.
void set(Options& options, Command command, std::string_view option, const std::string& text);
void set(Options& options, Command command, std::string_view option, bool on);

}  // namespace qbatt::python
