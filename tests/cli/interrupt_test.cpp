#include <chrono>

#include "cli/cli_fixture.hpp"

namespace qbatt {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

/// Commands that are asked to stop inside one huge system, which takes minutes.
class Interrupt : public test::Cli {
protected:
  static constexpr const char* huge_system = " --nb 3e8 --threads 1 ";

  // SIGTERM half a second after the start; the answer comes within two.
  test::CommandResult stopped(const std::string& command) {
    const auto start = std::chrono::steady_clock::now();
    const test::CommandResult result =
        run_in_shell("\"$0\" " + command + huge_system + "& p=$!; sleep 0.5; kill -TERM $p; wait $p");
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    EXPECT_LT(took.count(), 2.5) << command;
    EXPECT_EQ(result.exit_code, 130) << command << result.err;
    EXPECT_THAT(result.err, StartsWith("qbatt: interrupted"));
    EXPECT_EQ(std::ranges::count(result.err, '\n'), 1) << result.err;
    EXPECT_THAT(result.out, IsEmpty());
    return result;
  }
};

TEST_F(Interrupt, IsAnsweredInsideOneSystem) {
  stopped("optimum");
  stopped("optimum --ising 1e-3");
  stopped("optimum --solver chebyshev");
  stopped("curve --times 0:1e-8:3");
  EXPECT_THAT(folder_.content(), IsEmpty());
}

TEST_F(Interrupt, OfASweepSaysWhatIsKept) {
  EXPECT_THAT(stopped("sweep -o out.csv").err, HasSubstr("no chunk is finished"));
  EXPECT_THAT(folder_.content(), IsEmpty());
}

}  // namespace
}  // namespace qbatt
