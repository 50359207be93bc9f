#include "cli/program.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <memory>
#include <new>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "cli/commands.hpp"
#include "cli/config.hpp"
#include "cli/print.hpp"
#include "cli/shell_commands.hpp"
#include "options/interrupt.hpp"
#include "qbatt/errors.hpp"
#include "qbatt/version.hpp"
#include "run/crew.hpp"
#include "text/text.hpp"

namespace qbatt::cli {
namespace {

constexpr int usage_error = 2;
// Nobody else's: a fault of qbatt itself, as in sysexits.h.
constexpr int internal_error = 70;

struct CommandEntry {
  const char* name;
  const char* description;
  Command (*add)(CommandLine&);
};

constexpr std::array commands{
    CommandEntry{"optimum", "One system: when the battery is charged best, and what it then holds.", add_optimum},
    CommandEntry{"curve", "One system on a grid of times, as CSV.", add_curve},
    CommandEntry{"sweep", "Many systems, one row each: every combination of axes, or the rows of a file.", add_sweep},
    CommandEntry{"merge", "The shards of one sweep into one file.", add_merge},
    CommandEntry{"figures", "The paper's figures and more of the same, as tables and pictures (needs gnuplot).", add_figures},
    CommandEntry{"plot", "A picture of columns of a results file (needs gnuplot).", add_plot},
    CommandEntry{"bench", "Throughput on this machine by solver, size and stage.", add_bench},
    CommandEntry{"devices", "The backends and devices that were found, and why others were not.", add_devices},
};

// Under an MPI launcher all processes meet the same bad input, and one speaks for them. The others leave it time to: a launcher
// stops all processes as soon as one has failed. One that is still there was given something else.
int complain(std::string message, int code) {
  constexpr std::chrono::seconds head_start{2};
  if (code == usage_error && is_silent_rank()) std::this_thread::sleep_for(head_start);
  while (!message.empty() && (message.back() == '\n' || message.back() == '.')) message.pop_back();
  for (char& c : message)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  print_err("qbatt: {}\n", message);
  return code;
}

// "-o", "--nb"; not those of arguments.
std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options([](const CLI::Option* each) { return each->nonpositional(); }))
    names.push_back(option->get_name());
  return names;
}

// What the library found wrong, in our words: its own name neither the command nor what it accepts.
std::string explain(const CLI::ParseError& error, const CLI::App& command) {
  const std::string name = "qbatt " + command.get_name();
  const std::string what = error.what();
  const std::vector<std::string> left_over = command.remaining();
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && !left_over.empty()) {
    const std::string& word = left_over[0];
    if (!word.starts_with('-')) {
      return fmt::format("{} is not an argument of {}: the options are {}", in_quotes(word), name,
                         fmt::join(option_names(command), ", "));
    }
    return fmt::format("{} is not an option of {}: {}", in_quotes(word), name,
                       accepted_names(word.substr(0, word.find('=')), option_names(command), "the options are"));
  }
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    const std::string option = what.substr(0, what.find(':'));
    const char* problem = what.ends_with("missing") ? "its value is missing" : "it is given more than once";
    return fmt::format("{}: {}: it takes exactly one value; see {} --help", option, problem, name);
  }
  return fmt::format("{}; see {} --help", what, name);
}

// What a shell would take for the same arguments.
std::string shell_command(const std::vector<std::string>& arguments) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,:/%@";
  std::string command = "qbatt";
  for (const std::string& argument : arguments) {
    const bool is_plain = !argument.empty() && argument.find_first_not_of(plain) == std::string::npos;
    command += " " + (is_plain ? argument : in_shell_quotes(argument));
  }
  return command;
}

// The processes of an MPI launcher share the work of a sweep; everything else is done by one of them.
bool is_left_to_another(const std::vector<std::string>& arguments) {
  return is_silent_rank() && (arguments.empty() || arguments[0] != "sweep");
}

class Program {
public:
  Program() {
    app_.set_version_flag("-V,--version", fmt::format("qbatt {} ({})", version(), git_revision()), "print the version and exit");
    app_.require_subcommand(1);
    app_.footer(
        "Examples:\n"
        "  qbatt optimum --nb 10\n"
        "  qbatt sweep --nb 1:2000 -o fig5.csv\n"
        "  qbatt plot fig5.csv --x n_b --y energy_per_cell_opt --logx -o fig5.svg\n\n"
        "Each command explains its options: qbatt help sweep, or qbatt sweep --help");
    for (const CommandEntry& entry : commands) {
      add(entry.name, entry.description, entry.add);
      entries_.back().config = std::make_unique<Config>(*entries_.back().options);
      listing_.commands.push_back(entries_.back().options);
    }
    const auto of_listing = [this](Command (*add_command)(CommandLine&, const Listing&)) {
      return [this, add_command](CommandLine& command) { return add_command(command, listing_); };
    };
    add("completion", "What bash, zsh or fish needs to complete commands, options and their values.", of_listing(add_completion));
    listing_.commands.push_back(entries_.back().options);
    add("help", "How the program, or one of its commands, is used.", of_listing(add_help));
    listing_.commands.push_back(entries_.back().options);
    add("shell-files", "Completions and manual, for the build.", of_listing(add_shell_files));  // which is not listed
  }

