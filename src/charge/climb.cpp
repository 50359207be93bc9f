#include "charge/climb.hpp"

#include <algorithm>
#include <utility>

#include "charge/row.hpp"
#include "model/stop.hpp"

namespace qbatt {

void Climb::add(std::span<const std::size_t> places) {
  for (const std::size_t place : places) {
    if (chains_[place].rabi == 0.0) {
      table_.rows[place] = begin_row(systems_[place]);
      stand_still(table_.rows[place], request_, series(place));
      settled_(1);
    } else {
      waiting_[static_cast<std::size_t>(first_method(chains_[place], request_, offer_))].push_back(place);
    }
  }
}

std::optional<Climb::Round> Climb::next() {
  throw_if_stopped(request_);
  const auto found = std::ranges::find_if(waiting_, [](const auto& places) { return !places.empty(); });
  if (found == waiting_.end()) {
    return std::nullopt;
  }
  method_ = static_cast<Method>(found - waiting_.begin());
  Round round{method_, std::exchange(*found, {})};
  std::ranges::sort(round.places);
  for (const std::size_t place : round.places) {
    if (const auto before = refused_.find(place); before != refused_.end()) {
      before->second.row = table_.rows[place];
      if (Series* const held = series(place)) {
        before->second.series = std::move(*held);
      }
    }
  }
  return round;
}

void Climb::record(std::size_t place, bool refused) {
  const std::lock_guard lock(mutex_);
  Row& row = table_.rows[place];
  auto entry = refused_.find(place);
  if (entry == refused_.end() && refused) {
    entry = refused_.emplace(place, Refused{later_methods(chains_[place], request_, offer_, method_), {}, {}}).first;
  } else if (entry != refused_.end() && (row.status == Status::failed || entry->second.row.error_bound <= row.error_bound)) {
    row = entry->second.row;
    if (Series* const held = series(place)) {
      *held = std::move(entry->second.series);
    }
    refused = true;
  }
  if (!refused || entry->second.later.empty()) {
    if (entry != refused_.end()) refused_.erase(entry);
    settled_(1);
    return;
  }
  std::vector<Method>& later = entry->second.later;
  waiting_[static_cast<std::size_t>(later.front())].push_back(place);
  later.erase(later.begin());
}

}  // namespace qbatt
