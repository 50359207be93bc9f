#include <sys/stat.h>

#include "cli/cli_fixture.hpp"
#include "support/csv.hpp"

namespace qbatt {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

/// What is there when a command is to write a file of this name, and what becomes of it.
class Overwrite : public test::Cli {
protected:
  void SetUp() override {
    for (const std::string i : {"1", "2"})
      ASSERT_EQ(run({"sweep", "--nb", "1:4", "--shard", i + "/2", "-o", folder_.path(i + ".csv")}).exit_code, 0);
    std::filesystem::create_directory(folder_.path("here"));
  }

  // Every command that writes results, to `file` in an otherwise empty folder.
  std::vector<std::vector<std::string>> commands(const std::string& file) const {
    return {{"sweep", "--nb", "1:4", "-o", file},
            {"curve", "--nb", "3", "-o", file},
            {"merge", folder_.path("1.csv"), folder_.path("2.csv"), "-o", file}};
  }

  test::CommandResult run_here(std::vector<std::string> arguments, const std::string& more = "") {
    if (!more.empty()) arguments.push_back(more);
    return test::run_qbatt(arguments, {.directory = folder_.path("here")});
  }

  [[nodiscard]] std::string here(const std::string& name) const { return folder_.path("here/" + name); }
  std::string write_here(const std::string& name, const std::string& text) const { return folder_.write("here/" + name, text); }