  int run(const std::vector<std::string>& arguments) {
    if (is_left_to_another(arguments)) return 0;
    check_command(arguments);
    try {
      app_.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::CallForHelp&) {
      const Entry* entry = find(arguments[0]);
      if (!is_silent_rank()) print_help(entry != nullptr ? *entry->options : app_, listing_);
      return 0;
    } catch (const CLI::CallForVersion& wanted) {
      if (!is_silent_rank()) print_out(fmt::format("{}\n", wanted.what()));
      return 0;
    } catch (const CLI::ParseError& error) {
      return complain(explain(error, *app_.get_subcommand(arguments[0])), usage_error);
    }
    return run(*find(arguments[0]), shell_command(arguments));
  }

private:
  struct Entry {
    CommandLine* options;
    Command command;
    std::unique_ptr<Config> config;  // none of a command that has nothing to set
  };

  template <typename Add>
  void add(const char* name, const char* description, const Add& add_command) {
    auto options = std::make_shared<CommandLine>(name, description);
    app_.add_subcommand(options);
    entries_.push_back({options.get(), add_command(*options), nullptr});
  }

  [[nodiscard]] const Entry* find(const std::string& name) const {
    const auto found = std::ranges::find(entries_, name, [](const Entry& entry) { return entry.options->get_name(); });
    return found == entries_.end() ? nullptr : &*found;
  }

  // The library's own messages for these name neither the word nor what is accepted.
  void check_command(const std::vector<std::string>& arguments) const {
    const auto name = [](const CommandLine* command) { return command->get_name(); };
    if (arguments.empty()) {
      throw InputError(
          fmt::format("a command is missing: it must be one of {}; see qbatt --help", listed(listing_.commands, name)));
    }
    const std::string& word = arguments[0];
    std::vector<std::string> options;
    for (const DescribedOption& option : app_.described()) options.insert(options.end(), option.names.begin(), option.names.end());
    if (find(word) != nullptr || std::ranges::find(options, word) != options.end()) return;
    if (word.starts_with('-')) {
      throw InputError(fmt::format("unknown option {}: a command must come first; {}; see qbatt --help", in_quotes(word),
                                   accepted_names(word, options, "the options without one are")));
    }
    throw InputError(fmt::format("unknown command {}: {}; see qbatt --help", in_quotes(word),
                                 accepted_names_of(word, listing_.commands, name, "a command must come first, one of")));
  }

  static int run(const Entry& entry, const std::string& command_line) {
    if (entry.config == nullptr) return entry.command({command_line, ""});
    entry.config->apply();
    if (entry.config->print_wanted()) {
      if (!is_silent_rank()) print_out(entry.config->text());
      return 0;
    }
    try {
      return entry.command({command_line, entry.config->text()});
    } catch (const InputError& error) {
      throw InputError(entry.config->with_place(error), error.option());
    }
  }

  CommandLine app_{"qbatt", "Solves the charging of central-spin quantum batteries, with an error bound on every result."};
  Listing listing_{&app_, {}};
  std::vector<Entry> entries_;
};

}  // namespace

void settle_backend(Request& request, double core_seconds, std::int64_t most_levels, const WorkOptions& options, bool quiet) {
  if (request.backend != Backend::automatic) return;
  const BackendChoice choice = choose_backend(request, core_seconds, most_levels);
  request.backend = choice.backend;
  if (!quiet && (options.backend || ::isatty(STDERR_FILENO) == 1))
    print_err("qbatt: backend: {} ({})\n", to_string(choice.backend), choice.reason);
}

int exit_code(std::span<const Row> rows) {
  for (const Row& row : rows)
    if (row.status == Status::inaccurate || row.status == Status::failed) return 1;
  return 0;
}

int exit_code(const RowTally& tally) {
  return tally.inaccurate + tally.failed == 0 ? 0 : 1;
}

void print_remark(const std::string& remark) {
  if (!remark.empty()) print_err("qbatt: {}\n", remark);
}

int run_program(int argc, char** argv) {
  end_on_signals(!is_silent_rank());
  try {
    return Program().run(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc));
  } catch (const Error& error) {
    return complain(error.what(), error.exit_code());
  } catch (const std::bad_alloc&) {
    return complain("there is not enough memory for this: ask for smaller systems or fewer times", usage_error);
  } catch (const std::exception& error) {
    return complain(fmt::format("internal error: {}", error.what()), internal_error);
  }
}

}  // namespace qbatt::cli
