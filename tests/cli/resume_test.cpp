#include "cli/cli_fixture.hpp"

namespace qbatt {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

/// Sweeps that are killed, damaged and taken up.
class Resume : public test::Cli {
protected:
  // `options` of a sweep of a dozen chunks, to a file.
  static std::vector<std::string> sweep(const std::string& file, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments{"sweep", "--nb", "2:9", "--coupling", "lin:1:2:12500", "-o", file};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  test::CommandResult resume(const std::string& file, std::vector<std::string> more = {}) {
    more.emplace_back("--resume");
    return run(sweep(file, more));
  }

  // The same rows by a run that nobody disturbs.
  std::string undisturbed() {
    EXPECT_EQ(run(sweep("whole.csv")).exit_code, 0);
    return test::read_text(folder_.path("whole.csv"));
  }

  // Stops a sweep with SIGTERM behind its second chunk.
  void interrupt(const std::string& file, const std::string& options = "--threads 1",
                 const std::string& advice = "--resume goes on from there") {
    const test::CommandResult result =
        run_in_shell("\"$0\" sweep --nb 2:9 --coupling lin:1:2:12500 -o " + file + " " + options + " & p=$!; while [ ! -e " + file +
                     ".parts/00000001.csv ]; do sleep 0.002; done; kill -TERM $p; wait $p");
    ASSERT_EQ(result.exit_code, 130) << result.err;
    EXPECT_THAT(result.err, HasSubstr(advice));
  }

  [[nodiscard]] std::string part(std::size_t i) const { return folder_.path("out.csv.parts/0000000" + std::to_string(i) + ".csv"); }
};

TEST_F(Resume, GoesOnWhereTheRunWasStopped) {
  const std::string whole = undisturbed();
  interrupt("out.csv");
  const auto first = std::filesystem::last_write_time(part(0));
  const test::CommandResult result = resume("out.csv", {"--threads", "2"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.err, HasSubstr(" of 13 chunks are taken over from out.csv.parts\n"));
  EXPECT_EQ(test::read_text(folder_.path("out.csv")), whole);
  EXPECT_FALSE(std::filesystem::exists(folder_.path("out.csv.parts")));
  EXPECT_LT(first, std::filesystem::last_write_time(folder_.path("out.csv")));
}

TEST_F(Resume, OfACompleteFileReturnsAtOnce) {
  EXPECT_EQ(resume("out.csv").exit_code, 0) << "where nothing was begun it begins";
  const auto written = std::filesystem::last_write_time(folder_.path("out.csv"));
  const test::CommandResult again = resume("out.csv");
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_EQ(again.err, "qbatt: out.csv is complete\n");
  EXPECT_EQ(std::filesystem::last_write_time(folder_.path("out.csv")), written);
}

// What cannot be recognized is kept: a foreign file, results without their record, results that were changed.
TEST_F(Resume, RefusesToReplaceWhatItDoesNotKnow) {
  const auto refused = [&](const std::string& file) {
    const std::vector<std::string> content = folder_.content();
    const std::string text = test::read_text(folder_.path(file));
    const test::CommandResult result = resume(file);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_TRUE(test::is_one_message(result.err)) << result.err;
    EXPECT_THAT(result.err, HasSubstr("--resume: " + file + " is not known: "));
    EXPECT_THAT(result.err, HasSubstr("; move it away, or give --overwrite in place of --resume to replace it"));
    EXPECT_EQ(test::read_text(folder_.path(file)), text);
    EXPECT_EQ(folder_.content(), content);
  };
  folder_.write("own.csv", "my,own,data\n");
  refused("own.csv");
  ASSERT_EQ(run(sweep("out.csv")).exit_code, 0);
  std::filesystem::rename(folder_.path("out.csv.sweep.json"), folder_.path("kept"));
  refused("out.csv");
  folder_.write("out.csv.sweep.json", "{");
  refused("out.csv");
  std::filesystem::rename(folder_.path("kept"), folder_.path("out.csv.sweep.json"));
  std::ofstream(folder_.path("out.csv"), std::ios::app) << "mine\n";
  refused("out.csv");
  ASSERT_EQ(run({"curve", "--nb", "3", "-o", "curve.csv"}).exit_code, 0);
  refused("curve.csv");
}

TEST_F(Resume, GoesOnReplacingWhatWasThereAtTheBeginningAlone) {
  const std::string whole = undisturbed();
  folder_.write("out.csv", "my,own,data\n");
  interrupt("out.csv", "--threads 1 --overwrite", "with --resume in place of --overwrite goes on from there");
  const auto modified = std::filesystem::last_write_time(folder_.path("out.csv"));
  folder_.write("out.csv", "my,new,data\n");
  std::filesystem::last_write_time(folder_.path("out.csv"), modified + std::chrono::seconds(1));
  EXPECT_THAT(resume("out.csv").err, HasSubstr("--resume: out.csv is not known: "));
  std::filesystem::last_write_time(folder_.path("out.csv"), modified);
  EXPECT_EQ(resume("out.csv").exit_code, 0);
  EXPECT_EQ(test::read_text(folder_.path("out.csv")), whole);
}

TEST_F(Resume, AndOverwriteExcludeEachOther) {
  const test::CommandResult result = resume("out.csv", {"--overwrite"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, StartsWith("qbatt: --overwrite discards the chunks that --resume would go on from"));
}

TEST_F(Resume, OfACompleteFileHasTheExitCodeOfItsRows) {
  const std::vector<std::string> arguments{"sweep", "--nb", "20:22", "--tolerance", "1e-30", "-o", "out.csv", "--resume"};
  EXPECT_EQ(run(arguments).exit_code, 1);
  EXPECT_EQ(run(arguments).exit_code, 1);
}

TEST_F(Resume, RefusesAnotherSweepAndNamesTheDifference) {
  interrupt("out.csv");
  const std::vector<std::string> content = folder_.content();
  const auto refused = [&](const std::vector<std::string>& more, const std::string& difference) {
    const test::CommandResult result = resume("out.csv", more);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_TRUE(test::is_one_message(result.err)) << result.err;
    EXPECT_THAT(result.err, HasSubstr(difference));
    EXPECT_EQ(folder_.content(), content);
  };
  refused({"--tolerance", "1e-9"}, "--tolerance is 1e-08 in out.csv.parts and 1e-09 here");
  refused({"--ising", "0.5"}, "--ising is 0 in out.csv.parts and 0.5 here");
  refused({"--optimum", "none"}, "--optimum is first-peak in out.csv.parts and none here");
  refused({"--solver", "dense"}, "--solver is auto in out.csv.parts and dense here");
  refused({"--shard", "1/2"}, "--shard is 1/1 in out.csv.parts and 1/2 here");
}

// What counts is what the options mean, not their letters.
TEST_F(Resume, KnowsTheSameSweepInOtherWords) {
  const auto complete = [&](const std::vector<std::string>& words) {
    std::vector<std::string> arguments{"sweep", "-o", "out.csv", "--resume"};
    arguments.insert(arguments.end(), words.begin(), words.end());
    EXPECT_EQ(run(arguments).err, "qbatt: out.csv is complete\n") << testing::PrintToString(words);
  };
  const auto refused = [&](const std::vector<std::string>& words, const std::string& difference) {
    std::vector<std::string> arguments{"sweep", "-o", "out.csv", "--resume"};
    arguments.insert(arguments.end(), words.begin(), words.end());
    const test::CommandResult result = run(arguments);
    EXPECT_EQ(result.exit_code, 2) << testing::PrintToString(words);
    EXPECT_THAT(result.err, HasSubstr(difference));
  };
  ASSERT_EQ(run({"sweep", "--nb", "1:5", "-o", "out.csv"}).exit_code, 0);
  complete({"--nb", "1:5", "--omega-b", "1.0", "--ising", "-0"});
  complete({"--nb", "1:0.5e1:1", "--nc", "1*nb+0", "--tolerance", "0.00000001"});
  complete({"--nb", "1,2,3:5", "--nc", "nb", "--skip-invalid", "--optimum", "first-peak"});
  complete({"--nb", "lin:1:5:5", "--m", "nb"});
  folder_.write("systems.csv", "n_b\n1\n2\n3\n4\n5\n");
  complete({"--systems", "systems.csv"});
  refused({"--nb", "1:5", "--omega-b", "1.5"}, "--omega-b is 1 in out.csv and 1.5 here");
  refused({"--nb", "5,4,3,2,1"}, "--nb is 1:5 in out.csv and 5,4,3,2,1 here");
  refused({"--nb", "1:5", "--tolerance", "1e-9"}, "--tolerance is 1e-08 in out.csv and 1e-09 here");
  ASSERT_EQ(run({"sweep", "--nb", "1:5", "--times", "0:1:3", "-o", "out.csv"}).exit_code, 0);
  complete({"--nb", "1:5", "--times", "0,0.5,1"});
  complete({"--nb", "1:5", "--times", "lin:0:1e0:3", "--time-unit", "absolute"});
  refused({"--nb", "1:5", "--times", "0,0.5,2"}, "--times is 0:1:3 in out.csv and 0,0.5,2 here");
  refused({"--nb", "1:5", "--times", "0:1:3", "--series", "entropy,energy"}, "--series is energy,");
  refused({"--nb", "1:5"}, "--times is 0:1:3 in out.csv and not given here");
}

TEST_F(Resume, OfADryRunSaysWhatIsLeft) {
  const auto left = [&](const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = sweep("out.csv", {"--resume", "--dry-run"});
    arguments.insert(arguments.end(), more.begin(), more.end());
    const test::CommandResult result = run(arguments);
    const std::size_t at = result.out.find("left  ");
    return at == std::string::npos ? result.err : result.out.substr(at);
  };
  EXPECT_EQ(left(), "left        100000 systems: nothing is begun\n");
  EXPECT_THAT(folder_.content(), IsEmpty());
  interrupt("out.csv");
  const std::vector<std::string> content = folder_.content();
  EXPECT_THAT(left(), testing::ContainsRegex(
                          "^left        [0-9]+ systems: [0-9]+ chunks with [0-9]+ systems finished in out.csv.parts\n$"));
  EXPECT_THAT(left({"--ising", "0.5"}), HasSubstr("out.csv.parts is of another sweep: --ising is 0 in out.csv.parts and 0.5 here"));
  EXPECT_EQ(folder_.content(), content) << "nothing is changed";
  EXPECT_EQ(resume("out.csv").exit_code, 0);
  EXPECT_EQ(left(), "left        nothing: out.csv is complete\n");
}

TEST_F(Resume, RefusesToReplaceACompleteFileOfAnotherSweep) {
  EXPECT_EQ(run(sweep("out.csv")).exit_code, 0);
  const std::string whole = test::read_text(folder_.path("out.csv"));
  const std::vector<std::string> content = folder_.content();
  const test::CommandResult refused = resume("out.csv", {"--tolerance", "1e-9"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_TRUE(test::is_one_message(refused.err)) << refused.err;
  EXPECT_THAT(refused.err, HasSubstr("--tolerance is 1e-08 in out.csv and 1e-09 here"));
  EXPECT_EQ(test::read_text(folder_.path("out.csv")), whole);
  EXPECT_EQ(folder_.content(), content);
}

TEST_F(Resume, GoesOnReplacingACompleteFileOfAnotherSweep) {
  const std::string whole = undisturbed();
  EXPECT_EQ(run({"sweep", "--nb", "1:3", "-o", "out.csv"}).exit_code, 0);
  interrupt("out.csv");
  EXPECT_EQ(resume("out.csv").exit_code, 0);
  EXPECT_EQ(test::read_text(folder_.path("out.csv")), whole);
}

TEST_F(Resume, RefusesToReplaceAWholeSweepByAShard) {
  EXPECT_EQ(run({"sweep", "--nb", "1:20", "-o", "out.csv"}).exit_code, 0);
  const std::vector<std::string> content = folder_.content();
  const test::CommandResult refused = run({"sweep", "--nb", "1:20", "--shard", "1/2", "--resume", "-o", "out.csv"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("--shard is 1/1 in out.csv and 1/2 here"));
  EXPECT_EQ(folder_.content(), content);
  EXPECT_EQ(run({"sweep", "--nb", "1:20", "--shard", "1/2", "-o", "out.csv"}).exit_code, 0);
  EXPECT_THAT(folder_.content(), ElementsAre("out.csv", "out.csv.shard.json")) << "no record of the file that was replaced";
}

TEST_F(Resume, RefusesPartsOfWhichItKnowsNothing) {
  interrupt("out.csv");
  folder_.write("out.csv.parts/journal", "nonsense\n");
  const test::CommandResult refused = resume("out.csv");
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("its journal does not say of which sweep"));
  EXPECT_TRUE(std::filesystem::exists(part(1)));
}

TEST_F(Resume, KnowsSystemsFromAPipe) {
  EXPECT_EQ(run_in_shell("printf 'n_b\\n2\\n3\\n' | \"$0\" sweep --systems /dev/stdin -o out.csv").exit_code, 0);
  const test::CommandResult other = run_in_shell("printf 'n_b\\n5\\n6\\n' | \"$0\" sweep --systems /dev/stdin -o out.csv --resume");
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.err, HasSubstr("the list of systems is 2 systems with CRC-32"));
}

TEST_F(Resume, ALogThatCannotBeWrittenStopsNothing) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full";
  EXPECT_EQ(run_in_shell("\"$0\" sweep --nb 1:5 --nc 1:3 --m 3 --skip-invalid -o out.csv 2>/dev/full").exit_code, 0);
  EXPECT_EQ(run_in_shell("\"$0\" nonsense 2>/dev/full").exit_code, 2);
}

TEST_F(Resume, DoesDamagedPartsAgain) {
  const std::string whole = undisturbed();
  interrupt("out.csv");
  std::filesystem::resize_file(part(0), std::filesystem::file_size(part(0)) / 2);
  std::string text = test::read_text(part(1));
  text[text.size() / 2] = static_cast<char>(text[text.size() / 2] ^ 1);
  std::ofstream(part(1), std::ios::binary) << text;
  const test::CommandResult result = resume("out.csv");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.err, HasSubstr("00000000.csv is damaged"));
  EXPECT_THAT(result.err, HasSubstr("00000001.csv is damaged (its checksum is wrong): it is computed again\n"));
  EXPECT_EQ(test::read_text(folder_.path("out.csv")), whole);
}

TEST_F(Resume, NeedsAFile) {
  const test::CommandResult result = run({"sweep", "--nb", "3", "--resume"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, StartsWith("qbatt: --resume needs -o FILE"));
}

TEST_F(Resume, ASecondSignalStopsAtOnce) {
  const test::CommandResult result = run_in_shell(
      "\"$0\" sweep --nb 2e8 -o out.csv & p=$!; while [ ! -e out.csv.parts/journal ]; do sleep 0.01; done; sleep 0.3; "
      "kill -INT $p; sleep 0.1; kill -TERM $p; wait $p");
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_FALSE(result.timed_out);
}

#ifdef QBATT_HAS_NETCDF
TEST_F(Resume, OfACompleteNetcdfReturnsAtOnce) {
  const std::vector<std::string> arguments{"sweep", "--nb", "1:30", "-o", "out.nc", "--resume"};
  EXPECT_EQ(run(arguments).exit_code, 0);
  EXPECT_THAT(folder_.content(), ElementsAre("out.nc"));
  EXPECT_EQ(run(arguments).err, "qbatt: out.nc is complete\n");
  const auto written = std::filesystem::last_write_time(folder_.path("out.nc"));
  const test::CommandResult other = run({"sweep", "--nb", "1:31", "-o", "out.nc", "--resume"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.err, HasSubstr("--nb is 1:30 in out.nc and 1:31 here"));
  EXPECT_EQ(std::filesystem::last_write_time(folder_.path("out.nc")), written);
  EXPECT_THAT(folder_.content(), ElementsAre("out.nc"));
}

TEST_F(Resume, RefusesToReplaceNetcdfThatItDoesNotKnow) {
  if (run_in_shell("command -v ncgen").exit_code != 0) GTEST_SKIP() << "ncgen is not installed";
  const auto refused = [&](const std::vector<std::string>& command, const std::string& message) {
    const std::string before = test::read_text(folder_.path(command.back()));
    const test::CommandResult result = run(command);
    EXPECT_EQ(result.exit_code, 2) << result.err;
    EXPECT_THAT(result.err, HasSubstr(message));
    EXPECT_EQ(test::read_text(folder_.path(command.back())), before);
  };
  ASSERT_EQ(run_in_shell("echo 'netcdf own { variables: int x; data: x = 1; }' | ncgen -4 -o own.nc").exit_code, 0);
  refused({"sweep", "--nb", "1:5", "--resume", "-o", "own.nc"}, "--resume: own.nc is not known: it has no record of a sweep");
  refused({"sweep", "--nb", "1:5", "-o", "own.nc"}, "-o: own.nc is there and is not a file of results of qbatt");
  folder_.write("text.nc", "my own text");
  refused({"sweep", "--nb", "1:5", "--resume", "-o", "text.nc"}, "--resume: text.nc is not known");
  ASSERT_EQ(run({"curve", "--nb", "5", "-o", "curve.nc"}).exit_code, 0);
  refused({"sweep", "--nb", "1:5", "--resume", "-o", "curve.nc"}, "--resume: curve.nc is not known");
  EXPECT_EQ(run({"sweep", "--nb", "1:5", "-o", "curve.nc"}).exit_code, 0) << "results are replaced";
  const std::string ours = test::read_text(folder_.path("curve.nc"));
  folder_.write("half.nc", ours.substr(0, ours.size() / 2));
  refused({"sweep", "--nb", "1:5", "--resume", "-o", "half.nc"}, "--resume: half.nc is not known");
  EXPECT_EQ(run({"sweep", "--nb", "1:5", "--overwrite", "-o", "own.nc"}).exit_code, 0);
}
#endif

// A disk of 10 MB, in a namespace of our own: needs a kernel that lets users make one.
class FullDisk : public Resume {
protected:
  static constexpr const char* mount = "mkdir disk && mount -t tmpfs -o size=10m none disk && ";

  test::CommandResult in_namespace(const std::string& script) {
    return run_in_shell("exec unshare --map-root-user --mount /bin/sh -c '" + script + "' \"$0\"");
  }
};

TEST_F(FullDisk, IsSaidAndWhatIsThereIsUsedWhenThereIsSpace) {
  if (in_namespace(std::string(mount) + "true").exit_code != 0) GTEST_SKIP() << "no namespace for a small disk of our own";
  const std::string whole = undisturbed();
  std::filesystem::remove(folder_.path("disk"));
  const std::string sweep = "\"$0\" sweep --nb 2:9 --coupling lin:1:2:12500 -o disk/out.csv";
  const test::CommandResult result =
      in_namespace(std::string(mount) + sweep + "; echo code $?; ls disk; mount -o remount,size=100m disk && " + sweep +
                   " --resume; echo code $?; cp disk/out.csv copy.csv");
  EXPECT_THAT(result.err,
              testing::ContainsRegex("^qbatt: cannot write disk/out.csv.parts/0000000[0-9].csv: No space left on device: "));
  EXPECT_THAT(result.err,
              HasSubstr("of 100000 systems are finished and kept in disk/out.csv.parts; the same command with --resume"));
  EXPECT_THAT(result.err, HasSubstr(" of 13 chunks are taken over from disk/out.csv.parts\n"));
  EXPECT_EQ(result.out, "code 3\nout.csv.parts\ncode 0\n");
  EXPECT_EQ(test::read_text(folder_.path("copy.csv")), whole);
}

TEST_F(Resume, AFolderThatVanishesIsExitCode3) {
  const test::CommandResult result = run_in_shell(
      "\"$0\" sweep --nb 2:9 --coupling lin:1:2:12500 --threads 1 -o out.csv & p=$!; while [ ! -e out.csv.parts/00000001.csv ]; do "
      "sleep 0.002; done; mv out.csv.parts gone; wait $p");
  EXPECT_EQ(result.exit_code, 3) << result.err;
  EXPECT_TRUE(test::is_one_message(result.err)) << result.err;
  EXPECT_THAT(folder_.content(), Not(testing::Contains("out.csv")));
}

}  // namespace
}  // namespace qbatt