  void expect_refused(const std::vector<std::string>& arguments, int exit_code, const std::string& message) {
    const test::CommandResult result = run_here(arguments);
    EXPECT_EQ(result.exit_code, exit_code) << arguments[0] << result.err;
    EXPECT_TRUE(test::is_one_message(result.err)) << arguments[0] << result.err;
    EXPECT_THAT(result.err, HasSubstr(message)) << arguments[0];
    EXPECT_THAT(result.out, IsEmpty());
  }
};

TEST_F(Overwrite, AFileThatIsNotOursIsKept) {
  for (const std::string text : {"my,own,data\n", "n_b,n_c\n1,2\n", "t\n0\n", "t,mine\n0,1\n", "no newline", "\n"}) {
    write_here("own.csv", text);
    for (const auto& command : commands("own.csv")) {
      expect_refused(command, 2, "-o: own.csv is there and is not a file of results of qbatt: --overwrite replaces it");
      EXPECT_EQ(test::read_text(here("own.csv")), text) << command[0];
    }
  }
}

TEST_F(Overwrite, ReplacesItWhenToldTo) {
  for (const auto& command : commands("own.csv")) {
    write_here("own.csv", "my,own,data\n");
    EXPECT_EQ(run_here(command, "--overwrite").exit_code, 0) << command[0];
    EXPECT_GT(test::Csv(test::read_text(here("own.csv"))).rows(), 3U) << command[0];
  }
}

TEST_F(Overwrite, AnOptimumReplacesWhatOthersReplace) {
  const std::vector<std::string> optimum{"optimum", "--nb", "3", "-o", "out.csv"};
  write_here("out.csv", "my,own,data\n");
  expect_refused(optimum, 2, "-o: out.csv is there and is not a file of results of qbatt: --overwrite replaces it");
  EXPECT_EQ(run_here(optimum, "--overwrite").exit_code, 0);
  EXPECT_EQ(run_here(optimum).exit_code, 0);
  EXPECT_EQ(test::Csv(test::read_text(here("out.csv"))).rows(), 1U);
}

TEST_F(Overwrite, IsNotNeededForResultsAndForNothing) {
  const std::string curve = run_here({"curve", "--nb", "2", "--populations"}).out;
  const std::string sweep = run_here({"sweep", "--nb", "2"}).out;
  const std::string older = sweep.substr(0, sweep.rfind(',', sweep.find('\n'))) + "\n";  // a column was appended since
  for (const std::string& text : {curve, sweep, older, std::string()}) {
    for (const auto& command : commands("out.csv")) {
      write_here("out.csv", text);
      EXPECT_EQ(run_here(command).exit_code, 0) << command[0] << text;
      EXPECT_EQ(test::Csv(test::read_text(here("out.csv"))).rows(), command[0] == "curve" ? 401U : 4U);
    }
  }
  // An analysis of results has columns of its own.
  write_here("out.csv", sweep.substr(0, sweep.find('\n')) + ",my_fit\n");
  for (const auto& command : commands("out.csv")) expect_refused(command, 2, "--overwrite replaces it");
}

TEST_F(Overwrite, FinishedChunksAreKept) {
  const test::CommandResult stopped = run_in_shell(
      "cd here; \"$0\" sweep --nb 2:9 --coupling lin:1:2:12500 --threads 1 -o out.csv & p=$!; "
      "while [ ! -e out.csv.parts/00000001.csv ]; do sleep 0.002; done; kill -TERM $p; wait $p");
  ASSERT_EQ(stopped.exit_code, 130) << stopped.err;
  const std::vector<std::string> content = folder_.content();
  for (const auto& command : commands("out.csv")) {
    expect_refused(command, 2, "of an interrupted sweep: qbatt sweep --resume goes on from there, --overwrite discards them");
    EXPECT_EQ(folder_.content(), content) << command[0];
  }
  for (const auto& command : commands("out.csv")) {
    std::filesystem::copy(here("out.csv.parts"), here("kept"), std::filesystem::copy_options::recursive);
    EXPECT_EQ(run_here(command, "--overwrite").exit_code, 0) << command[0];
    EXPECT_FALSE(std::filesystem::exists(here("out.csv.parts"))) << command[0];
    std::filesystem::rename(here("kept"), here("out.csv.parts"));
  }
}

TEST_F(Overwrite, PicturesReplacePicturesAlone) {
  if (run_in_shell("command -v gnuplot").exit_code != 0) GTEST_SKIP() << "gnuplot is not installed";
  const std::vector<std::string> plot{"plot", folder_.path("1.csv"), "--x", "n_b", "--y", "t_opt", "-o"};
  for (const char* name : {"out.svg", "out.png", "out.pdf"}) {
    std::vector<std::string> command = plot;
    command.emplace_back(name);
    EXPECT_EQ(run_here(command).exit_code, 0);
    EXPECT_EQ(run_here(command).exit_code, 0) << name;
    write_here(name, "my own notes");
    expect_refused(command, 2, std::string(name) + " is there and is not a picture");
    EXPECT_EQ(test::read_text(here(name)), "my own notes");
  }
}

TEST_F(Overwrite, NothingElseThanAFileIsReplaced) {
  ASSERT_EQ(::mkfifo(here("fifo.csv").c_str(), 0666), 0);
  std::filesystem::create_symlink("/dev/zero", here("zero.csv"));
  write_here("kept.csv", run_here({"sweep", "--nb", "2"}).out);
  std::filesystem::permissions(here("kept.csv"), std::filesystem::perms::owner_read);
  std::filesystem::create_directory(here("folder.csv"));
  std::filesystem::create_symlink("loop.csv", here("loop.csv"));
  const std::vector<std::string> content = folder_.content();
  const std::vector<std::pair<std::string, std::string>> refusals{{"fifo.csv", "cannot write fifo.csv: it is a FIFO"},
                                                                  {"zero.csv", "cannot write /dev/zero: it is a device"},
                                                                  {"kept.csv", "cannot write kept.csv: it is read-only"},
                                                                  {"folder.csv", "cannot write folder.csv: Is a directory"},
                                                                  {"loop.csv", "cannot write loop.csv: Too many levels"}};
  for (const auto& [file, message] : refusals) {
    for (auto command : commands(file)) {
      // What leads to another name has no suffix there, which is said before anything is looked at.
      const bool device = file == "zero.csv";
      expect_refused(command, device ? 2 : 3, device ? "`zero.csv`, which leads to `/dev/zero`, cannot be written" : message);
      command.emplace_back("--overwrite");
      expect_refused(command, device ? 2 : 3, device ? "cannot be written" : message);
    }
  }
  EXPECT_EQ(folder_.content(), content);
  EXPECT_TRUE(std::filesystem::is_fifo(here("fifo.csv")));
}

TEST_F(Overwrite, ALinkStaysAndItsTargetIsWritten) {
  std::filesystem::create_directory(here("data"));
  for (const auto& command : commands("out.csv")) {
    std::filesystem::create_symlink("data/" + command[0] + ".csv", here("out.csv"));
    for (int i = 0; i < 2; ++i) EXPECT_EQ(run_here(command).exit_code, 0) << command[0];
    EXPECT_TRUE(std::filesystem::is_symlink(here("out.csv")));
    EXPECT_GT(test::Csv(test::read_text(here("data/" + command[0] + ".csv"))).rows(), 3U);
    if (command[0] == "sweep") {
      EXPECT_EQ(run_here(command, "--resume").err, "qbatt: data/sweep.csv is complete\n");
      EXPECT_TRUE(std::filesystem::exists(here("data/sweep.csv.sweep.json")));
    }
    std::filesystem::remove(here("out.csv"));
  }
  std::filesystem::create_symlink("data/none", here("out.csv"));
  for (const auto& command : commands("out.csv")) expect_refused(command, 2, "`out.csv`, which leads to `data/none`, cannot be");
  std::filesystem::create_symlink("data/out.nc", here("other.csv"));
  for (const auto& command : commands("other.csv"))
    expect_refused(command, 2, "leads to `data/out.nc`, whose end tells of another");
}

TEST_F(Overwrite, ShardsAreReadThroughLinks) {
  for (const std::string i : {"1", "2"}) std::filesystem::create_symlink("../" + i + ".csv", here(i + ".csv"));
  EXPECT_EQ(run_here({"merge", "1.csv", "2.csv", "-o", "all.csv"}).exit_code, 0);
  EXPECT_EQ(test::read_text(here("all.csv")), run_here({"sweep", "--nb", "1:4"}).out);
}

TEST_F(Overwrite, StreamsAreWrittenAsTheyAre) {
  for (const std::vector<std::string>& command : {std::vector<std::string>{"sweep", "--nb", "1:4"}, {"curve", "--nb", "3"}}) {
    const std::string expected = run_here(command).out;
    for (const char* name : {"/dev/stdout", "-"}) {
      std::vector<std::string> to_stream = command;
      to_stream.insert(to_stream.end(), {"-o", name});
      EXPECT_EQ(run_here(to_stream).out, expected) << name;
    }
    std::vector<std::string> to_nothing = command;
    to_nothing.insert(to_nothing.end(), {"-o", "/dev/null"});
    const test::CommandResult result = run_here(to_nothing);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, IsEmpty());
  }
  EXPECT_THAT(run_here({"sweep", "--nb", "3", "--resume", "-o", "/dev/null"}).err, StartsWith("qbatt: --resume needs -o FILE"));
  EXPECT_EQ(run_here({"merge", "1.csv", "-o", "/dev/null"}).exit_code, 2);
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path("here")));
}

