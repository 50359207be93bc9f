#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <vector>

#include "io/sweep_record.hpp"
#include "qbatt/solve.hpp"
#include "qbatt/sweep.hpp"

namespace qbatt {

/// Rows first, …, last - 1 of a sweep.
struct RowRange {
  std::int64_t first = 0;
  std::int64_t last = 0;
  bool operator==(const RowRange&) const = default;
};

/// Visits every row of a short sweep and the middle row of each block of a long one, whose neighbors are taken to be like it:
/// `visit` gets a system and the number of rows that it stands for. The same systems on every run and every host. Throws
/// Interrupted where a stop is requested.
void visit_samples(const SweepPlan& plan, const std::stop_token& stop,
                   const std::function<void(const CentralSpin& system, std::int64_t rows)>& visit);

/// Whether visit_samples() passes over rows.
bool is_sampled(const SweepPlan& plan);

/// What the rows of a sweep will cost, in seconds of one core: what visit_samples() meets, by the cost model (cost/cost_model.hpp).
/// Rows of a block are taken to cost the same. The same on every run of a sweep.
class CostProfile {
public:
  CostProfile(const SweepPlan& plan, const Request& request);

  [[nodiscard]] std::int64_t rows() const { return rows_; }
  [[nodiscard]] double seconds() const { return before_.back(); }
  /// Of all rows together, about.
  [[nodiscard]] double levels() const { return levels_; }
  /// Of the rows before `row`, 0 … rows().
  [[nodiscard]] double seconds_before(std::int64_t row) const;
  /// The first row behind the block that holds `row`; blocks of a short sweep are single rows.
  [[nodiscard]] std::int64_t end_of_block(std::int64_t row) const { return std::min(rows_, (row / block_ + 1) * block_); }
  /// The first row with at least so many seconds before it.
  [[nodiscard]] std::int64_t row_after(double seconds) const;

private:
  std::int64_t rows_;
  std::int64_t block_ = 1;  // rows in each but the last
  double levels_ = 0;
  std::vector<double> before_;  // each block, and behind the last
};

/// The rows of one shard: consecutive, all shards of about the same cost, each of at least one row, together all rows. Throws
/// InputError where there are fewer rows than shards.
RowRange rows_of_shard(const CostProfile& profile, const Shard& shard);

}  // namespace qbatt
