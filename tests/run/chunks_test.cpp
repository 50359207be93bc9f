#include "run/chunks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/backends.hpp"
#include "run/chunk_size.hpp"
#include "run/sample_plans.hpp"

namespace qbatt {
namespace {

using test::plan_of;
using test::systems_of;
using testing::ElementsAre;

// The rows of the chunks, which must follow one another, with no more in each than allowed.
void expect_cover(const SweepPlan& plan, const Request& request, const RowRange& rows) {
  const std::vector<CentralSpin> systems = systems_of(plan);
  const CostProfile profile(plan, request);
  const ChunkSize most = chunk_size(request);
  std::int64_t row = rows.first;
  const ChunkList chunks = cut_into_chunks(plan, request, profile, rows);
  for (std::int64_t i = 0; i < chunks.size(); ++i) {
    const Chunk chunk = chunks[i];
    ASSERT_EQ(chunk.rows.first, row);
    ASSERT_GT(chunk.rows.last, row);
    std::int64_t levels = 0;
    for (; row < chunk.rows.last; ++row) levels += systems[static_cast<std::size_t>(row)].dim();
    const bool single = chunk.rows.last - chunk.rows.first == 1;
    EXPECT_LE(chunk.rows.last - chunk.rows.first, most.systems);
    EXPECT_TRUE(single || levels <= most.levels) << levels;
    EXPECT_TRUE(single || chunk.seconds <= most.seconds) << chunk.seconds;
    EXPECT_NEAR(chunk.seconds, profile.seconds_before(chunk.rows.last) - profile.seconds_before(chunk.rows.first),
                1e-9 * profile.seconds());
  }
  EXPECT_EQ(row, rows.last);
}

TEST(Chunks, CoverTheRowsWithinTheirLimits) {
  const SweepPlan small = plan_of({{"nb", "1:4"}, {"coupling", "lin:1:2:5000"}});
  expect_cover(small, {}, {0, 20000});
  expect_cover(small, {}, {777, 12345});
  Request request;
  request.times = TimeGrid{.start = 0, .stop = 2, .count = 1000, .unit = TimeUnit::optimum};
  expect_cover(small, request, {0, 20000});
  request.populations = true;
  expect_cover(plan_of({{"nb", "1:3000:100"}}), request, {2, 29});
}

TEST(Chunks, LargeSystemsAreOnTheirOwn) {
  const SweepPlan plan = plan_of({{"nb", "1e7,5e7,3,2e7"}});
  expect_cover(plan, {}, {0, 4});
  EXPECT_EQ(cut_into_chunks(plan, {}, CostProfile(plan, {}), {0, 4}).size(), 4);
}

// Chunks of one row each, and of many, are held as runs of them.
TEST(Chunks, OfVeryManyRowsTakeNoMemory) {
  const SweepPlan plan = plan_of({{"nb", "1:1e9"}});
  const CostProfile profile(plan, {});
  const ChunkList chunks = cut_into_chunks(plan, {}, profile, {0, profile.rows()});
  EXPECT_GT(chunks.size(), 900'000'000);
  EXPECT_LT(chunks.runs().size(), 20'000U);
  EXPECT_EQ(chunks[chunks.size() - 1].rows, (RowRange{999'999'999, 1'000'000'000}));
  const WorkList todo(chunks, WorkList::Order::longest_first, {3, 4, 5});
  EXPECT_EQ(todo.size(), chunks.size() - 3);
  for (std::int64_t i = 0; i < 1000; ++i) {
    const Chunk chunk = chunks[i * (chunks.size() / 1000)];
    EXPECT_LE(chunk.rows.last - chunk.rows.first, 8192);
    EXPECT_TRUE(chunk.rows.last - chunk.rows.first == 1 || chunk.rows.last <= 1 << 24);
  }
}

ChunkList chunks_of(const std::vector<double>& seconds, double most_seconds = 4) {
  ChunkList chunks(most_seconds);
  for (std::int64_t i = 0; const double one : seconds) {
    chunks.add({i, i + 1}, 1, one);
    ++i;
  }
  return chunks;
}

std::vector<std::int64_t> all_of(const WorkList& list) {
  std::vector<std::int64_t> all;
  for (std::int64_t i = 0; i < list.size(); ++i) all.push_back(list[i]);
  return all;
}

TEST(Chunks, TheLongestComeFirstAndTheRestInOrder) {
  const ChunkList chunks = chunks_of({1, 5, 2, 500, 0.5});
  EXPECT_THAT(all_of({chunks, WorkList::Order::longest_first, {}}), ElementsAre(3, 1, 0, 2, 4));
  EXPECT_THAT(all_of({chunks, WorkList::Order::of_rows, {}}), ElementsAre(0, 1, 2, 3, 4));
}

// What a device does in a moment is not urgent because a core would take long.
TEST(Chunks, HowLongIsLongTheBackendSays) {
  EXPECT_THAT(all_of({chunks_of({1, 5, 2, 500, 0.5}, 400), WorkList::Order::longest_first, {}}), ElementsAre(3, 0, 1, 2, 4));
  const SweepPlan plan = plan_of({{"nb", "1:100"}});
  for (const Backend backend : {Backend::cpu, Backend::cuda}) {
    for (const Solver solver : {Solver::spectral, Solver::dense}) {
      Request request;
      request.backend = backend;
      request.solver = solver;
      const ChunkList chunks = cut_into_chunks(plan, request, CostProfile(plan, request), {0, 100});
      EXPECT_EQ(chunks.most_seconds(), chunk_size(request).seconds);
      EXPECT_EQ(chunks.most_seconds(), qbatt::backend(backend).chunk_limits(solver).seconds);
    }
  }
  EXPECT_GT(backend(Backend::cuda).chunk_limits(Solver::spectral).systems,
            backend(Backend::cpu).chunk_limits(Solver::spectral).systems);
}

TEST(Chunks, WhatIsFinishedIsNotTakenAgain) {
  ChunkList chunks = chunks_of({1, 5, 2, 500});
  chunks.add({4, 9}, 2, 3.0);  // 4, 5 and a shorter 6
  EXPECT_THAT(all_of({chunks, WorkList::Order::longest_first, {0, 3, 5}}), ElementsAre(1, 2, 4, 6));
  EXPECT_THAT(all_of({chunks, WorkList::Order::of_rows, {4, 6}}), ElementsAre(0, 1, 2, 3, 5));
  EXPECT_THAT(all_of({chunks, WorkList::Order::of_rows, {0, 1, 2, 3, 4, 5, 6}}), ElementsAre());
  EXPECT_EQ(chunks[6].rows, (RowRange{8, 9}));
}

TEST(ChunkNumbers, TravelAsText) {
  for (const ChunkNumbers& numbers : {ChunkNumbers{}, {0}, {5, 6, 7}, {0, 1, 3, 9, 10, 12'345'678'901}})
    EXPECT_EQ(numbers_in(text_of(numbers)), numbers) << text_of(numbers);
  EXPECT_EQ(text_of({0, 1, 2, 3, 7, 9}), "0-3,7,9");
}

TEST(ChunkReader, ReadsForwardAndBackward) {
  const SweepPlan plan = plan_of({{"nb", "1:50"}, {"nc", "nb,nb+1"}});
  const std::vector<CentralSpin> all = systems_of(plan);
  ChunkReader reader(plan);
  for (const RowRange rows : {RowRange{10, 20}, RowRange{20, 21}, RowRange{90, 100}, RowRange{0, 3}, RowRange{2, 5}})
    EXPECT_EQ(reader.read(rows), std::vector<CentralSpin>(all.begin() + rows.first, all.begin() + rows.last)) << rows.first;
}

}  // namespace
}  // namespace qbatt
