#include "cli/program.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "cli/commands.hpp"
#include "cli/config.hpp"
#include "cli/print.hpp"
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
  Command (*add)(CLI::App&);
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
// stops all processes as soon as one has failed.
int complain(std::string message, int code) {
  constexpr std::chrono::seconds head_start{2};
  if (code == usage_error && is_silent_rank()) {
    std::this_thread::sleep_for(head_start);
    return code;
  }
  while (!message.empty() && (message.back() == '\n' || message.back() == '.')) message.pop_back();
  for (char& c : message)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  print_err("qbatt: {}\n", message);
  return code;
}

std::string command_names() {
  return listed(
      commands, [](const CommandEntry& entry) { return entry.name; });
}

// The library's own messages for these name neither the word nor what is accepted.
void check_command(const std::vector<std::string>& arguments) {
  if (arguments.empty())
    throw InputError(fmt::format("a command is missing: it must be one of {}; see qbatt --help", command_names()));
  const std::string& word = arguments[0];
  for (const CommandEntry& entry : commands)
    if (word == entry.name) return;
  if (word == "-h" || word == "--help" || word == "--version") return;
  const char* kind = word.starts_with('-') ? "option" : "command";
  throw InputError(
      fmt::format("unknown {} {}: a command must come first, one of {}; see qbatt --help", kind, in_quotes(word), command_names()));
}

std::string option_names(const CLI::App& command) {
  return listed(
      command.get_options([](const CLI::Option* option) { return option->nonpositional(); }),
      [](const CLI::Option* option) { return option->get_name(); });
}

// What the library found wrong, in our words: its own name neither the command nor what it accepts.
std::string explain(const CLI::ParseError& error, const CLI::App& command) {
  const std::string name = "qbatt " + command.get_name();
  const std::string what = error.what();
  const std::vector<std::string> left_over = command.remaining();
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && !left_over.empty()) {
    const bool option = left_over[0].starts_with('-');
    return fmt::format("{} is not {} of {}: the options are {}", in_quotes(left_over[0]), option ? "an option" : "an argument",
                       name, option_names(command));
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
    command += ' ';
    if (!argument.empty() && argument.find_first_not_of(plain) == std::string::npos) {
      command += argument;
      continue;
    }
    command += '\'';
    for (const char c : argument) command += c == '\'' ? "'\\''" : std::string(1, c);
    command += '\'';
  }
  return command;
}

struct Program {
  CLI::App app{"qbatt solves the charging of central-spin quantum batteries, with an error bound on every result.", "qbatt"};
  struct Entry {
    CLI::App* options;
    Command command;
    std::unique_ptr<Config> config;
  };
  std::vector<Entry> entries;

  Program() {
    app.set_version_flag("--version", fmt::format("qbatt {} ({})", version(), git_revision()), "Print the version and exit");
    app.set_help_flag("-h,--help", "Print this help and exit");
    app.require_subcommand(1);
    app.get_formatter()->column_width(28);
    app.footer(
        "Examples:\n"
        "  qbatt optimum --nb 10\n"
        "  qbatt sweep --nb 1:2000 -o fig5.csv\n"
        "  qbatt plot fig5.csv --x n_b --y energy_per_cell_opt --logx -o fig5.svg\n\n"
        "Each command explains its options: qbatt sweep --help");
    for (const CommandEntry& entry : commands) {
      CLI::App* command = app.add_subcommand(entry.name, entry.description);
      command->footer("");
      Command run_command = entry.add(*command);
      entries.push_back({command, std::move(run_command), std::make_unique<Config>(*command)});
    }
  }

  int run(const std::string& command_line) {
    for (Entry& entry : entries)
      if (entry.options->parsed()) return run(entry, command_line);
    return usage_error;
  }

private:
  static int run(Entry& entry, const std::string& command_line) {
    entry.config->apply();
    if (entry.config->print_wanted()) {
      print_out(entry.config->text());
      return 0;
    }
    try {
      return entry.command({command_line, entry.config->text()});
    } catch (const InputError& error) {
      throw InputError(entry.config->with_place(error), error.option());
    }
  }
};

int parse_and_run(const std::vector<std::string>& arguments) {
  check_command(arguments);
  Program program;
  try {
    program.app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::Success& help_or_version) {
    return program.app.exit(help_or_version);
  } catch (const CLI::ParseError& error) {
    return complain(explain(error, *program.app.get_subcommand(arguments[0])), usage_error);
  }
  return program.run(shell_command(arguments));
}

}  // namespace

void settle_backend(Request& request, const WorkOptions& options, bool quiet) {
  if (request.backend != Backend::automatic) return;
  const BackendChoice choice = choose_backend(request);
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

void remark_on(const Rounding& rounding) {
  if (rounding.rounded == 0 && rounding.repeated == 0) return;
  const std::string dropped =
      rounding.repeated == 0 ? std::string() : fmt::format("; dropped, as this repeats others: {}", rounding.repeated);
  print_err("qbatt: rounded to whole numbers: {}{}{}\n", rounding.all ? "" : "more than ", counted(rounding.rounded, "value"),
            dropped);
}

void remark_on(const RowTally& tally) {
  if (exit_code(tally) == 0) return;
  print_err("qbatt: of {} {} are inaccurate and {} failed: see the columns status and error_bound\n",
            counted(tally.finished, "row"), tally.inaccurate, tally.failed);
}

int run_program(int argc, char** argv) {
  try {
    return parse_and_run(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc));
  } catch (const Error& error) {
    return complain(error.what(), error.exit_code());
  } catch (const std::bad_alloc&) {
    return complain("there is not enough memory for this: ask for smaller systems or fewer times", usage_error);
  } catch (const std::exception& error) {
    return complain(fmt::format("internal error: {}", error.what()), internal_error);
  }
}

}  // namespace qbatt::cli
