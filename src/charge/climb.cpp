#include "charge/climb.hpp"

#include <algorithm>
#include <utility>

#include "charge/row.hpp"
#include "model/stop.hpp"

namespace qbatt {
namespace {

/// Whether a result takes the place of an earlier one. A second try of the same solver is made where the first means nothing.
bool is_better(const Row& row, const Row& before) {
  return row.solver == before.solver || (row.status != Status::failed && !(before.error_bound <= row.error_bound));
}

}  // namespace

void Climb::add(std::span<const std::size_t> places) {
  for (const std::size_t place : places) {
    if (chains_[place].rabi == 0.0) {
      const SystemShape shape = SystemShape::of(chains_[place]);
      table_.rows[place] = begin_row(systems_[place], shape);
      stand_still(table_.rows[place], shape, request_, series(place));
      settled_(1);
    } else {
      std::vector<std::size_t>& waiting = waiting_[first_method(chains_[place], request_, offer_)];
      if (waiting.empty()) waiting.reserve(places.size());
      waiting.push_back(place);
    }
  }
}

std::optional<Climb::Round> Climb::next() {
  throw_if_stopped(request_);
  if (waiting_.empty()) return std::nullopt;
  Round round{waiting_.begin()->first, std::move(waiting_.begin()->second)};
  waiting_.erase(waiting_.begin());
  method_ = round.method;
  std::ranges::sort(round.places);
  for (const std::size_t place : round.places) {
    if (const auto before = refused_.find(place); before != refused_.end()) {
      before->second.row = table_.rows[place];
      if (Series* const held = series(place)) before->second.series = std::move(*held);
    }
  }
  return round;
}

void Climb::attempt(std::span<const std::size_t> places, const MakeStates& make, const ForEachJob& for_each) {
  std::vector<WeightedChain> chains;
  chains.reserve(places.size());
  std::vector<ChargeJob> jobs;
  jobs.reserve(places.size());
  for (const std::size_t place : places) {
    chains.push_back({&chains_[place], 1.0});
    jobs.push_back({&systems_[place], SystemShape::of(chains_[place]), {&chains.back(), 1}, &table_.rows[place], series(place)});
  }
  const std::vector<Verdict> verdicts = charge(jobs, request_, method_.solver, make, for_each);
  for (std::size_t j = 0; j < jobs.size(); ++j) record(places[j], verdicts[j].refused);
}

void Climb::record(std::size_t place, bool refused) {
  const std::lock_guard lock(mutex_);
  Row& row = table_.rows[place];
  auto entry = refused_.find(place);
  if (entry == refused_.end() && refused) {
    entry = refused_.emplace(place, Refused{later_methods(chains_[place], request_, offer_, method_), {}, {}}).first;
  } else if (entry != refused_.end() && !is_better(row, entry->second.row)) {
    row = entry->second.row;
    if (Series* const held = series(place)) *held = std::move(entry->second.series);
    refused = true;
  }
  if (!refused || entry->second.later.empty()) {
    if (entry != refused_.end()) refused_.erase(entry);
    settled_(1);
    return;
  }
  std::vector<Method>& later = entry->second.later;
  waiting_[later.front()].push_back(place);
  later.erase(later.begin());
}

}  // namespace qbatt
