#include <set>
#include <sstream>

#include "cli/cli_fixture.hpp"

namespace qbatt {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

const std::vector<std::string> completed_commands{"optimum", "curve", "sweep", "merge", "figures", "plot", "bench", "devices"};

class Shells : public test::Cli {
protected:
  bool is_there(const std::string& shell) { return run_in_shell("command -v " + shell).exit_code == 0; }

  // What bash offers for the last word of a line, whose words are given as it splits them.
  std::vector<std::string> in_bash(const std::string& words) {
    const std::string script =
        "set -eu\n"
        "source <(\"$0\" completion bash)\n"
        "COMP_WORDS=(qbatt " +
        words +
        ")\n"
        "COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
        "_qbatt\n"
        "((${#COMPREPLY[@]} == 0)) || printf '%s\\n' \"${COMPREPLY[@]}\"\n";
    const test::CommandResult result =
        test::run_command({"bash", "--norc", "-c", script, QBATT_EXECUTABLE}, {.directory = folder_.path()});
    EXPECT_EQ(result.exit_code, 0) << words;
    EXPECT_THAT(result.err, IsEmpty()) << words;
    return lines_of(result.out);
  }

  // What mandoc finds wrong with a page, but for the date of its first line: a program does not know when it was released.
  std::string lint(const std::string& page) {
    return run_in_shell("mandoc -T lint -W warning " + page + " | grep -v 'WARNING: missing date'").out;
  }

  std::vector<std::string> in_fish(const std::string& line) {
    const std::string script = "'" QBATT_EXECUTABLE "' completion fish | source; complete --do-complete \"" + line + "\"";
    const test::CommandResult result = test::run_command({"fish", "--no-config", "-c", script},
                                                         {.environment = {{"HOME", folder_.path()}}, .directory = folder_.path()});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    std::vector<std::string> words;
    for (const std::string& offer : lines_of(result.out)) words.push_back(offer.substr(0, offer.find('\t')));
    return words;
  }

