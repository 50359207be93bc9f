#include "cli/completion.hpp"

#include <fmt/format.h>

#include <iterator>
#include <vector>

#include "text/text.hpp"

namespace qbatt::cli {
namespace {

using Values = DescribedOption::Values;
using Commands = std::vector<const CommandLine*>;

std::string all_names(const CommandLine& command) {
  std::string all;
  for (const DescribedOption& option : command.described())
    for (const std::string& name : option.names) all += (all.empty() ? "" : " ") + name;
  return all;
}

std::string command_names(const Commands& commands) {
  std::string all;
  for (const CommandLine* command : commands) all += (all.empty() ? "" : " ") + command->get_name();
  return all;
}

// ------------------------------------------------------------------ bash

// Variables that the function of the shell looks at: kind of values, and the words for those out of a known set.
std::string bash_values(const DescribedOption& option) {
  switch (option.values()) {
    case Values::names:
      return fmt::format("kind=words words='{}'", fmt::join(option.choices, " "));
    case Values::list_of_names:
      return fmt::format("kind=list words='{}'", fmt::join(option.choices, " "));
    case Values::file:
      return "kind=file";
    case Values::folder:
      return "kind=folder";
    case Values::text:
    case Values::none:
      break;
  }
  return "kind=none";
}

std::string bash_cases(const Commands& commands) {
  std::string cases;
  for (const CommandLine* command : commands) {
    for (const DescribedOption& option : command->described()) {
      if (option.is_argument() || option.values() == Values::none) continue;
      std::string patterns;
      for (const std::string& name : option.names)
        patterns += fmt::format("{}{}:{}", patterns.empty() ? "" : " | ", command->get_name(), name);
      cases += fmt::format("    {}) {} ;;\n", patterns, bash_values(option));
    }
  }
  return cases;
}

std::string bash_commands(const Commands& commands) {
  std::string cases;
  for (const CommandLine* command : commands) {
    std::string argument;
    for (const DescribedOption& option : command->described())
      if (option.is_argument()) argument = bash_values(option);
    cases += fmt::format("        {}) options='{}' {} ;;\n", command->get_name(), all_names(*command), argument);
  }
  return cases;
}

// A word of bash ends at `=` too, which is a word of its own.
constexpr std::string_view bash_script = R"(# Completion of {0} in bash, made by `{0} completion bash`.
_qbatt() {{
  local command=${{COMP_WORDS[1]}} current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD - 1]}}
  local kind='' words='' options='' before=''
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W '{1}' -- "$current")
    return
  fi
  [[ $previous == = ]] && previous=${{COMP_WORDS[COMP_CWORD - 2]}}
  [[ $current == = ]] && current=''
  case $command:$previous in
{2}    *)
      case $command in
{3}      esac
      [[ $current == -* || -z $kind ]] && kind=words words=$options
      ;;
  esac
  if [[ $kind == list && $current == *,* ]]; then
    before=${{current%,*}},
    current=${{current##*,}}
  fi
  case $kind in
    words) mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current") ;;
    list)
      mapfile -t COMPREPLY < <(compgen -P "$before" -W "$words" -- "$current")
      compopt -o nospace 2>/dev/null || true
      ;;
    file)
      mapfile -t COMPREPLY < <(compgen -f -- "$current")
      compopt -o filenames 2>/dev/null || true
      ;;
    folder)
      mapfile -t COMPREPLY < <(compgen -d -- "$current")
      compopt -o filenames 2>/dev/null || true
      ;;
  esac
}}
complete -F _qbatt {0}
)";

std::string bash(const CommandLine& program, const Commands& commands) {
  return fmt::format(bash_script, program.get_name(), command_names(commands) + " " + all_names(program), bash_cases(commands),
                     bash_commands(commands));
}

// ------------------------------------------------------------------ zsh