TEST_F(Overwrite, AFullStreamIsExitCode3) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full";
  for (const std::string command : {"--help", "--version", "sweep --help", "curve --nb 3", "sweep --nb 3", "sweep --nb 3 --dry-run",
                                    "sweep --nb 3 --print-config", "curve --nb 3 --print-config", "devices", "optimum --nb 3",
                                    "optimum --nb 3 --format json", "curve --nb 3 -o /dev/stdout"}) {
    const test::CommandResult result = run_in_shell("\"$0\" " + command + " > /dev/full");
    EXPECT_EQ(result.exit_code, 3) << command;
    EXPECT_EQ(result.err, "qbatt: cannot write the standard output: No space left on device\n") << command;
  }
}

// A limit of the size of files is one, not the end of the program.
TEST_F(Overwrite, AFileThatGrowsTooLargeIsExitCode3) {
  for (const std::string suffix : {".csv", ".nc"}) {
    for (const std::string command : {"sweep --nb 1:3 --coupling lin:1:2:4000 --quiet", "curve --nb 400 --populations"}) {
      const test::CommandResult result = run_in_shell("cd here; ulimit -f 200; \"$0\" " + command + " -o out" + suffix);
      if (result.err.find("this build has no netCDF") != std::string::npos) continue;
      EXPECT_EQ(result.exit_code, 3) << command << suffix;
      EXPECT_TRUE(test::is_one_message(result.err)) << result.err;
      EXPECT_THAT(result.err, HasSubstr("File too large")) << command << suffix;
      EXPECT_TRUE(std::filesystem::is_empty(folder_.path("here")));
    }
  }
}

}  // namespace
}  // namespace qbatt
