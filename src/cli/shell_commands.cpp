#include "cli/shell_commands.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "cli/add_options.hpp"
#include "cli/completion.hpp"
#include "cli/help.hpp"
#include "cli/man_page.hpp"
#include "cli/print.hpp"
#include "cli/terminal.hpp"
#include "io/output_file.hpp"
#include "qbatt/errors.hpp"
#include "text/text.hpp"

namespace qbatt::cli {
namespace {

// Where the files of a shell lie below share: bash-completion and fish look there on their own, and so does zsh below /usr/local.
struct ShellFile {
  std::string_view shell;
  std::string_view path;
};
constexpr std::array shell_files{
    ShellFile{"bash", "bash-completion/completions/qbatt"},
    ShellFile{"zsh", "zsh/site-functions/_qbatt"},
    ShellFile{"fish", "fish/vendor_completions.d/qbatt.fish"},
};

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  if (error) throw FileError(fmt::format("cannot make the folder {}: {}", path.parent_path().string(), error.message()));
  AtomicFile file(path.string());
  file.write(text);
  file.commit();
}

int write_shell_files(const std::filesystem::path& folder, const Listing& listing) {
  for (const ShellFile& file : shell_files) write_file(folder / file.path, completion_script(file.shell, listing));
  std::vector<const CommandLine*> pages = listing.commands;
  pages.push_back(listing.program);
  for (const CommandLine* page : pages)
    write_file(folder / "man/man1" / (man_page_name(*page, listing) + ".1"), man_page(*page, listing));
  return 0;
}

int complete(const OptionText& shell, const Listing& listing) {
  if (!shell) throw InputError(fmt::format("SHELL is missing: it must be one of {}", fmt::join(shells, ", ")));
  if (std::ranges::find(shells, *shell) == shells.end()) {
    throw InputError(
        fmt::format("SHELL: {} is not known: {}", in_quotes(*shell), accepted_names(*shell, {shells.begin(), shells.end()})));
  }
  print_out(completion_script(*shell, listing));
  return 0;
}

int help(const OptionText& name, const Listing& listing) {
  const auto found = std::ranges::find(listing.commands, name.value_or(""), &CommandLine::get_name);
  if (name && found == listing.commands.end()) {
    throw InputError(fmt::format("COMMAND: {} is not known: {}", in_quotes(*name),
                                 accepted_names_of(
                                     *name, listing.commands, [](const CommandLine* command) { return command->get_name(); })));
  }
  print_help(name ? **found : *listing.program, listing);
  return 0;
}

}  // namespace

void print_help(const CommandLine& command, const Listing& listing) {
  print_out(help_text(command, listing, columns_of(STDOUT_FILENO)));
}

Command add_completion(CommandLine& command, const Listing& listing) {
  auto shell = std::make_shared<OptionText>();
  add_option(command, {"shell", "SHELL", "the shell that is to complete: bash, zsh or fish", "required", "bash", shells}, *shell);
  command.footer(
      "Where qbatt is installed, shells find these files on their own. Elsewhere, in ~/.bashrc, ~/.zshrc (behind compinit) or "
      "~/.config/fish/config.fish:\n\n"
      "Examples:\n"
      "  source <(qbatt completion bash)\n"
      "  source <(qbatt completion zsh)\n"
      "  qbatt completion fish | source");
  return [shell, &listing](const Invocation&) { return complete(*shell, listing); };
}

Command add_help(CommandLine& command, const Listing& listing) {
  auto name = std::make_shared<OptionText>();
  std::vector<std::string_view> choices;
  for (const CommandLine* each : listing.commands) choices.push_back(each->get_name());
  add_option(command, {"command", "COMMAND", "the command that is to be explained", "the program as a whole", "sweep", choices},
             *name);
  command.footer("Example:\n  qbatt help sweep");
  return [name, &listing](const Invocation&) { return help(*name, listing); };
}

Command add_shell_files(CommandLine& command, const Listing& listing) {
  auto folder = std::make_shared<OptionText>();
  add_option(command, {"folder", "FOLDER", "where the files go", "required", "build/share"}, *folder);
  return [folder, &listing](const Invocation&) {
    if (!*folder) throw InputError("FOLDER, where the files go, is missing");
    return write_shell_files(**folder, listing);
  };
}

}  // namespace qbatt::cli
