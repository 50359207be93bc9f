#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "qbatt/solve.hpp"
#include "qbatt/sweep.hpp"
#include "run/cost_profile.hpp"

namespace qbatt {

/// A part of a sweep that is solved and written at once.
struct Chunk {
  RowRange rows;
  double seconds = 0;  ///< of one core, as predicted
};

/// The chunks of some rows, in order: a function of their number, since there may be as many as rows.
class ChunkList {
public:
  /// Chunks of `rows_each` rows, the last of what is left.
  struct Run {
    std::int64_t first = 0;  ///< number of its first chunk
    RowRange rows;
    std::int64_t rows_each = 1;
    double seconds = 0;  ///< of all rows together
    [[nodiscard]] std::int64_t chunks() const { return (rows.last - rows.first + rows_each - 1) / rows_each; }
    [[nodiscard]] double seconds_each() const;
  };

  ChunkList() = default;
  /// `most_seconds`: what a chunk takes at most, of one core, unless a single system takes longer.
  explicit ChunkList(double most_seconds) : most_seconds_(most_seconds) {}

  void add(const RowRange& rows, std::int64_t rows_each, double seconds);

  [[nodiscard]] std::int64_t size() const { return runs_.empty() ? 0 : runs_.back().first + runs_.back().chunks(); }
  /// Chunk number i, 0 <= i < size().
  [[nodiscard]] Chunk operator[](std::int64_t i) const;
  /// A few for each block of the cost profile at most.
  [[nodiscard]] const std::vector<Run>& runs() const { return runs_; }
  [[nodiscard]] double most_seconds() const { return most_seconds_; }

private:
  double most_seconds_ = std::numeric_limits<double>::infinity();
  std::vector<Run> runs_;
};

/// Cuts `rows` of the sweep into chunks: within chunk_size(request), each of at least one row.
ChunkList cut_into_chunks(const SweepPlan& plan, const Request& request, const CostProfile& profile, const RowRange& rows);

/// The numbers of chunks of which some are finished, ascending, each once; as text "0-7,9".
using ChunkNumbers = std::vector<std::int64_t>;
std::string text_of(const ChunkNumbers& numbers);
ChunkNumbers numbers_in(const std::string& text);

/// The chunks that are left, in the order in which they are taken.
class WorkList {
public:
  enum class Order {
    of_rows,
    longest_first  ///< for several processes: first the chunks of a single system that takes longer than a chunk should, the
                   ///< longest first; then the rest in order
  };
  WorkList(const ChunkList& chunks, Order order, const ChunkNumbers& finished);

  [[nodiscard]] std::int64_t size() const { return size_; }
  /// The number of the chunk that is taken as number i, 0 <= i < size().
  [[nodiscard]] std::int64_t operator[](std::int64_t i) const;

private:
  /// Consecutive chunks, with the place of the first in the list.
  struct Piece {
    std::int64_t place;
    std::int64_t first;
  };
  void add(std::int64_t first, std::int64_t last);

  std::vector<Piece> pieces_;
  std::int64_t size_ = 0;
};

/// Reads the systems of chunks, in any order.
class ChunkReader {
public:
  explicit ChunkReader(const SweepPlan& plan) : plan_(plan) {}
  std::vector<CentralSpin> read(const RowRange& rows);

private:
  const SweepPlan& plan_;
  std::optional<SweepCursor> cursor_;
  std::int64_t next_row_ = 0;
};

}  // namespace qbatt