// `text` with a backslash before each of `special`.
std::string escaped(std::string_view text, std::string_view special) {
  std::string result;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

// The action of _arguments for a value.
std::string zsh_action(const DescribedOption& option) {
  switch (option.values()) {
    case Values::names:
      return fmt::format("({})", fmt::join(option.choices, " "));
    case Values::list_of_names:
      return fmt::format("_values -s , {} {}", option.type, fmt::join(option.choices, " "));
    case Values::file:
      return "_files";
    case Values::folder:
      return "_files -/";
    case Values::text:
    case Values::none:
      break;
  }
  return " ";
}

void add_zsh_specs(std::string& script, const DescribedOption& option) {
  constexpr std::string_view special = "\\[]:";
  const std::string value = option.type.empty() ? "" : fmt::format(":{}:{}", escaped(option.type, special), zsh_action(option));
  const auto add = [&](const std::string& spec) {
    fmt::format_to(std::back_inserter(script), " \\\n        {}", in_shell_quotes(spec));
  };
  if (option.is_argument()) add((option.type.ends_with("...") ? "*" : "1") + value);
  for (const std::string& name : option.names) {
    const std::string_view joined = option.type.empty() ? "" : name.starts_with("--") ? "=" : "+";
    add(fmt::format("{}{}[{}]{}", name, joined, escaped(option.help, special), value));
  }
}

constexpr std::string_view zsh_script = R"(#compdef {0}
# Completion of {0} in zsh, made by `{0} completion zsh`.
_qbatt() {{
  local curcontext=$curcontext state state_descr line
  local -a commands
  typeset -A opt_args
  commands=({1}
  )
  _arguments -C{2} \
    '1:command:->command' \
    '*::argument:->argument' && return
  case $state in
    command) _describe -t commands 'command of {0}' commands ;;
    argument)
      case $words[1] in
{3}      esac
      ;;
  esac
}}
if [[ $funcstack[1] == _qbatt ]]; then
  _qbatt "$@"
else
  compdef _qbatt {0}
fi
)";

std::string zsh(const CommandLine& program, const Commands& commands) {
  std::string list;
  std::string global;
  std::string cases;
  for (const DescribedOption& option : program.described()) add_zsh_specs(global, option);
  for (const CommandLine* command : commands) {
    list += "\n    " + in_shell_quotes(command->get_name() + ":" + escaped(command->get_description(), "\\:"));
    std::string specs;
    for (const DescribedOption& option : command->described()) add_zsh_specs(specs, option);
    cases += fmt::format("        {}) _arguments{} ;;\n", command->get_name(), specs);
  }
  return fmt::format(zsh_script, program.get_name(), list, global, cases);
}

// ------------------------------------------------------------------ fish

// Inside single quotes fish knows two escapes.
std::string in_fish_quotes(std::string_view text) {
  return "'" + escaped(text, "\\'") + "'";
}

// The values of an option or argument, and -x where no files are offered beside them. An option that takes one has -r or -x.
std::string fish_values(const DescribedOption& option) {
  const std::string_view no_files = option.is_argument() ? "" : " -x";
  switch (option.values()) {
    case Values::none:
      return "";
    case Values::names:
      return fmt::format("{} -a '{}'", no_files, fmt::join(option.choices, " "));
    case Values::list_of_names:
      return fmt::format("{} -a '(__fish_append , {})'", no_files, fmt::join(option.choices, " "));
    case Values::file:
      return option.is_argument() ? " -F" : " -r -F";
    case Values::folder:
      return fmt::format("{} -a '(__fish_complete_directories (commandline -ct))'", no_files);
    case Values::text:
      break;
  }
  return std::string(no_files);
}

std::string fish_line(const CommandLine& program, std::string_view condition, const DescribedOption& option) {
  std::string line = fmt::format("complete -c {} -n '{}'", program.get_name(), condition);
  for (const std::string& name : option.names)
    line += name.starts_with("--") ? fmt::format(" -l {}", name.substr(2)) : fmt::format(" -s {}", name.substr(1));
  return line + fmt::format("{} -d {}\n", fish_values(option), in_fish_quotes(option.help));
}

std::string fish(const CommandLine& program, const Commands& commands) {
  const std::string& name = program.get_name();
  std::string script = fmt::format("# Completion of {0} in fish, made by `{0} completion fish`.\ncomplete -c {0} -f\n", name);
  for (const DescribedOption& option : program.described()) script += fish_line(program, "__fish_use_subcommand", option);
  for (const CommandLine* command : commands) {
    script += fmt::format("complete -c {} -n '__fish_use_subcommand' -a {} -d {}\n", name, command->get_name(),
                          in_fish_quotes(command->get_description()));
  }
  for (const CommandLine* command : commands) {
    const std::string condition = "__fish_seen_subcommand_from " + command->get_name();
    for (const DescribedOption& option : command->described()) script += fish_line(program, condition, option);
  }
  return script;
}

}  // namespace

std::string completion_script(std::string_view shell, const Listing& listing) {
  if (shell == "bash") return bash(*listing.program, listing.commands);
  if (shell == "zsh") return zsh(*listing.program, listing.commands);
  return fish(*listing.program, listing.commands);
}

}  // namespace qbatt::cli
