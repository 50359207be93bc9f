#include "io/plot_thin.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace qbatt {
namespace {

constexpr std::size_t few = 4000;
constexpr std::size_t pieces = 2000;  // a point wide in a picture of two columns are four of them
constexpr std::size_t marks_along = 300;
constexpr std::size_t most_groups = 300;

// Cuts the range of values in equal pieces.
class Pieces {
public:
  Pieces(std::span<const double> values, bool logarithmic, std::size_t count) : logarithmic_(logarithmic), count_(count) {
    for (const double value : values) {
      const double v = on_scale(value, logarithmic);
      if (!std::isfinite(v)) continue;
      low_ = std::min(low_, v);
      high_ = std::max(high_, v);
    }
  }
  // Of a finite value on the scale.
  [[nodiscard]] std::size_t piece(double value) const {
    const double share = high_ > low_ ? (on_scale(value, logarithmic_) - low_) / (high_ - low_) : 0;
    return std::min(count_ - 1, static_cast<std::size_t>(share * static_cast<double>(count_)));
  }

private:
  bool logarithmic_;
  std::size_t count_;
  double low_ = std::numeric_limits<double>::infinity();
  double high_ = -std::numeric_limits<double>::infinity();
};

std::vector<std::size_t> all_of(std::size_t count) {
  std::vector<std::size_t> all(count);
  for (std::size_t i = 0; i < count; ++i) all[i] = i;
  return all;
}

// First, lowest, highest and last of the rows from `begin` to `end`, in their order, each once.
void append_extremes(std::span<const double> y, std::size_t begin, std::size_t end, std::vector<std::size_t>& kept) {
  const auto own = y.subspan(begin, end - begin);
  const auto [low, high] = std::ranges::minmax_element(own);
  const auto lowest = begin + static_cast<std::size_t>(low - own.begin());
  const auto highest = begin + static_cast<std::size_t>(high - own.begin());
  for (const std::size_t row : {begin, std::min(lowest, highest), std::max(lowest, highest), end - 1})
    if (kept.empty() || kept.back() < row) kept.push_back(row);
}

}  // namespace

double on_scale(double value, bool logarithmic) {
  if (!logarithmic) return value;
  return value > 0 ? std::log(value) : std::numeric_limits<double>::quiet_NaN();
}

std::vector<std::size_t> seen_of_line(std::span<const double> x, std::span<const double> y, bool log_x) {
  if (x.size() <= few) return all_of(x.size());
  const Pieces cut(x, log_x, pieces);
  const auto is_gap = [&](std::size_t row) { return !std::isfinite(on_scale(x[row], log_x)) || !std::isfinite(y[row]); };
  std::vector<std::size_t> kept;
  for (std::size_t begin = 0; begin < x.size();) {
    std::size_t end = begin + 1;
    const bool gap = is_gap(begin);
    while (end < x.size() && is_gap(end) == gap && (gap || cut.piece(x[end]) == cut.piece(x[begin]))) ++end;
    if (gap)
      kept.push_back(begin);
    else
      append_extremes(y, begin, end, kept);
    begin = end;
  }
  return kept;
}

std::vector<std::size_t> seen_of_marks(std::span<const double> x, std::span<const double> y, bool log_x, bool log_y) {
  if (x.size() <= few) return all_of(x.size());
  const Pieces across(x, log_x, marks_along), up(y, log_y, marks_along);
  std::vector<bool> taken(marks_along * marks_along, false);
  std::vector<std::size_t> kept;
  for (std::size_t row = 0; row < x.size(); ++row) {
    if (!std::isfinite(on_scale(x[row], log_x)) || !std::isfinite(on_scale(y[row], log_y))) continue;
    const std::size_t cell = across.piece(x[row]) * marks_along + up.piece(y[row]);
    if (!taken[cell]) kept.push_back(row);
    taken[cell] = true;
  }
  return kept;
}

std::vector<std::size_t> groups_of_neighbors(std::size_t count) {
  const std::size_t groups = std::min(count, most_groups);
  std::vector<std::size_t> group(count);
  for (std::size_t i = 0; i < count; ++i) group[i] = i * groups / count;
  return group;
}

}  // namespace qbatt
