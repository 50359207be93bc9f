#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <vector>

#include "cli/add_options.hpp"
#include "cli/config_file.hpp"
#include "qbatt/errors.hpp"

namespace qbatt::cli {

/// --config and --print-config of one command, for all options that it has.
class Config {
public:
  /// Adds both options. `command` must outlive the object and have all its other options when apply() is called.
  explicit Config(CommandLine& command);

  /// Behind the parsing of the command line: gives the options that it left out the values of the configuration file, if any.
  /// Throws FileError where the file cannot be read, and InputError naming file, line and key.
  void apply();

  [[nodiscard]] bool print_wanted() const { return print_; }

  /// The effective configuration as TOML: one line for every option, a comment where it has its default.
  [[nodiscard]] std::string text() const;

  /// The message; where the option that it is about has its value from the file, the place in the file stands before it.
  [[nodiscard]] std::string with_place(const InputError& error) const;

private:
  /// The options that a file may set, in the order of the help.
  [[nodiscard]] std::vector<CLI::Option*> settable() const;
  [[nodiscard]] CLI::Option* find(const ConfigEntry& entry) const;
  [[nodiscard]] std::string place(std::int64_t line) const;

  CommandLine& command_;
  OptionText path_;
  bool print_ = false;
  std::map<const CLI::Option*, std::int64_t> lines_;  // of the options that the file has set
};

}  // namespace qbatt::cli