  // The options of a command with their dashes, as its configuration lists them, and the two that it does not hold.
  std::vector<std::string> options_of(const std::string& command) {
    std::vector<std::string> options{"--config", "--print-config"};
    for (const std::string& line : lines_of(succeeds({command, "--print-config"}))) {
      if (line.starts_with("# qbatt ")) continue;
      const std::string key =
          line.substr(line.starts_with("# ") ? 2 : 0, line.find_first_of(":=") - (line.starts_with("# ") ? 2 : 0));
      const std::string name = key.substr(0, key.find(' '));
      if (name != "shards" && name != "SHARD" && name != "file") options.push_back((name == "o" ? "-" : "--") + name);
    }
    return options;
  }
};

TEST_F(Shells, EveryOptionIsInHelpCompletionsAndManual) {
  succeeds({"shell-files", "share"});
  const std::string zsh = succeeds({"completion", "zsh"});
  const std::string fish = succeeds({"completion", "fish"});
  for (const std::string& command : completed_commands) {
    const std::vector<std::string> options = options_of(command);
    EXPECT_THAT(in_bash(command + " -"), IsSupersetOf(options)) << command;
    const std::string help = succeeds({command, "--help"});
    const std::string page = test::read_text(folder_.path("share/man/man1/qbatt-" + command + ".1"));
    const std::string zsh_case = zsh.substr(zsh.find("        " + command + ") _arguments"));
    const std::string specs = zsh_case.substr(0, zsh_case.find(";;\n"));
    for (const std::string& option : options) {
      std::string troff;
      for (const char c : option) troff += c == '-' ? "\\-" : std::string(1, c);
      EXPECT_THAT(help, testing::ContainsRegex("\n  " + option + "[ \n]")) << command;
      EXPECT_THAT(page, HasSubstr("\n\\fB" + troff + "\\fR")) << command;
      EXPECT_THAT(specs, testing::ContainsRegex("'" + option + "[=+[]")) << command;
      const std::string in_words = option.starts_with("--") ? " -l " + option.substr(2) : " -s " + option.substr(1);
      EXPECT_THAT(fish, HasSubstr("complete -c qbatt -n '__fish_seen_subcommand_from " + command + "'" + in_words + " "))
          << command;
    }
  }
}

TEST_F(Shells, BashCompletesCommandsOptionsAndValues) {
  EXPECT_THAT(in_bash("''"), IsSupersetOf({"optimum", "curve", "sweep", "completion", "help", "--version", "--help"}));
  EXPECT_THAT(in_bash("''"), Not(Contains("shell-files")));
  EXPECT_THAT(in_bash("s"), ElementsAre("sweep"));
  EXPECT_THAT(in_bash("sweep --sol"), ElementsAre("--solver"));
  EXPECT_THAT(in_bash("sweep --solver ''"), ElementsAre("auto", "spectral", "chebyshev", "dense"));
  EXPECT_THAT(in_bash("sweep --solver = ''"), ElementsAre("auto", "spectral", "chebyshev", "dense")) << "--solver=";
  EXPECT_THAT(in_bash("sweep --solver = sp"), ElementsAre("spectral"));
  EXPECT_THAT(in_bash("sweep --nb 5 --backend c"), ElementsAre("cpu", "cuda"));
  EXPECT_THAT(in_bash("curve --time-unit r"), ElementsAre("rabi"));
  EXPECT_THAT(in_bash("optimum --format ''"), ElementsAre("table", "json"));
  EXPECT_THAT(in_bash("curve --series entropy,energy_p"), ElementsAre("entropy,energy_per_cell"));
  EXPECT_THAT(in_bash("sweep --nb ''"), IsEmpty()) << "a number is nothing to choose from";
  EXPECT_THAT(in_bash("completion ''"), ElementsAre("bash", "zsh", "fish"));
  EXPECT_THAT(in_bash("help sw"), ElementsAre("sweep"));
  EXPECT_THAT(in_bash("unknown --"), IsEmpty());
}

TEST_F(Shells, BashCompletesFilesAndFolders) {
  folder_.write("one two.csv", "");
  folder_.write("sys.csv", "");
  std::filesystem::create_directory(folder_.path("out"));
  EXPECT_THAT(in_bash("sweep -o s"), ElementsAre("sys.csv"));
  EXPECT_THAT(in_bash("sweep --systems o"), testing::UnorderedElementsAre("one two.csv", "out"));
  EXPECT_THAT(in_bash("merge o"), testing::UnorderedElementsAre("one two.csv", "out"));
  EXPECT_THAT(in_bash("figures --out ''"), ElementsAre("out"));
  EXPECT_THAT(in_bash("plot ''"), testing::UnorderedElementsAre("one two.csv", "out", "sys.csv"));
  EXPECT_THAT(in_bash("plot sys.csv --lo"), ElementsAre("--logx", "--logy"));
}

TEST_F(Shells, FishCompletesThemToo) {
  if (!is_there("fish")) GTEST_SKIP() << "fish is not installed";
  EXPECT_THAT(in_fish("qbatt s"), ElementsAre("sweep"));
  EXPECT_THAT(in_fish("qbatt sweep --solver "), testing::UnorderedElementsAre("auto", "spectral", "chebyshev", "dense"));
  EXPECT_THAT(in_fish("qbatt sweep --sol"), ElementsAre("--solver"));
  EXPECT_THAT(in_fish("qbatt curve --series entropy,energy_p"), ElementsAre("entropy,energy_per_cell"));
  EXPECT_THAT(in_fish("qbatt completion "), testing::UnorderedElementsAre("bash", "zsh", "fish"));
  EXPECT_THAT(in_fish("qbatt sweep --nb "), IsEmpty());
  folder_.write("sys.csv", "");
  EXPECT_THAT(in_fish("qbatt merge sy"), ElementsAre("sys.csv"));
  EXPECT_THAT(in_fish("qbatt sweep -o sy"), ElementsAre("sys.csv"));
}

// In a real zsh on a terminal of its own: what it inserts for a line and a tab, read behind a key that prints the line.
TEST_F(Shells, ZshCompletesThemToo) {
  if (!is_there("zsh")) GTEST_SKIP() << "zsh is not installed";
  folder_.write("driver", R"(
zmodload zsh/zpty || exit 77
zpty shell "PS1= TERM=dumb zsh -f -i"
send() { zpty -w shell "$1" }
send 'unsetopt zle_bracketed_paste; autoload -Uz compinit && compinit -u -D && source <("$QBATT" completion zsh)'
send 'show() { print -r -- "<<$BUFFER>>" }; zle -N show; bindkey "^X" show; unsetopt list_beep prompt_cr prompt_sp; print READY''!'
zpty -r shell output '*READY!*'
for line in "$@"; do
  zpty -w -n shell $line$'\t\C-X'
  zpty -r shell output '*>>*'
  print -r -- "${${output##*<<}%%>>*}"
  zpty -w -n shell $'\C-U'
done
zpty -d shell
)");
  const std::vector<std::pair<std::string, std::string>> expected{
      {"qbatt sw", "qbatt sweep "},
      {"qbatt sweep --sol", "qbatt sweep --solver="},
      {"qbatt sweep --solver sp", "qbatt sweep --solver spectral "},
      {"qbatt sweep --solver=che", "qbatt sweep --solver=chebyshev "},
      {"qbatt curve --series entropy,energy_p", "qbatt curve --series entropy,energy_per_cell,"},
      {"qbatt merge sy", "qbatt merge sys.csv "},
      {"qbatt sweep -o sy", "qbatt sweep -o sys.csv "},
      {"qbatt completion f", "qbatt completion fish "},
  };
  folder_.write("sys.csv", "");
  std::vector<std::string> arguments{"zsh", "-f", "driver"};
  for (const auto& [line, completed] : expected) arguments.push_back(line);
  const test::CommandResult result =
      test::run_command(arguments, {.environment = {{"QBATT", QBATT_EXECUTABLE}, {"HOME", folder_.path()}},
                                    .directory = folder_.path(),
                                    .limit = std::chrono::seconds(100)});
  ASSERT_FALSE(result.timed_out) << result.out << result.err;
  std::vector<std::string> lines;
  for (const auto& [line, completed] : expected) lines.push_back(completed);
  EXPECT_EQ(lines_of(result.out), lines) << result.err;
}

TEST_F(Shells, ScriptsHaveNoSyntaxErrors) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    if (!is_there(shell)) continue;
    folder_.write("script", succeeds({"completion", shell}));
    const test::CommandResult result = run_in_shell(std::string(shell) + " -n script");
    EXPECT_EQ(result.exit_code, 0) << shell;
    EXPECT_THAT(result.err, IsEmpty()) << shell;
  }
}

