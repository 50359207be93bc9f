#include "sweep/row_index.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "model/stop.hpp"
#include "qbatt/errors.hpp"
#include "sweep/box.hpp"
#include "text/text.hpp"

namespace qbatt {
namespace {

// Some megabytes, and enough for every sweep whose stretches follow one axis of a plane.
constexpr std::size_t most_stretches = 1 << 16;

// The dimension of an ensemble depends on which of its chains are kept, which takes a while to tell. Up to so many are asked; of
// more the ends of what is possible must do.
constexpr std::int64_t most_ensembles = 1 << 12;

void throw_too_many() {
  throw InputError(fmt::format("the axes have more than {} combinations: split the sweep", max_combinations));
}

using Stretch = RowIndex::Stretch;

class RowFinder {
public:
  RowFinder(const Axes& axes, const Complain& complain, const Planning& planning);
  RowIndex find();

private:
  /// The values number first, ..., last - 1 of a wheel that is open, with all that is further in.
  void visit(std::size_t level, std::int64_t first, std::int64_t last);
  void visit_one();
  void take(std::size_t level, std::int64_t first, std::int64_t last, std::int64_t rows_of_a_value);
  void drop(std::int64_t more);
  void count(std::int64_t more) const;
  void see(std::int64_t dim);
  void see(const CentralSpin& system);
  /// That these occur.
  void see(const Interval& dims);
  bool knows_dims(std::size_t level, std::int64_t first, std::int64_t last, const Interval& dims);
  void thin();

