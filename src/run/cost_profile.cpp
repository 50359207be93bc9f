#include "run/cost_profile.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "charge/ladder.hpp"
#include "model/stop.hpp"
#include "qbatt/errors.hpp"
#include "sweep/partition_index.hpp"
#include "text/text.hpp"

namespace qbatt {
namespace {

// An odd number of rows: axes of an even number of values do not always show the same one. To look at an ensemble takes up to some
// milliseconds, a hundred times as long as to look at a chain.
std::int64_t block_of(const SweepSummary& summary) {
  const std::int64_t rows = summary.systems;
  const std::int64_t most_blocks = summary.ensembles ? 1024 : 8192;
  const std::int64_t block = (rows + most_blocks - 1) / most_blocks;
  return std::max<std::int64_t>(1, block % 2 == 0 ? block + 1 : block);
}

}  // namespace

void visit_samples(const SweepPlan& plan, const std::stop_token& stop,
                   const std::function<void(const CentralSpin& system, std::int64_t rows)>& visit) {
  const std::int64_t rows = plan.summary().systems;
  const std::int64_t block = block_of(plan.summary());
  SweepCursor cursor = plan.systems();
  std::int64_t next = 0;
  for (std::int64_t first = 0; first < rows; first += block) {
    throw_if_stopped(stop);
    const std::int64_t length = std::min(block, rows - first);
    const std::int64_t middle = first + (length - 1) / 2;
    cursor.skip(middle - next);
    visit(cursor.next().value(), length);
    next = middle + 1;
  }
}

bool is_sampled(const SweepPlan& plan) {
  return block_of(plan.summary()) > 1;
}

CostProfile::CostProfile(const SweepPlan& plan, const Request& request)
    : rows_(plan.summary().systems), block_(block_of(plan.summary())), before_{0.0} {
  visit_samples(
      plan, request.stop,
      [&](const CentralSpin& system, std::int64_t rows) {
        const Forecast one = forecast(system, request);
        levels_ += static_cast<double>(rows) * static_cast<double>(one.dim);
        before_.push_back(before_.back() + one.seconds * static_cast<double>(rows));
      });
}

double CostProfile::seconds_before(std::int64_t row) const {
  if (row >= rows_) return seconds();
  const auto block = static_cast<std::size_t>(row / block_);
  const std::int64_t start = static_cast<std::int64_t>(block) * block_;
  const std::int64_t length = std::min(block_, rows_ - start);
  const double share = static_cast<double>(row - start) / static_cast<double>(length);
  return before_[block] + share * (before_[block + 1] - before_[block]);
}

std::int64_t CostProfile::row_after(double seconds) const {
  return partition_index(
      rows_, [&](std::int64_t row) { return seconds_before(row) < seconds; });
}

RowRange rows_of_shard(const CostProfile& profile, const Shard& shard) {
  if (profile.rows() < shard.count) {
    throw InputError(fmt::format("--shard: {}/{}: the sweep has {} only: there may be at most as many shards", shard.index,
                                 shard.count, counted(profile.rows(), "system")),
                     "--shard");
  }
  const auto end_of = [&](std::int64_t index) {
    if (index == 0) return std::int64_t{0};
    const double share = static_cast<double>(index) / static_cast<double>(shard.count);
    const std::int64_t row = index == shard.count ? profile.rows() : profile.row_after(share * profile.seconds());
    return std::clamp(row, index, profile.rows() - (shard.count - index));
  };
  return {end_of(shard.index - 1), end_of(shard.index)};
}

}  // namespace qbatt
