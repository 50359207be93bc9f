#include "cli/cli_fixture.hpp"

namespace qbatt {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class BadInput : public test::Cli {
protected:
  // Whatever is wrong: the exit code, one line on stderr that holds `message`, nothing on stdout, nothing written.
  void refuses(const std::vector<std::string>& arguments, const std::string& message, int exit_code = 2) {
    const std::vector<std::string> before = folder_.content();
    const test::CommandResult result = run(arguments);
    std::string line = "qbatt";
    for (const std::string& argument : arguments) line += " " + argument;
    EXPECT_EQ(result.exit_code, exit_code) << line;
    EXPECT_TRUE(test::is_one_message(result.err)) << line << "\n" << result.err;
    EXPECT_THAT(result.err, HasSubstr(message)) << line;
    EXPECT_THAT(result.out, IsEmpty()) << line;
    EXPECT_EQ(folder_.content(), before) << line;
  }

  // The option's value is refused by every command that takes systems.
  void refuses_value(const std::string& option, const std::string& value, const std::string& message) {
    std::vector<std::string> rest;
    if (option != "--nb") rest = {"--nb", "5"};
    for (const char* command : {"optimum", "curve", "sweep"}) {
      std::vector<std::string> arguments{command, option, value};
      arguments.insert(arguments.end(), rest.begin(), rest.end());
      if (std::string(command) != "optimum") arguments.insert(arguments.end(), {"-o", "out.csv"});
      refuses(arguments, message);
    }
  }
};

TEST_F(BadInput, UnknownCommandsAndOptions) {
  refuses({}, "a command is missing: it must be one of optimum, curve, sweep");
  refuses({"optimun", "--nb", "5"}, "unknown command `optimun`");
  refuses({"--nb", "5"}, "unknown option `--nb`");
  refuses({"sweep", "--nb", "5", "--bogus"}, "`--bogus` is not an option of qbatt sweep: the options are --help, --nb");
  refuses({"bench", "--nb", "5", "-o", "x.csv"}, "`-o` is not an option of qbatt bench");
  refuses({"sweep", "--nb", "5", "extra", "-o", "out.csv"}, "`extra` is not an argument of qbatt sweep");
  refuses({"devices", "now"}, "`now` is not an argument");
}

// Whatever is a name out of a known set: the nearest is named, and all of them.
TEST_F(BadInput, MisspelledNames) {
  refuses({"swep", "--nb", "5"}, "unknown command `swep`: did you mean `sweep`? A command must come first, one of optimum, curve");
  refuses({"Optimum"}, "did you mean `optimum`?");
  refuses({"--verison"}, "unknown option `--verison`: a command must come first; did you mean `--version`?");
  refuses({"sweep", "--omega_b", "2"},
          "`--omega_b` is not an option of qbatt sweep: did you mean `--omega-b`? The options are --help,");
  refuses({"curve", "--nb", "5", "--pop"}, "did you mean `--populations`?");
  refuses({"sweep", "--nb", "5", "--output=x.csv"}, "`--output=x.csv` is not an option of qbatt sweep: did you mean `-o`?");
  refuses({"figures", "--output", "x"}, "did you mean `--out`?");
  refuses({"optimum", "-nb", "5"}, "did you mean `--nb`?");
  refuses({"optimum", "--nb", "5", "--solver", "spectal"},
          "--solver: `spectal` is not known: did you mean `spectral`? It must be one of auto, spectral, chebyshev, dense");
  refuses({"optimum", "--nb", "5", "--optimum", "first_peak"}, "did you mean `first-peak`?");
  refuses({"optimum", "--nb", "5", "--format", "JSON"}, "did you mean `json`?");
  refuses({"curve", "--nb", "5", "--time-unit", "abs"}, "did you mean `absolute`?");
  refuses({"curve", "--nb", "5", "--series", "energy,entrophy"},
          "--series: `entrophy` in `energy,entrophy` is not a series: did you mean `entropy`?");
  folder_.write("data.csv", "n_b,t_opt,energy_per_cell_opt\n1,2,1\n2,3,1\n");
  refuses({"plot", "data.csv", "--x", "nb", "--y", "t_opt"},
          "there is no column `nb`: did you mean `n_b`? It must be one of n_b, t_opt,");
  refuses({"plot", "data.csv", "--x", "n_b", "--y", "energy_per_cell"}, "did you mean `energy_per_cell_opt`?");
  folder_.write("systems.csv", "n_b,omega-b\n5,1\n");
  refuses({"sweep", "--systems", "systems.csv"}, "`omega-b` is not a column of systems: did you mean `omega_b`?");
  refuses({"optimum", "--nb", "5", "--memory", "8gib"},
          "--memory: `8gib` has an unknown unit: did you mean `GiB`? It must be a number with");
  refuses({"optimum", "--nb", "5", "--omega-c", "0.5omega_b+1"},
          "`0.5omega_b+1` is not a number or a link (did you mean `omega-b`?): it must");
  folder_.write("c.toml", "omega_c = 1\n");
  refuses({"sweep", "--nb", "5", "--config", "c.toml"},
          "c.toml: line 1: `omega_c` is not an option of qbatt sweep: did you mean `omega-c`? The keys are nb,");
}

TEST_F(BadInput, MissingAndRepeatedValues) {
  refuses({"sweep", "--nb"}, "--nb: its value is missing");
  refuses({"sweep", "--nb="}, "--nb");
  refuses({"sweep", "--nb", "5", "-o"}, "-o: its value is missing");
  refuses({"sweep", "--nb", "5", "--nb", "6"}, "--nb: it is given more than once");
  refuses({"sweep", "-o", "out.csv"}, "--nb is required");
  refuses({"sweep", "--nb", "--nc", "5"}, "--nb");
}

TEST_F(BadInput, BatterySpins) {
  refuses_value("--nb", "0", "N_b (--nb) = 0 is out of range: it must lie between 1 and 10000000000");
  refuses_value("--nb", "-3", "N_b (--nb) = -3 is out of range");
  refuses_value("--nb", "1.5", "--nb: `1.5` is not a whole number: it must be a whole number from 1 to 10000000000");
  refuses_value("--nb", "1e400", "--nb: `1e400` is too large");
  refuses_value("--nb", "nan", "--nb: `nan` is not a number");
  refuses_value("--nb", "inf", "--nb: `inf`");
  refuses_value("--nb", "0x10", "--nb: `0x10`");
  refuses_value("--nb", "99999999999999999999", "--nb: `99999999999999999999` is too large");
  refuses_value("--nb", "1e10.5", "--nb");
  refuses_value("--nb", "five", "--nb: `five`");
  refuses_value("--nb", "", "--nb");
  refuses_value("--nb", "5 ", "--nb: `5 `");
  refuses_value("--nb", "1\n2", "--nb: `1?2`");
  refuses_value("--nb", "nc", "form a cycle");
}

TEST_F(BadInput, OtherParameters) {
  refuses_value("--m", "6", "m (--m) = 6 is out of range: it must lie between 0 and N_c = 5");
  refuses_value("--m", "-1", "m (--m) = -1 is out of range");
  refuses_value("--nc", "0", "N_c (--nc) = 0 is out of range");
  refuses_value("--omega-b", "0", "omega_b (--omega-b) = 0 is out of range: it must be a finite number greater than 0");
  refuses_value("--omega-b", "-1", "omega_b (--omega-b) = -1 is out of range");
  refuses_value("--omega-c", "nan", "--omega-c: `nan`");
  refuses_value("--coupling", "1e400", "--coupling: `1e400` is too large");
  refuses_value("--ising", "inf", "--ising: `inf`");
}

TEST_F(BadInput, Axes) {
  refuses({"sweep", "--nb", "1:10:0", "-o", "out.csv"}, "the step in `1:10:0`: `0` must be a whole number greater than 0");
  refuses({"sweep", "--nb", "10:1", "-o", "out.csv"}, "--nb: `10:1` is a descending range");
  refuses({"sweep", "--nb", "1,,2", "-o", "out.csv"}, "--nb: `1,,2` has an empty item");
  refuses({"sweep", "--nb", "1:", "-o", "out.csv"}, "has an empty item");
  refuses({"sweep", "--nb", "5", "--ising", "lin:0:1:0", "-o", "out.csv"}, "--ising: the count in `lin:0:1:0`");
  refuses({"sweep", "--nb", "5", "--ising", "0:2e12:1", "-o", "out.csv"}, "has more than 1000000000000 values");
  refuses({"sweep", "--nb", "5", "--ising", "lin:0:1:9999999999999", "-o", "out.csv"}, "out of range");
  refuses({"sweep", "--nb", "1:9", "--nc", "nb-3:nb+3", "-o", "out.csv"}, "--skip-invalid drops such combinations");
  refuses({"optimum", "--nb", "1:5"}, "--nb: `1:5` is an axis, which only qbatt sweep takes");
  refuses({"curve", "--nb", "1,5"}, "is an axis");
}

TEST_F(BadInput, Links) {
  refuses_value("--nc", "mb+1", "--nc: `mb+1`");
  refuses_value("--nc", "nb+", "--nc: `nb+`");
  refuses_value("--ising", "nb*2", "--ising: `nb*2`");
  refuses({"sweep", "--nb", "nc", "--nc", "nb", "-o", "out.csv"}, "--nb: the links --nb nc, --nc nb form a cycle");
  refuses({"sweep", "--nb", "nb", "-o", "out.csv"}, "form a cycle");
  refuses({"sweep", "--nb", "2:5", "--nc", "2nb:nb", "-o", "out.csv"}, "--nc: `2nb:nb` is a descending range, from 4 to 2");
  refuses({"sweep", "--nb", "5", "--ising", "0:1:nb", "-o", "out.csv"}, "the step in `0:1:nb`: `nb` is not a number");
  refuses({"sweep", "--nb", "5", "--ising", "lin:0:1:nb", "-o", "out.csv"}, "--ising: the count in `lin:0:1:nb`");
}

TEST_F(BadInput, SpacedAxes) {
  refuses({"sweep", "--nb", "5", "--ising", "lin:0:1", "-o", "out.csv"}, "does not have the form lin:START:STOP:COUNT");
  refuses({"sweep", "--nb", "5", "--ising", "lin:0:1:1.5", "-o", "out.csv"}, "`1.5` is not a whole number");
  refuses({"sweep", "--nb", "5", "--ising", "lin:0:nan:3", "-o", "out.csv"}, "--ising: `nan`");
  refuses({"sweep", "--nb", "5", "--coupling", "log:0:1:3", "-o", "out.csv"}, "takes the logarithm of what is not greater than 0");
}

TEST_F(BadInput, SolversThatCannot) {
  refuses({"optimum", "--nb", "32766", "--solver", "dense"},
          "solver (--solver) = dense is out of range for 32767 levels: it takes up to 32766");
}

TEST_F(BadInput, InstructionSets) {
  for (const char* command : {"optimum", "curve", "sweep"}) {
    const test::CommandResult result = run({command, "--nb", "5"}, {.environment = {{"QBATT_ISA", "sse"}}});
    EXPECT_EQ(result.exit_code, 2) << command;
    EXPECT_TRUE(test::is_one_message(result.err)) << result.err;
    EXPECT_THAT(result.err, HasSubstr("QBATT_ISA = sse is not available")) << command;
    EXPECT_THAT(result.out, IsEmpty()) << command;
  }
}

TEST_F(BadInput, Benchmarks) {
  refuses({"bench", "--seconds", "0"}, "--seconds: `0` is out of range: it must be a number greater than 0 and at most 3600");
  refuses({"bench", "--seconds", "fast"}, "--seconds: `fast` is not a number");
  refuses({"bench", "--format", "xml"}, "--format: `xml` is not known: it must be one of table, json");
  refuses({"bench", "--nb", "1,,2"}, "--nb: `1,,2` has an empty item");
}

TEST_F(BadInput, ConfigurationsThatCannotBeRead) {
  for (const char* command : {"optimum", "curve", "sweep", "bench", "plot", "devices"}) {
    refuses({command, "--config", "none.toml"}, "--config: cannot read none.toml: No such file or directory", 3);
    refuses({command, "--config", "."}, "--config: cannot read .", 3);
  }
}

TEST_F(BadInput, WorkOptions) {
  refuses({"optimum", "--nb", "5", "--solver", "magic"},
          "--solver: `magic` is not known: it must be one of auto, spectral, chebyshev, dense");
  refuses({"optimum", "--nb", "5", "--backend", "tpu"},
          "--backend: `tpu` is not known: did you mean `cpu`? It must be one of auto, cpu, cuda");
  refuses({"optimum", "--nb", "5", "--threads", "0"}, "--threads: `0` is out of range");
  refuses({"optimum", "--nb", "5", "--threads", "1.5"}, "--threads: `1.5` is not a whole number");
  refuses({"optimum", "--nb", "5", "--tolerance", "0"}, "--tolerance: `0` is out of range: it must be a number greater than 0");
  refuses({"optimum", "--nb", "5", "--tolerance", "nan"}, "--tolerance: `nan`");
  refuses({"optimum", "--nb", "5", "--dense-routine", "syevd"},
          "--dense-routine: `syevd` is not known: did you mean `syevj`? It must be one of syevj, syev");
  refuses({"optimum", "--nb", "5", "--format", "xml"}, "--format: `xml` is not known: it must be one of table, json");
  refuses({"sweep", "--nb", "5", "--optimum", "best", "-o", "out.csv"},
          "--optimum: `best` is not known: it must be one of first-peak, global, power, none");
}

TEST_F(BadInput, Windows) {
  for (const std::vector<std::string>& rule : {std::vector<std::string>{}, {"--optimum", "first-peak"}, {"--optimum", "none"}}) {
    std::vector<std::string> arguments{"sweep", "--nb", "5", "--window", "3", "-o", "out.csv"};
    arguments.insert(arguments.end(), rule.begin(), rule.end());
    refuses(arguments, "--window needs --optimum global");
  }
  const auto refuses_window = [this](const std::string& value, const std::string& message) {
    for (const char* command : {"optimum", "curve", "sweep"})
      refuses({command, "--nb", "5", "--optimum", "global", "--window", value}, message);
  };
  refuses_window("0", "--window: `0` is out of range: it must be a number greater than 0");
  refuses_window("-1", "--window: `-1` is out of range");
  refuses_window("nan", "--window: `nan` is not a number");
  refuses_window("inf", "--window: `inf`");
  refuses_window("1e400", "--window: `1e400` is too large");
  refuses_window("ten", "--window: `ten` is not a number");
  refuses_window("1:5", "--window: `1:5`");
  refuses({"optimum", "--nb", "5", "--optimum", "none"},
          "--optimum: `none` leaves nothing to print: it must be one of first-peak, global");
}

TEST_F(BadInput, DevicesAndMemory) {
  refuses_value("--device", "0,1,0", "--device: 0 stands twice in `0,1,0`: each device may be named once");
  refuses_value("--device", "-1", "--device: `-1` is out of range: it must be a whole number from 0 to 1023");
  refuses_value("--device", "0,", "--device: ``");
  refuses_value("--device", "all", "--device: `all` is not a number");
  refuses_value("--memory", "8", "--memory: `8` has no unit: it must be a number with one of the units B, kB, MB, GB, TB, KiB");
  refuses_value("--memory", "8GiBi", "--memory: `8GiBi` has an unknown unit");
  refuses_value("--memory", "8gb", "--memory: `8gb` has an unknown unit");
  refuses_value("--memory", "0GiB", "--memory: `0GiB` is out of range");
  refuses_value("--memory", "-1GiB", "--memory: `-1GiB` is out of range");
  refuses_value("--memory", "1e400GiB", "--memory: `1e400GiB` is out of range");
  refuses_value("--memory", "GiB", "--memory: `GiB` is not an amount of memory");
}

TEST_F(BadInput, TimesAndSeries) {
  refuses({"curve", "--nb", "5", "--times", "0:1", "-o", "out.csv"}, "--times: `0:1` must have the form START:STOP:COUNT");
  refuses({"curve", "--nb", "5", "--times", "2:1:5", "-o", "out.csv"}, "times (--times) = 2:1:5 is out of range");
  refuses({"curve", "--nb", "5", "--times", "0:1:1", "-o", "out.csv"}, "times (--times)");
  refuses({"curve", "--nb", "5", "--times", "0:1:0", "-o", "out.csv"}, "--times: the count: `0` is out of range");
  refuses({"curve", "--nb", "5", "--times", "0:nan:5", "-o", "out.csv"}, "--times: `nan` is not a number");
  refuses({"curve", "--nb", "5", "--times", "0:1:1e9", "--populations", "--nc", "1e9", "--m", "1e9", "-o", "out.csv"}, "memory");
  refuses({"curve", "--nb", "5", "--time-unit", "seconds"},
          "--time-unit: `seconds` is not known: it must be one of absolute, rabi, optimum");
  refuses({"curve", "--nb", "5", "--series", "energy,charm"},
          "--series: `charm` in `energy,charm` is not a series: it must be one of energy");
  refuses({"curve", "--nb", "5", "--series", "energy,"}, "--series: ``");
  refuses({"curve", "--nb", "5", "--series", "energy,energy"}, "stands twice");
  refuses({"curve", "--nb", "5", "--m", "0", "-o", "out.csv"}, "--time-unit: `optimum` does not exist where nothing moves");
}

TEST_F(BadInput, SeriesOfASweep) {
  for (const char* output : {"out.csv", "-"}) {
    refuses({"sweep", "--nb", "5", "--times", "0:1:5", "--populations", "-o", output},
            "--populations: the populations of a sweep go to netCDF only: -o must be a file that ends in .nc, not `");
  }
  refuses({"sweep", "--nb", "5", "--times", "0:1:5", "--populations"}, "not `-`");
  refuses({"sweep", "--nb", "5", "--series", "energy", "-o", "out.nc"}, "--series needs --times, such as --times 0:10:201");
  refuses({"sweep", "--nb", "5", "--times", "1,0.5", "-o", "out.csv"},
          "times (--times): 0.5 stands behind 1: times must not descend");
  refuses({"sweep", "--nb", "5", "--populations", "-o", "out.nc"}, "--populations needs --times");
  refuses({"sweep", "--nb", "5", "--time-unit", "rabi", "-o", "out.nc"}, "--time-unit needs --times");
  refuses({"sweep", "--nb", "5", "--times", "2:1:5", "-o", "out.nc"}, "times (--times) = 2:1:5 is out of range");
  refuses({"sweep", "--nb", "5", "--times", "0:1:5", "--series", "charm", "-o", "out.nc"}, "--series: `charm`");
  refuses({"sweep", "--nb", "5", "--times", "0:1:5", "--time-unit", "hours", "-o", "out.nc"}, "--time-unit: `hours`");
  refuses({"sweep", "--nb", "5,1e9", "--times", "0:1:1e6", "--populations", "-o", "out.nc"}, "of memory: ask for fewer");
}

TEST_F(BadInput, OutputNames) {
  for (const char* command : {"sweep", "curve"}) {
    for (const char* name : {"out", "out.txt", ".csv", ".nc", "out.nc.gz"}) {
      refuses({command, "--nb", "5", "-o", name},
              std::string("-o: `") + name + "` cannot be written: it must be a file that ends in");
    }
  }
}

TEST_F(BadInput, UnwritableOutputs) {
  folder_.write("file", "");
  for (const std::string suffix : {".csv", ".nc"}) {
    std::filesystem::create_directory(folder_.path("folder" + suffix));
    for (const char* command : {"sweep", "curve"}) {
      refuses({command, "--nb", "5", "-o", "none/out" + suffix}, "none/out" + suffix, 3);
      refuses({command, "--nb", "5", "-o", "none/out" + suffix}, "No such file or directory", 3);
      refuses({command, "--nb", "5", "-o", "file/out" + suffix}, "Not a directory", 3);
      refuses({command, "--nb", "5", "-o", "folder" + suffix}, "folder" + suffix + ": Is a directory", 3);
    }
  }
}

TEST_F(BadInput, AFullStandardOutputIsAFileError) {
  for (const char* command : {"sweep --nb 1:3", "curve --nb 3", "optimum --nb 3", "devices", "sweep --nb 3 --dry-run"}) {
    const test::CommandResult result = run_in_shell("\"$0\" " + std::string(command) + " > /dev/full");
    EXPECT_EQ(result.exit_code, 3) << command;
    EXPECT_EQ(result.err, "qbatt: cannot write the standard output: No space left on device\n") << command;
  }
}

TEST_F(BadInput, AbsentBackendsAreExitCode4) {
  const test::CommandResult devices = run({"devices"});
  if (devices.out.find("cuda  found") != std::string::npos) GTEST_SKIP() << "there is a CUDA backend";
  refuses({"optimum", "--nb", "5", "--backend", "cuda"}, "cuda", 4);
  refuses({"curve", "--nb", "5", "--backend", "cuda", "-o", "out.csv"}, "cuda", 4);
  refuses({"sweep", "--nb", "5", "--backend", "cuda", "-o", "out.csv"}, "cuda", 4);
}

TEST_F(BadInput, SystemsFiles) {
  const auto refuses_file = [&](const std::string& content, const std::string& message) {
    folder_.write("systems.csv", content);
    refuses({"sweep", "--systems", "systems.csv", "-o", "out.csv"}, message);
  };
  refuses_file("", "the file is empty");
  refuses_file("n_b\n", "there are no rows");
  refuses_file("n_b,n_c\n5,5\n5,five\n", "systems.csv: line 3, column n_c: `five` is not a number");
  refuses_file("n_b,n_c\n5\n", "systems.csv: line 2, column 2");
  refuses_file("n_b,m\n5,6\n", "systems.csv: line 2, column m: ");
  refuses_file("n_c\n5\n", "column n_b");
  refuses_file("n_b,what\n5,5\n", "line 1, column 2: `what` is not a column");
  refuses_file(std::string("\x7f"
                           "ELF\x02\x01\0\0\0\xff",
                           10),
               "line 1, column 1");
  refuses({"sweep", "--systems", "none.csv", "-o", "out.csv"}, "none.csv: No such file or directory", 3);
  refuses({"sweep", "--systems", ".", "-o", "out.csv"}, "Is a directory", 3);
  folder_.write("systems.csv", "n_b,n_c\n5,5\n");
  refuses({"sweep", "--systems", "systems.csv", "--nc", "5", "-o", "out.csv"}, "--nc cannot be combined with the column n_c of");
  refuses({"sweep", "--systems", "systems.csv", "--ising", "0:1", "-o", "out.csv"},
          "--ising: `0:1` is an axis, which cannot be combined with --systems");
  refuses({"sweep", "--systems", "out.nc", "-o", "out.csv"}, "--systems: out.nc cannot be read: it must be a CSV file");
  refuses({"optimum", "--nb", "5", "--format", "json", "-o", "out.csv"}, "--format: `json` cannot be combined with -o out.csv");
  refuses({"curve", "--nb", "5", "--format", "table"}, "--format: `table` is not known: it must be one of csv, json");
}

TEST_F(BadInput, Plots) {
  folder_.write("data.csv", "n_b,t_opt\n1,2\n2,3\n");
  refuses({"plot"}, "FILE");
  refuses({"plot", "-", "--x", "n_b", "--y", "t_opt"}, "-o FILE is needed where the results come from the standard input");
  refuses({"plot", "data.csv", "--y", "t_opt"}, "--x");
  refuses({"plot", "data.csv", "--x", "n_b"}, "--y");
  refuses({"plot", "data.csv", "--x", "n_b", "--y", "spin"}, "there is no column `spin`: it must be one of n_b, t_opt");
  refuses({"plot", "data.csv", "--x", "n_b", "--y", "t_opt,"}, "--y: ``");
  refuses({"plot", "data.csv", "--x", "n_b", "--y", "t_opt", "-o", "x.eps"}, "-o: `x.eps` cannot be drawn");
  refuses({"plot", "data.csv", "--x", "n_b", "--y", "t_opt", "--where", "n_b"}, "--where: `n_b` must be a column and a value");
  refuses({"plot", "data.csv", "--x", "n_b", "--y", "t_opt", "--where", "n_b=7"},
          "--where: data.csv has no row with n_b = 7: it must be one of 1, 2");
  refuses({"plot", "data.csv", "--x", "n_b", "--y", "t_opt", "--where", "n_b=1", "--where", "t_opt=3"},
          "no row with n_b = 1, t_opt = 3: it must be one of 2");
  refuses({"plot", "data.csv", "--x", "n_b", "--y", "t_opt", "--width", "8.6"}, "--width: `8.6` has no unit");
  refuses({"plot", "none.csv", "--x", "n_b", "--y", "t_opt"}, "none.csv", 3);
  refuses({"plot", "data.csv", "--x", "n_b", "--y", "t_opt", "-o", "none/x.svg"}, "none/x.svg", 3);
}

}  // namespace
}  // namespace qbatt
