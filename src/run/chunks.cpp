#include "run/chunks.hpp"

#include <algorithm>
#include <numeric>

#include "run/chunk_size.hpp"

namespace qbatt {
namespace {

// The number of levels of each row, where they may have a say in the size of chunks.
class Levels {
public:
  Levels(const SweepPlan& plan, const ChunkSize& size, std::int64_t first)
      : counts_(plan.summary().largest_dim > size.levels / size.systems) {
    if (!counts_) return;
    cursor_ = plan.systems();
    cursor_->skip(first);
  }

  std::int64_t next() { return counts_ ? cursor_->next().value().dim() : 0; }

private:
  bool counts_;
  std::optional<SweepCursor> cursor_;
};

}  // namespace

std::vector<Chunk> cut_into_chunks(const SweepPlan& plan, const Request& request, const CostProfile& profile,
                                   const RowRange& rows) {
  const ChunkSize size = chunk_size(request);
  Levels levels(plan, size, rows.first);
  std::vector<Chunk> chunks;
  std::int64_t levels_there = 0;
  double start = 0;
  for (std::int64_t row = rows.first; row < rows.last; ++row) {
    const std::int64_t more = levels.next();
    const double end = profile.seconds_before(row + 1);
    const bool fits = !chunks.empty() && row - chunks.back().rows.first < size.systems && levels_there + more <= size.levels &&
                      end - start <= size.seconds;
    if (!fits) {
      start = profile.seconds_before(row);
      chunks.push_back({.rows = {row, row}});
      levels_there = 0;
    }
    levels_there += more;
    chunks.back().rows.last = row + 1;
    chunks.back().seconds = end - start;
  }
  return chunks;
}

std::vector<std::size_t> order_of_work(const std::vector<Chunk>& chunks) {
  const double usual = chunk_size({}).seconds;
  std::vector<std::size_t> order(chunks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater<>(),
                           [&](std::size_t i) { return chunks[i].seconds > usual ? chunks[i].seconds : 0.0; });
  return order;
}

std::vector<CentralSpin> ChunkReader::read(const RowRange& rows) {
  if (!cursor_ || rows.first < next_row_) {
    cursor_ = plan_.systems();
    next_row_ = 0;
  }
  cursor_->skip(rows.first - next_row_);
  next_row_ = rows.last;
  return cursor_->take(static_cast<std::size_t>(rows.last - rows.first));
}

}  // namespace qbatt
