#include <set>

#include "cli/cli_fixture.hpp"
#include "text/text.hpp"

namespace qbatt {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class Help : public test::Cli {
protected:
  std::string succeeds(const std::vector<std::string>& arguments, const std::string& columns = "") {
    return Cli::succeeds(arguments, {.environment = {{"COLUMNS", columns}}});
  }
  void refuses(const std::vector<std::string>& arguments, const std::string& message) {
    const test::CommandResult result = run(arguments);
    EXPECT_EQ(result.exit_code, 2) << message;
    EXPECT_TRUE(test::is_one_message(result.err)) << result.err;
    EXPECT_THAT(result.err, HasSubstr(message));
    EXPECT_THAT(result.out, IsEmpty());
  }
};

const std::vector<std::string> commands{"optimum", "curve", "sweep",   "merge",      "figures",
                                        "plot",    "bench", "devices", "completion", "help"};

TEST_F(Help, IsACommandToo) {
  EXPECT_EQ(succeeds({"help"}), succeeds({"--help"}));
  EXPECT_EQ(succeeds({"-h"}), succeeds({"--help"}));
  for (const std::string& command : commands) {
    EXPECT_EQ(succeeds({"help", command}), succeeds({command, "--help"})) << command;
    EXPECT_THAT(succeeds({"help"}), HasSubstr("\n  " + command + " ")) << "the program lists it";
    EXPECT_THAT(succeeds({"help", command}), HasSubstr("Usage: qbatt " + command + " [OPTIONS]"));
  }
  refuses({"help", "swep"}, "COMMAND: `swep` is not known: did you mean `sweep`? It must be one of optimum, curve");
  refuses({"help", "sweep", "curve"}, "`curve` is not an argument of qbatt help");
}

TEST_F(Help, VersionsAreTheSame) {
  EXPECT_THAT(succeeds({"--version"}), testing::StartsWith("qbatt "));
  EXPECT_EQ(succeeds({"-V"}), succeeds({"--version"}));
}

// No line is wider than what there is, but for a word that is; 80 columns where nobody says how many there are.
TEST_F(Help, FitsTheWidth) {
  for (const std::string& command : commands) {
    for (const std::size_t width : {30, 50, 80, 100}) {
      const std::string text = succeeds({command, "--help"}, std::to_string(width));
      for (const std::string_view line : split(text, '\n')) {
        const std::size_t words = split(trimmed(line), ' ').size();
        EXPECT_TRUE(line.size() <= width || words <= 2) << command << " at " << width << ": " << line;
      }
    }
    const std::string narrow = succeeds({command, "--help"}, "80");
    EXPECT_EQ(succeeds({command, "--help"}), narrow);
    EXPECT_EQ(succeeds({command, "--help"}, "a lot"), narrow);
    EXPECT_EQ(succeeds({command, "--help"}, "0"), narrow);
    EXPECT_EQ(succeeds({command, "--help"}, "5000"), succeeds({command, "--help"}, "100")) << "longer lines are hard to read";
  }
}

// The terminal is narrower than COLUMNS says.
TEST_F(Help, FitsTheTerminal) {
  if (run_in_shell("command -v script").exit_code != 0) GTEST_SKIP() << "script, which makes a terminal, is not installed";
  const std::string on_terminal = run_in_shell("script -qec \"stty cols 50; COLUMNS=70 $0 sweep --help\" /dev/null").out;
  std::string expected;
  for (const char c : succeeds({"sweep", "--help"}, "50")) expected += c == '\n' ? "\r\n" : std::string(1, c);
  EXPECT_EQ(on_terminal, expected);
}

// One line that is written over, as far as the terminal takes it; a dumb one is treated like a log, which half a minute is too
// short for.
TEST_F(Help, ProgressFitsTheTerminal) {
  if (run_in_shell("command -v script").exit_code != 0) GTEST_SKIP() << "script, which makes a terminal, is not installed";
  const auto progress = [&](const std::string& terminal) {
    return run_in_shell("script -qec \"stty cols 30; " + terminal + " $0 sweep --nb 300:900 -o out.csv --threads 1\" /dev/null")
        .out;
  };
  const std::string shown = progress("TERM=xterm");
  EXPECT_THAT(shown, HasSubstr("601 systems in ")) << "the conclusion";
  for (std::string_view rest = shown; rest.find("\033[K") != std::string_view::npos;) {
    const std::string_view line = rest.substr(0, rest.find("\033[K"));
    EXPECT_LT(line.size() - line.rfind('\r') - 1, 30U) << line;
    rest.remove_prefix(line.size() + 3);
  }
  for (const char* dumb : {"TERM=dumb", "env -u TERM", "TERM="}) {
    std::filesystem::remove(folder_.path("out.csv"));
    EXPECT_EQ(progress(dumb).find('\033'), std::string::npos) << dumb;
  }
}

// Every option says what holds without it, and with a value what one looks like; the contract.
TEST_F(Help, Teaches) {
  for (const std::string& command : commands) {
    const std::string help = succeeds({command, "--help"}, "100");
    std::size_t options = 0;
    for (std::size_t at = help.find("\n  -"); at != std::string::npos; at = help.find("\n  -", at + 1)) {
      const std::size_t end = std::min({help.find("\n  -", at + 1), help.find("\n\n", at + 1), help.size()});
      const std::string entry = help.substr(at, end - at);
      ++options;
      if (entry.starts_with("\n  -h,--help")) continue;
      EXPECT_THAT(entry, HasSubstr(" default:")) << command;
      const std::string head = entry.substr(3, entry.find_first_of(" \n", 4) - 3);
      const bool takes_value =
          entry.size() > head.size() + 4 && std::isupper(static_cast<unsigned char>(entry[head.size() + 4])) != 0;
      if (takes_value) EXPECT_THAT(entry, testing::ContainsRegex("example:[ \n]+" + head + "[ \n]")) << command;
    }
    EXPECT_GE(options, 1U) << command;
    EXPECT_THAT(help, testing::ContainsRegex("\nExamples?:\n  ")) << command;
  }
}

}  // namespace
}  // namespace qbatt
