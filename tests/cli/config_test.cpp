#include "cli/cli_fixture.hpp"

namespace qbatt {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class Config : public test::Cli {
protected:
  // The sweep with this configuration is refused in one line that begins so, and nothing is written.
  void refuses(const std::string& content, const std::string& message) {
    folder_.write("c.toml", content);
    const test::CommandResult result = run({"sweep", "--config", "c.toml", "-o", "out.csv"});
    EXPECT_EQ(result.exit_code, 2) << content;
    EXPECT_TRUE(test::is_one_message(result.err)) << result.err;
    EXPECT_THAT(result.err, StartsWith("qbatt: c.toml: line " + message)) << content;
    EXPECT_THAT(folder_.content(), ElementsAre("c.toml"));
  }
};

TEST_F(Config, KeysAreOptions) {
  folder_.write("c.toml", "# a comment\nnb = '1:4'\nnc = \"nb+1\"\ncoupling = -0.5\nising = 0\n");
  EXPECT_EQ(succeeds({"sweep", "--config", "c.toml"}),
            succeeds({"sweep", "--nb", "1:4", "--nc", "nb+1", "--coupling", "-0.5", "--ising", "0"}));
}

TEST_F(Config, ArraysAreLists) {
  folder_.write("c.toml", "nb = [1, 2, '4:6']\nising = [-0.5, 1e-3]\n");
  EXPECT_EQ(succeeds({"sweep", "--config", "c.toml"}), succeeds({"sweep", "--nb", "1,2,4:6", "--ising", "-0.5,1e-3"}));
}

TEST_F(Config, TheCommandLineWins) {
  folder_.write("c.toml", "nb = 3\nnc = 4\no = 'c.csv'\nskip-invalid = true\n");
  EXPECT_EQ(succeeds({"sweep", "--config", "c.toml", "--nb", "5", "-o", "-"}), succeeds({"sweep", "--nb", "5", "--nc", "4"}));
  EXPECT_THAT(folder_.content(), ElementsAre("c.toml"));
}

TEST_F(Config, SwitchesAreTrueOrFalse) {
  folder_.write("c.toml", "nb = '1:3'\nnc = 'nb-1'\nskip-invalid = true\nquiet = false\n");
  const test::CommandResult result = run({"sweep", "--config", "c.toml"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.err, HasSubstr("1 combination dropped as not physical"));
}

TEST_F(Config, EveryCommandHasOne) {
  folder_.write("c.toml", "nb = 7\nm = 6\n");
  EXPECT_EQ(succeeds({"optimum", "--config", "c.toml"}), succeeds({"optimum", "--nb", "7", "--m", "6"}));
  EXPECT_EQ(succeeds({"curve", "--config", "c.toml"}), succeeds({"curve", "--nb", "7", "--m", "6"}));
  folder_.write("series.toml", "nb = 7\nseries = ['energy', 'entropy']\npopulations = true\ntimes = '0:1:5'\n");
  EXPECT_EQ(succeeds({"curve", "--config", "series.toml"}),
            succeeds({"curve", "--nb", "7", "--series", "energy,entropy", "--populations", "--times", "0:1:5"}));
}

TEST_F(Config, DamagedFilesAreNamedWithTheirLine) {
  refuses("nb = \"1:20\nnc = 3\n", "1: `nb`: Error while parsing string");
  refuses("nb = 5\nnc = \"3", "2: `nc`: Error while parsing string: encountered end-of-file");
  refuses("nb = 5\nnb = 6\n", "2: `nb`: Error while parsing key-value pair: cannot redefine existing integer 'nb'");
  refuses("nb = 5\n\nnb 6\n", "3: `nb`: Error while parsing key-value pair: expected '='");
  refuses("nb =\n", "1: `nb`: ");
  refuses("nb = five\n", "1: `nb`: ");
  refuses("nb = n\n", "1: `nb`: ");
  refuses("nb = [1, 2\n", "1: `nb`: Error while parsing array");
  refuses("nb = 99999999999999999999\n", "1: `nb`: ");
  refuses("\n= 5\n", "2: Error while parsing root table");
  refuses("nb = 5\n# \xff\n", "2: Encountered invalid utf-8");
  refuses(std::string("\x7f"
                      "ELF\x02\x01\0\0\0\xff",
                      10),
          "1: ");
}

TEST_F(Config, UnknownKeysAndWrongTypes) {
  refuses("nb = 5\nbattery = 3\n", "2: `battery` is not an option of qbatt sweep: the keys are nb, nc, m, omega-b,");
  refuses("nb = 5\nn_c = 3\n", "2: `n_c` is not an option of qbatt sweep");
  refuses("nb = 5\n\nformat = 'json'\n", "3: `format` is not an option of qbatt sweep");
  refuses("config = 'c.toml'\n", "1: `config` is not an option");
  refuses("help = true\n", "1: `help` is not an option");
  refuses("[system]\nnb = 5\n", "1: `system` is a table: it must be a number, a string, true or false, or an array of");
  refuses("nb = 5\nnc.x = 3\n", "2: `nc` is a table");
  refuses("nb = true\n", "1: `nb` must be a number, a string, or an array of them");
  refuses("nb = 5\nquiet = 1\n", "2: `quiet` must be true or false");
  refuses("nb = 5\nquiet = 'yes'\n", "2: `quiet` must be true or false");
  refuses("nb = 2026-01-01\n", "1: `nb` is a date or time");
  refuses("nb = [1, true]\n", "1: `nb` is an array of other things than numbers and strings");
  refuses("nb = [[1], [2]]\n", "1: `nb` is an array of other things");
}

TEST_F(Config, BadValuesAreNamedWithTheirLine) {
  refuses("\nnb = 1.5\n", "2: --nb: `1.5` is not a whole number: it must be a whole number from 1 to 10000000000");
  refuses("nb = 0\n", "1: N_b (--nb) = 0 is out of range");
  refuses("nb = []\n", "1: --nb: ");
  refuses("nb = nan\n", "1: --nb: `nan` is not a number");
  refuses("nb = 5\ntolerance = 0\n", "2: --tolerance: `0` is out of range");
  refuses("nb = 5\nsolver = 3\n", "2: --solver: `3` is not known: it must be one of auto");
  refuses("nb = 5\nthreads = [1, 2]\n", "2: --threads: `1,2` is not a number");
}

// A value of the command line is at fault, whatever the file says of other options.
TEST_F(Config, FaultsOfTheCommandLineAreNotTheFiles) {
  folder_.write("c.toml", "nb = 5\nskip-invalid = false\n");
  const test::CommandResult result = run({"sweep", "--config", "c.toml", "--nc", "3:4", "--m", "4"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, StartsWith("qbatt: m (--m) = 4 is out of range"));
}

TEST_F(Config, UnreadableFilesAreExitCode3) {
  for (const char* name : {"none.toml", ".", "c.toml/x"}) {
    folder_.write("c.toml", "");
    const test::CommandResult result = run({"sweep", "--config", name});
    EXPECT_EQ(result.exit_code, 3) << name;
    EXPECT_TRUE(test::is_one_message(result.err)) << result.err;
    EXPECT_THAT(result.err, StartsWith(std::string("qbatt: --config: cannot read ") + name + ": "));
  }
}

TEST_F(Config, PrintedItReproducesTheRows) {
  const std::vector<std::string> arguments{"sweep", "--nb",           "2:9",        "--nc",        "nb-1:nb+1",
                                           "--m",   "nc,nc-1",        "--coupling", "1e-1,-2.5",   "-o",
                                           "-",     "--skip-invalid", "--ising",    "lin:0:0.3:2", "--quiet"};
  std::vector<std::string> print = arguments;
  print.emplace_back("--print-config");
  const std::string config = succeeds(print);
  EXPECT_THAT(config, HasSubstr("nb = \"2:9\"\n"));
  EXPECT_THAT(config, HasSubstr("skip-invalid = true\n"));
  EXPECT_THAT(config, HasSubstr("dry-run = false\n"));
  EXPECT_THAT(config, HasSubstr("# omega-c: omega-b\n"));
  folder_.write("c.toml", config);
  EXPECT_EQ(succeeds({"sweep", "--config", "c.toml"}), succeeds(arguments));
  EXPECT_EQ(succeeds({"sweep", "--config", "c.toml", "--print-config"}), config);
}

TEST_F(Config, PrintedItHoldsAnyText) {
  const std::string name = "\nit's \"quoted\"\\ \t\n \x01 #.csv";
  const std::string config = succeeds({"sweep", "--nb", "2", "-o", name, "--print-config"});
  folder_.write("c.toml", config);
  EXPECT_EQ(succeeds({"sweep", "--config", "c.toml", "--print-config"}), config);
  succeeds({"sweep", "--config", "c.toml"});
  EXPECT_THAT(folder_.content(), testing::Contains(name));
}

// What is given one by one is printed as the list that it is.
TEST_F(Config, PrintedItHoldsWhatIsGivenSeveralTimes) {
  const std::vector<std::string> plot{"plot", "data.csv", "--x", "n_b", "--y", "t_opt", "--where", "n_c=3", "--where", "ising=0.5"};
  folder_.write("data.csv", "n_b,n_c,ising,t_opt\n1,3,0,2\n2,3,0.5,3\n3,4,0.5,4\n");
  std::vector<std::string> print = plot;
  print.emplace_back("--print-config");
  const std::string config = succeeds(print);
  EXPECT_THAT(config, HasSubstr("where = \"n_c=3,ising=0.5\"\n"));
  folder_.write("c.toml", config);
  EXPECT_EQ(succeeds({"plot", "--config", "c.toml", "--print-config"}), config);
  folder_.write("none.toml", "file = 'data.csv'\nx = 'n_b'\ny = 't_opt'\nwhere = ['n_c=4', 'ising=0']\n");
  EXPECT_THAT(run({"plot", "--config", "none.toml"}).err, HasSubstr("has no row with n_c = 4, ising = 0"));
}

TEST_F(Config, EveryCommandPrintsItsOptions) {
  for (const char* command : {"optimum", "curve", "sweep", "merge", "figures", "plot", "devices"})
    EXPECT_THAT(succeeds({command, "--print-config"}), StartsWith(std::string("# qbatt ") + command)) << command;
  EXPECT_THAT(folder_.content(), IsEmpty());
}

}  // namespace
}  // namespace qbatt
