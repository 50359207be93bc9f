#include "run/chunks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

#include "run/chunk_size.hpp"
#include "text/text.hpp"

namespace qbatt {
namespace {

/// Puts rows together as long as they fit into one chunk.
class ChunkCutter {
public:
  ChunkCutter(const ChunkSize& size, const CostProfile& profile) : size_(size), profile_(profile), chunks_(size.seconds) {}

  /// More rows, none of more than so many levels.
  void add(const RowRange& rows, std::int64_t most_levels) {
    const std::int64_t count = rows.last - rows.first;
    if (fits(rows, count * most_levels)) {
      open_.last = rows.last;
      levels_ += count * most_levels;
      return;
    }
    close();
    const std::int64_t together = rows_together(rows, most_levels);
    if (count > together) {
      chunks_.add(rows, together, seconds_of(rows));
    } else {
      open_ = rows;
      levels_ = count * most_levels;
    }
  }

  ChunkList finish() {
    close();
    return std::move(chunks_);
  }

private:
  [[nodiscard]] double seconds_of(const RowRange& rows) const {
    return profile_.seconds_before(rows.last) - profile_.seconds_before(rows.first);
  }

  [[nodiscard]] bool fits(const RowRange& rows, std::int64_t levels) const {
    return open_.last > open_.first && rows.last - open_.first <= size_.systems && levels_ + levels <= size_.levels &&
           seconds_of({open_.first, rows.last}) <= size_.seconds;
  }

  // How many of these rows, which all cost the same, make a chunk.
  [[nodiscard]] std::int64_t rows_together(const RowRange& rows, std::int64_t most_levels) const {
    std::int64_t together = size_.systems;
    if (most_levels > 0) together = std::min(together, size_.levels / most_levels);
    const double seconds = seconds_of(rows);
    const auto count = static_cast<double>(rows.last - rows.first);
    if (seconds > size_.seconds) together = std::min(together, static_cast<std::int64_t>(count * size_.seconds / seconds));
    return std::max<std::int64_t>(1, together);
  }

  void close() {
    if (open_.last > open_.first) chunks_.add(open_, open_.last - open_.first, seconds_of(open_));
    open_ = {};
  }

  const ChunkSize& size_;
  const CostProfile& profile_;
  ChunkList chunks_;
  RowRange open_;
  std::int64_t levels_ = 0;  // of the open chunk, at most
};

}  // namespace

double ChunkList::Run::seconds_each() const {
  return seconds * static_cast<double>(rows_each) / static_cast<double>(rows.last - rows.first);
}

void ChunkList::add(const RowRange& rows, std::int64_t rows_each, double seconds) {
  runs_.push_back({.first = size(), .rows = rows, .rows_each = rows_each, .seconds = seconds});
}

Chunk ChunkList::operator[](std::int64_t i) const {
  const Run& run = *(std::ranges::upper_bound(runs_, i, {}, &Run::first) - 1);
  const std::int64_t first = run.rows.first + (i - run.first) * run.rows_each;
  const RowRange rows{first, std::min(first + run.rows_each, run.rows.last)};
  const double share = static_cast<double>(rows.last - rows.first) / static_cast<double>(run.rows.last - run.rows.first);
  return {.rows = rows, .seconds = share * run.seconds};
}

ChunkList cut_into_chunks(const SweepPlan& plan, const Request& request, const CostProfile& profile, const RowRange& rows) {
  const ChunkSize size = chunk_size(request);
  const bool levels_count = plan.summary().largest_dim > size.levels / size.systems;
  ChunkCutter cutter(size, profile);
  for (RowRange block{rows.first, rows.first}; block.last < rows.last; block.first = block.last) {
    block.last = std::min(rows.last, profile.end_of_block(block.first));
    cutter.add(block, levels_count ? plan.most_levels(block.first, block.last) : 0);
  }
  return cutter.finish();
}

std::string text_of(const ChunkNumbers& numbers) {
  std::string text;
  for (auto first = numbers.begin(); first != numbers.end();) {
    auto last = first;
    while (last + 1 != numbers.end() && *(last + 1) == *last + 1) ++last;
    text += fmt::format("{}{}", text.empty() ? "" : ",", *first);
    if (last != first) text += fmt::format("-{}", *last);
    first = last + 1;
  }
  return text;
}

ChunkNumbers numbers_in(const std::string& text) {
  ChunkNumbers numbers;
  if (text.empty()) return numbers;
  for (const std::string_view part : split(text, ',')) {
    const std::vector<std::string_view> ends = split(part, '-');
    const std::int64_t last = std::stoll(std::string(ends.back()));
    for (std::int64_t number = std::stoll(std::string(ends.front())); number <= last; ++number) numbers.push_back(number);
  }
  return numbers;
}

WorkList::WorkList(const ChunkList& chunks, Order order, const ChunkNumbers& finished) {
  std::vector<ChunkList::Run> runs = chunks.runs();
  const auto urgency = [most = chunks.most_seconds()](const ChunkList::Run& run) {
    return run.seconds_each() > most ? run.seconds_each() : 0.0;
  };
  if (order == Order::longest_first) std::ranges::stable_sort(runs, std::greater<>(), urgency);
  for (const ChunkList::Run& run : runs) {
    std::int64_t first = run.first;
    const std::int64_t last = run.first + run.chunks();
    for (auto there = std::ranges::lower_bound(finished, first); there != finished.end() && *there < last; ++there) {
      add(first, *there);
      first = *there + 1;
    }
    add(first, last);
  }
}

void WorkList::add(std::int64_t first, std::int64_t last) {
  if (first >= last) return;
  pieces_.push_back({.place = size_, .first = first});
  size_ += last - first;
}

std::int64_t WorkList::operator[](std::int64_t i) const {
  const Piece& piece = *(std::ranges::upper_bound(pieces_, i, {}, &Piece::place) - 1);
  return piece.first + (i - piece.place);
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
