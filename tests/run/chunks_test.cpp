#include "run/chunks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
  for (const Chunk& chunk : cut_into_chunks(plan, request, profile, rows)) {
    ASSERT_EQ(chunk.rows.first, row);
    ASSERT_GT(chunk.rows.last, row);
    std::int64_t levels = 0;
    for (; row < chunk.rows.last; ++row) levels += systems[static_cast<std::size_t>(row)].dim();
    const bool single = chunk.rows.last - chunk.rows.first == 1;
    EXPECT_LE(chunk.rows.last - chunk.rows.first, most.systems);
    EXPECT_TRUE(single || levels <= most.levels) << levels;
    EXPECT_TRUE(single || chunk.seconds <= most.seconds) << chunk.seconds;
    EXPECT_NEAR(chunk.seconds, profile.seconds_before(chunk.rows.last) - profile.seconds_before(chunk.rows.first), 1e-12);
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
  const std::vector<Chunk> chunks = cut_into_chunks(plan, {}, CostProfile(plan, {}), {0, 4});
  EXPECT_EQ(chunks.size(), 4U);
}

TEST(Chunks, TheLongestComeFirstAndTheRestInOrder) {
  const auto chunk = [](double seconds) { return Chunk{.rows = {}, .seconds = seconds}; };
  const std::vector<Chunk> chunks{chunk(1), chunk(5), chunk(2), chunk(500), chunk(0.5)};
  EXPECT_THAT(order_of_work(chunks), ElementsAre(3, 1, 0, 2, 4));
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
