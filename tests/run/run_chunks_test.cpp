#include "run/run_chunks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <stop_token>
#include <thread>

#include "qbatt/errors.hpp"
#include "run/sample_plans.hpp"

namespace qbatt {
namespace {

using testing::ElementsAre;

/// Holds what it is given, and does something on its way.
class Keeper : public ResultWriter {
public:
  explicit Keeper(std::function<void(std::size_t part)> on_the_way = {}) : on_the_way_(std::move(on_the_way)) {}

  void write(std::size_t part, const Table& chunk) override {
    if (on_the_way_) on_the_way_(part);
    parts.push_back(part);
    for (const Row& row : chunk.rows) sizes.push_back(row.system.n_b);
  }
  void finish(std::size_t) override {}

  std::vector<std::size_t> parts;
  std::vector<std::int64_t> sizes;

private:
  std::function<void(std::size_t part)> on_the_way_;
};

/// Six batteries in three chunks.
class RunChunks : public testing::Test {
protected:
  WorkReport run(
      ResultWriter& writer, const std::function<void(const WorkReport&)>& show = [](const WorkReport&) {}) {
    const WorkList todo(chunks_, WorkList::Order::of_rows, {});
    return run_chunks(plan_, request_, chunks_, todo, writer, *crew_, show);
  }

  void SetUp() override {
    request_.threads = 1;
    chunks_.add({0, 6}, 2, 6.0);
  }

  SweepPlan plan_ = test::plan_of({{"nb", "1:6"}});
  Request request_;
  ChunkList chunks_;
  std::unique_ptr<Crew> crew_ = make_solo_crew();
};

TEST_F(RunChunks, WritesEveryChunkInOrder) {
  Keeper keeper;
  const WorkReport done = run(keeper);
  EXPECT_THAT(keeper.parts, ElementsAre(0, 1, 2));
  EXPECT_THAT(keeper.sizes, ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_EQ(done.rows, 6);
  EXPECT_EQ(done.seconds, 6.0);
}

// The first write waits until rows of the second chunk are finished: where chunks were solved only once the one before is written,
// it would wait in vain.
TEST_F(RunChunks, SolvesAChunkWhileTheOneBeforeIsWritten) {
  std::mutex mutex;
  std::condition_variable change;
  std::int64_t finished = 0;
  bool met = false;
  Keeper keeper([&](std::size_t part) {
    if (part > 0) return;
    constexpr std::chrono::seconds patience(60);
    std::unique_lock lock(mutex);
    met = change.wait_for(lock, patience, [&] { return finished > 2; });
  });
  run(keeper, [&](const WorkReport& done) {
    const std::lock_guard lock(mutex);
    finished = done.rows;
    change.notify_all();
  });
  EXPECT_TRUE(met);
  EXPECT_THAT(keeper.parts, ElementsAre(0, 1, 2));
}

TEST_F(RunChunks, AnErrorOfTheWriterEndsTheRun) {
  for (const std::size_t bad : {0U, 1U, 2U}) {
    Keeper keeper([bad](std::size_t part) {
      if (part == bad) throw FileError("the disk is full");
    });
    EXPECT_THROW(run(keeper), FileError) << bad;
    EXPECT_EQ(keeper.parts.size(), bad);
    crew_ = make_solo_crew();
  }
}

// What was solved before is written all the same.
TEST_F(RunChunks, AStopLeavesWhatIsFinished) {
  std::stop_source stop;
  request_.stop = stop.get_token();
  Keeper keeper;
  const WorkReport done = run(keeper, [&](const WorkReport& so_far) {
    if (so_far.rows > 2) stop.request_stop();
  });
  EXPECT_TRUE(done.stop);
  EXPECT_EQ(done.rows, 2);
  EXPECT_THAT(keeper.parts, ElementsAre(0));
}

}  // namespace
}  // namespace qbatt
