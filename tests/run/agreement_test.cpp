#include "run/agreement.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "qbatt/errors.hpp"
#include "qbatt/solve.hpp"
#include "qbatt/version.hpp"

namespace qbatt {
namespace {

using testing::HasSubstr;

/// Three processes, of which this is the first; the others say what they are told to, one text a call.
class ThreeProcesses : public Crew {
public:
  explicit ThreeProcesses(std::vector<std::string> third) : third_(std::move(third)) {}
  [[nodiscard]] int rank() const override { return 0; }
  [[nodiscard]] int size() const override { return 3; }
  [[nodiscard]] int local_rank() const override { return 0; }
  [[nodiscard]] int local_size() const override { return 3; }
  std::string share(const std::string& text) override { return text; }
  std::vector<std::string> gather(const std::string& text) override { return {text, text, third_.at(calls_++)}; }
  std::optional<std::int64_t> claim(const WorkReport&) override { return std::nullopt; }
  [[nodiscard]] WorkReport others() const override { return {}; }
  void leave(const WorkReport&) override {}

private:
  std::vector<std::string> third_;
  std::size_t calls_ = 0;
};

Fingerprint sweep(const std::string& nb) {
  Fingerprint print;
  print.add("--nb", nb);
  print.add("--solver", "auto");
  return print;
}

template <typename Action>
std::string refusal(const Action& action) {
  try {
    action();
  } catch (const InputError& error) {
    return error.what();
  }
  return {};
}

TEST(Agreement, OnTheSameWorkNamesTheDifference) {
  ThreeProcesses alike({sweep("1:9").json()});
  EXPECT_EQ(refusal([&] { check_same_work(alike, sweep("1:9")); }), "");
  ThreeProcesses differing({sweep("1:8").json()});
  EXPECT_EQ(refusal([&] { check_same_work(differing, sweep("1:9")); }),
            "the processes of a sweep must be given the same: --nb is 1:8 in process 2 and 1:9 in process 0");
}

TEST(Agreement, IsOfOneBuild) {
  ThreeProcesses differing({"0.0.1 (another)", "x86-64-v2"});
  EXPECT_THAT(refusal([&] { agree_on_instruction_set(differing); }), HasSubstr("and 0.0.1 (another) in process 2"));
}

// The smallest of all, and never a larger one than before.
TEST(Agreement, OnAnInstructionSetIsOnTheSmallest) {
  ThreeProcesses larger({build_id(), "x86-64-v4"});
  const std::string before(instruction_set());
  agree_on_instruction_set(larger);
  EXPECT_EQ(instruction_set(), before);
  ThreeProcesses smaller({build_id(), "x86-64-v2"});
  agree_on_instruction_set(smaller);
  EXPECT_EQ(instruction_set(), "x86-64-v2");
  ThreeProcesses again({build_id(), "x86-64-v3"});
  agree_on_instruction_set(again);
  EXPECT_EQ(instruction_set(), "x86-64-v2");
}

}  // namespace
}  // namespace qbatt