TEST_F(Shells, UnknownShellsAreRefused) {
  const auto refuses = [&](const std::vector<std::string>& arguments, const std::string& message) {
    const test::CommandResult result = run(arguments);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_TRUE(test::is_one_message(result.err)) << result.err;
    EXPECT_THAT(result.err, HasSubstr(message));
  };
  refuses({"completion"}, "SHELL is missing: it must be one of bash, zsh, fish");
  refuses({"completion", "tcsh"}, "SHELL: `tcsh` is not known");
  refuses({"completion", "basch"}, "did you mean `bash`?");
}

TEST_F(Shells, TheManualHasAPageForEveryCommand) {
  succeeds({"shell-files", "share"});
  const std::string program = test::read_text(folder_.path("share/man/man1/qbatt.1"));
  EXPECT_THAT(program, HasSubstr(".SH EXIT STATUS"));
  const bool has_mandoc = is_there("mandoc");
  const bool has_groff = is_there("groff");
  for (const std::string& command : completed_commands) {
    const std::string name = "share/man/man1/qbatt-" + command + ".1";
    EXPECT_THAT(program, HasSubstr("\\fBqbatt\\-" + command + "\\fR(1)"));
    EXPECT_THAT(test::read_text(folder_.path(name)), HasSubstr(".SH EXAMPLES\n"));
    if (has_mandoc) EXPECT_THAT(lint(name), IsEmpty());
    if (has_groff) EXPECT_THAT(run_in_shell("groff -ww -man -Tutf8 " + name + " 2>&1 >/dev/null").out, IsEmpty());
  }
  if (has_mandoc) EXPECT_THAT(lint("share/man/man1/qbatt.1"), IsEmpty());
  if (!has_mandoc && !has_groff) GTEST_SKIP() << "neither mandoc nor groff is installed";
}

}  // namespace
}  // namespace qbatt
