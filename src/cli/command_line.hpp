#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <vector>

#include "options/option.hpp"

namespace qbatt::cli {

/// Everything that is said of an option or argument of a command, wherever it is shown: in help, completion and manual.
struct DescribedOption {
  enum class Values { none, names, list_of_names, file, folder, text };

  std::vector<std::string> names;  ///< "-h", "--help"; none: an argument without a name
  std::string type;                ///< of its value: "NUMBER"; empty for a switch
  std::string help;
  std::string by_default;
  std::string example;  ///< a value; empty where none is shown
  std::vector<std::string> choices;
  bool several = false;
  std::string group;  ///< the heading that it stands under

  [[nodiscard]] bool is_argument() const { return names.empty(); }
  /// What its value is, for those who complete it.
  [[nodiscard]] Values values() const;
};

/// The program or one of its commands, and what the command-line library does not keep of its options.
class CommandLine : public CLI::App {
public:
  CommandLine(const std::string& name, const std::string& description) : CLI::App(description, name) {
    set_help_flag("-h,--help", "print this help and exit");
  }

  /// Keeps choices and example of an option that was added. The views in `info` are copied.
  void remember(const CLI::Option* option, const OptionInfo& info);

  /// The example of an option becomes another.
  void remember_example(const std::string& name, const std::string& example) { kept_[get_option(name)].example = example; }

  /// All options and arguments, arguments first, in the order in which they were added.
  [[nodiscard]] std::vector<DescribedOption> described() const;

private:
  struct Kept {
    std::string example;
    std::vector<std::string> choices;
    bool several = false;
  };
  std::map<const CLI::Option*, Kept> kept_;
};

/// The program, and the commands that it lists.
struct Listing {
  const CommandLine* program = nullptr;
  std::vector<const CommandLine*> commands;
};

}  // namespace qbatt::cli
