#include "cuda/batch_queue.hpp"

#include <gtest/gtest.h>

#include <future>
#include <stdexcept>

namespace qbatt::cuda {
namespace {

Batch batch_of(std::vector<std::size_t> systems) {
  Batch batch;
  batch.n = 7;
  batch.systems = std::move(systems);
  return batch;
}

TEST(BatchQueue, HandsOutInOrderAndEnds) {
  BatchQueue queue;
  queue.push({batch_of({1}), batch_of({2, 3})});
  queue.finish();
  EXPECT_EQ(queue.take()->systems, (std::vector<std::size_t>{1}));
  queue.done();
  EXPECT_EQ(queue.take()->systems, (std::vector<std::size_t>{2, 3}));
  queue.done();
  EXPECT_FALSE(queue.take());
  EXPECT_NO_THROW(queue.rethrow());
}

TEST(BatchQueue, WaitsForWhatIsStillPlanned) {
  BatchQueue queue;
  auto taken = std::async(std::launch::async, [&] { return queue.take(); });
  queue.push({batch_of({5})});
  EXPECT_EQ(taken.get()->systems, (std::vector<std::size_t>{5}));
}

TEST(BatchQueue, HalvesComeFirst) {
  BatchQueue queue;
  queue.push({batch_of({1, 2, 3}), batch_of({9})});
  queue.push_halves(*queue.take());
  queue.done();
  queue.finish();
  EXPECT_EQ(queue.take()->systems, (std::vector<std::size_t>{1}));
  const auto second = queue.take();
  EXPECT_EQ(second->systems, (std::vector<std::size_t>{2, 3}));
  EXPECT_EQ(second->n, 7);
  EXPECT_EQ(queue.take()->systems, (std::vector<std::size_t>{9}));
}

// A stream that finds nothing waits as long as another may put halves of its batch back.
TEST(BatchQueue, EndsOnlyWhenNothingCanComeBack) {
  BatchQueue queue;
  queue.push({batch_of({1, 2})});
  queue.finish();
  const auto held = queue.take();
  auto other = std::async(std::launch::async, [&] { return queue.take(); });
  queue.push_halves(*held);
  queue.done();
  EXPECT_EQ(other.get()->systems.size(), 1U);
}

TEST(BatchQueue, AnErrorEndsItForAll) {
  BatchQueue queue;
  auto waiting = std::async(std::launch::async, [&] { return queue.take(); });
  queue.fail(std::make_exception_ptr(std::runtime_error("first")));
  queue.fail(std::make_exception_ptr(std::logic_error("second")));
  EXPECT_FALSE(waiting.get());
  EXPECT_THROW(queue.rethrow(), std::runtime_error);
}

}  // namespace
}  // namespace qbatt::cuda
