#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <functional>
#include <thread>

#include "cli/cli_fixture.hpp"

namespace qbatt {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct Ended {
  int exit_code = -1;
  double seconds = 0;  ///< of CPU time
  long peak_kib = 0;
  std::string out;
};

/// Sweeps of so many systems that nothing may be held for each.
class HugeSweeps : public test::Cli {
protected:
  static constexpr long most_kib = 100 * 1024;

  /// As run(), with what the process used at its peak; `meanwhile` gets its id.
  Ended run_measured(std::vector<std::string> arguments, const std::function<void(pid_t)>& meanwhile = {}) {
    arguments.insert(arguments.begin(), QBATT_EXECUTABLE);
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    const std::string out = folder_.path("stdout.txt");
    const pid_t child = ::fork();
    if (child == 0) {
      const int file = ::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
      ::dup2(file, STDOUT_FILENO);
      if (::chdir(folder_.path().c_str()) == 0) ::execv(argv[0], argv.data());
      ::_exit(127);
    }
    if (meanwhile) meanwhile(child);
    int status = 0;
    rusage usage{};
    ::wait4(child, &status, 0, &usage);
    const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec); };
    return {.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
            .seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime),
            .peak_kib = usage.ru_maxrss,
            .out = test::read_text(out)};
  }

  void SetUp() override {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "a sanitizer takes memory of its own";
#endif
  }
};

TEST_F(HugeSweeps, ADryRunTakesNoMemoryForASystem) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> sweeps{
      {{"--nb", "1:1e9"}, "systems     1000000000\ndropped     0\ndimensions  2 to 1000000001\n"},
      {{"--nb", "1:1e5", "--nc", "1:1e4"}, "systems     1000000000\ndropped     0\ndimensions  2 to 10001\n"},
      {{"--nb", "1e3:1e9", "--nc", "nb-3:nb+3", "--skip-invalid"}, "systems     6999993007\ndropped     0\n"},
      {{"--nb", "1:1e9", "--nc", "nb-3:nb+3", "--skip-invalid"}, "systems     6999999994\ndropped     6\n"},
      {{"--nb", "7", "--ising", "lin:0:1:1e9"}, "systems     1000000000\ndropped     0\ndimensions  8 to 8\n"},
      {{"--nb", "1:1e9", "--shard", "7/1000"}, "systems     1000000000\n"},
      {{"--nb", "1:1e3", "--m", "0.3nc:0.9nc:0.1", "--charger-state", "thermal"}, "systems     3004000\n"},
  };
  for (const auto& [axes, beginning] : sweeps) {
    std::vector<std::string> arguments{"sweep", "-o", "x.csv", "--dry-run"};
    arguments.insert(arguments.end(), axes.begin(), axes.end());
    const Ended ended = run_measured(arguments);
    EXPECT_EQ(ended.exit_code, 0) << axes[1];
    EXPECT_THAT(ended.out, StartsWith(beginning));
    EXPECT_THAT(ended.out, HasSubstr("\nsample      "));
    EXPECT_LT(ended.peak_kib, most_kib) << axes[1];
  }
}

TEST_F(HugeSweeps, ASweepOfAThousandMillionTakesNoMemoryForASystemOrAChunk) {
  for (const std::vector<std::string>& more :
       {std::vector<std::string>{"--shard", "1/1000000"}, {}, {"--shard", "400000/1000000"}}) {
    std::vector<std::string> arguments{"sweep", "--nb", "1:1e9", "-o", "x.csv", "--quiet"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    std::filesystem::remove_all(folder_.path("x.csv.parts"));
    const bool has_small_systems = more.empty() || more[1] == "1/1000000";
    const Ended ended = run_measured(arguments, [&](pid_t child) {
      const std::string part = folder_.path(has_small_systems ? "x.csv.parts/00000000.csv" : "x.csv.parts/journal");
      while (!std::filesystem::exists(part) && ::kill(child, 0) == 0) std::this_thread::sleep_for(std::chrono::milliseconds(20));
      ::kill(child, SIGTERM);
    });
    EXPECT_EQ(ended.exit_code, 130);
    EXPECT_LT(ended.peak_kib, most_kib);
  }
}

// A third of the combinations is unphysical: the last m of every n_c.
TEST_F(HugeSweeps, ASignalEndsWhatIsStillBeingPlanned) {
  const Ended ended =
      run_measured({"sweep", "--nb", "1:1e6", "--nc", "1:1e6", "--m", "lin:0:1.3nc:3", "--skip-invalid"}, [](pid_t child) {
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
        ::kill(child, SIGTERM);
      });
  EXPECT_NE(ended.exit_code, 0);
  EXPECT_LT(ended.peak_kib, most_kib);
}

TEST_F(HugeSweeps, MoreCombinationsThanTheLimitAreRefusedByItsName) {
  for (const std::vector<std::string>& axes : {std::vector<std::string>{"--nb", "1:1e7", "--nc", "1:1e7"},
                                               {"--nb", "1e8:1e9", "--m", "0:nc"},
                                               {"--nb", "5", "--ising", "lin:0:1:1e9", "--coupling", "lin:1:2:1e9"}}) {
    std::vector<std::string> arguments{"sweep", "--dry-run"};
    arguments.insert(arguments.end(), axes.begin(), axes.end());
    const test::CommandResult result = run(arguments);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.err, HasSubstr("more than 1000000000000 combinations"));
  }
}

}  // namespace
}  // namespace qbatt