  const Complain& complain_;
  const Planning& planning_;
  Odometer odometer_;
  SweepSummary summary_;
  std::vector<Stretch> stretches_;
  Places end_{};               // behind the last stretch
  std::int64_t shortest_ = 1;  // rows; a stretch begins at least so far behind the one before
  std::int64_t visits_ = 0;
  std::int64_t ensembles_ = 0;  // that were asked for their dimension
};

RowFinder::RowFinder(const Axes& axes, const Complain& complain, const Planning& planning)
    : complain_(complain), planning_(planning), odometer_(axes) {
  double free_combinations = 1;
  for (std::size_t level = 0; level < Odometer::levels; ++level)
    if (!odometer_.axis(level).linked()) free_combinations *= static_cast<double>(odometer_.wheel(level).size());
  if (free_combinations > static_cast<double>(max_combinations)) throw_too_many();
}

RowIndex RowFinder::find() {
  odometer_.open(0);
  visit(0, 0, odometer_.wheel(0).size());
  if (summary_.systems == 0) throw InputError(fmt::format("none of {} is physical", counted(summary_.dropped, "combination")));
  return {summary_, std::move(stretches_)};
}

void RowFinder::visit(std::size_t level, std::int64_t first, std::int64_t last) {
  throw_if_stopped(planning_.stop);
  constexpr std::int64_t now_and_then = 1 << 14;
  if (planning_.progress && ++visits_ % now_and_then == 0) planning_.progress(summary_.systems + summary_.dropped);
  if (last - first == 1) {
    odometer_.turn(level, first);
    if (level + 1 == Odometer::levels) return visit_one();
    odometer_.open(level + 1);
    return visit(level + 1, 0, odometer_.wheel(level + 1).size());
  }
  const Box box(odometer_, level, first, last);
  if (const auto combinations = box.combinations_of_a_value()) {
    const Box::Physical physical = box.physical();
    if (physical == Box::Physical::all && !box.are_chains() && (last - first) * *combinations > most_ensembles - ensembles_)
      see(box.dims());
    if (physical == Box::Physical::all && knows_dims(level, first, last, box.dims()))
      return take(level, first, last, *combinations);
    if (physical == Box::Physical::none) {
      odometer_.turn(level, first);
      odometer_.turn_to_first(level + 1);
      return drop((last - first) * *combinations);
    }
  }
  const std::int64_t middle = first + (last - first) / 2;
  visit(level, first, middle);
  visit(level, middle, last);
}

void RowFinder::visit_one() {
  const CentralSpin system = odometer_.system();
  if (first_unphysical(system)) return drop(1);
  see(system);
  take(Odometer::levels - 1, odometer_.places().back(), odometer_.places().back() + 1, 1);
}

// The odometer stands at the first of them.
void RowFinder::drop(std::int64_t more) {
  const CentralSpin system = odometer_.system();
  if (complain_) complain_(system, first_unphysical(system).value_or(Parameter::n_b));
  count(more);
  summary_.dropped += more;
}

void RowFinder::count(std::int64_t more) const {
  if (summary_.systems + summary_.dropped + more > max_combinations) throw_too_many();
}

void RowFinder::see(std::int64_t dim) {
  summary_.smallest_dim = summary_.largest_dim == 0 ? dim : std::min(summary_.smallest_dim, dim);
  summary_.largest_dim = std::max(summary_.largest_dim, dim);
}

void RowFinder::see(const Interval& dims) {
  see(static_cast<std::int64_t>(dims.low));
  see(static_cast<std::int64_t>(dims.high));
}

void RowFinder::see(const CentralSpin& system) {
  if (system.is_chain() || ++ensembles_ <= most_ensembles) return see(system.dim());
  constexpr std::size_t innermost = Odometer::levels - 1;
  const std::int64_t place = odometer_.places()[innermost];
  see(Box(odometer_, innermost, place, place + 1).dims());
}

// The first and the last of the combinations are the smallest and the largest wherever links grow with what they refer to.
bool RowFinder::knows_dims(std::size_t level, std::int64_t first, std::int64_t last, const Interval& dims) {
  const auto known = [&] {
    return summary_.largest_dim > 0 && dims.low >= static_cast<double>(summary_.smallest_dim) &&
           dims.high <= static_cast<double>(summary_.largest_dim);
  };
  if (known()) return true;
  odometer_.turn(level, first);
  odometer_.turn_to_first(level + 1);
  see(odometer_.system());
  odometer_.turn(level, last - 1);
  odometer_.turn_to_last(level + 1);
  see(odometer_.system());
  return known();
}

void RowFinder::take(std::size_t level, std::int64_t first, std::int64_t last, std::int64_t rows_of_a_value) {
  count((last - first) * rows_of_a_value);
  Places places = odometer_.places();
  places[level] = first;
  std::fill(places.begin() + static_cast<std::ptrdiff_t>(level) + 1, places.end(), 0);
  Stretch* const before = stretches_.empty() ? nullptr : &stretches_.back();
  const bool goes_on =
      before != nullptr && before->whole && before->level == level && places == end_ && before->rows_of_a_value == rows_of_a_value;
  if (!goes_on) {
    if (before != nullptr && summary_.systems - before->first_row < shortest_) {
      before->whole = false;
    } else {
      stretches_.push_back({.first_row = summary_.systems, .places = places, .level = level, .rows_of_a_value = rows_of_a_value});
      if (stretches_.size() > most_stretches) thin();
    }
  }
  end_ = places;
  end_[level] = last;
  summary_.systems += (last - first) * rows_of_a_value;
}

void RowFinder::thin() {
  std::size_t kept = 0;
  shortest_ *= 2;
  for (const Stretch& stretch : stretches_)
    if (kept > 0 && stretch.first_row - stretches_[kept - 1].first_row < shortest_)
      stretches_[kept - 1].whole = false;
    else
      stretches_[kept++] = stretch;
  stretches_.resize(kept);
}

}  // namespace

RowIndex find_rows(const Axes& axes, const Complain& complain, const Planning& planning) {
  return RowFinder(axes, complain, planning).find();
}

std::size_t RowIndex::stretch_of(std::int64_t row) const {
  const auto behind = std::ranges::upper_bound(stretches, row, {}, &Stretch::first_row);
  return static_cast<std::size_t>(behind - stretches.begin()) - 1;
}

void RowReader::enter(std::size_t stretch) {
  stretch_ = stretch;
  row_ = index_.stretches[stretch].first_row;
  odometer_.go_to(index_.stretches[stretch].places);
}

// Between rows of a stretch that is not whole there may be unphysical combinations.
void RowReader::step() {
  const std::vector<Stretch>& stretches = index_.stretches;
  if (row_ < 0) return enter(0);
  if (stretch_ + 1 < stretches.size() && stretches[stretch_ + 1].first_row == row_ + 1) return enter(stretch_ + 1);
  odometer_.advance();
  while (!stretches[stretch_].whole && first_unphysical(odometer_.system())) odometer_.advance();
  ++row_;
}

std::optional<CentralSpin> RowReader::next() {
  if (next_ >= index_.summary.systems) return std::nullopt;
  return at(next_++).system();
}

void RowReader::skip(std::int64_t count) {
  next_ += std::min(count, index_.summary.systems - next_);
}

const Odometer& RowReader::at(std::int64_t row) {
  constexpr std::int64_t near = 16;
  if (row_ < 0 || row < row_ || row - row_ > near) {
    const std::size_t number = index_.stretch_of(row);
    const Stretch& stretch = index_.stretches[number];
    if (stretch.whole) {
      enter(number);
      std::int64_t rest = row - row_;
      std::int64_t rows_of_a_value = stretch.rows_of_a_value;
      odometer_.turn(stretch.level, stretch.places[stretch.level] + rest / rows_of_a_value);
      rest %= rows_of_a_value;
      for (std::size_t level = stretch.level + 1; level < Odometer::levels; ++level) {
        odometer_.open(level);
        rows_of_a_value /= odometer_.wheel(level).size();
        odometer_.turn(level, rest / rows_of_a_value);
        rest %= rows_of_a_value;
      }
      row_ = row;
    } else if (row_ < stretch.first_row || row < row_) {
      enter(number);
    }
  }
  while (row_ != row) step();
  return odometer_;
}

}  // namespace qbatt
