#include "charge/second_look.hpp"

#include <algorithm>
#include <numeric>

#include "model/stop.hpp"

namespace qbatt {

void SecondLook::want(std::size_t place, std::size_t time, double t) {
  constexpr std::size_t most_levels = std::size_t{1} << 20;
  if (levels_[place] <= most_levels) wanted_[place].push_back({time, t});
}

void SecondLook::run(States& states, const Request& request, const Take& take) {
  constexpr std::size_t populations_held = std::size_t{1} << 21;
  const std::size_t most = std::ranges::max(wanted_, {}, &std::vector<Wanted>::size).size();
  if (most == 0) return;
  const std::size_t levels = std::reduce(levels_.begin(), levels_.end());
  const std::size_t times = std::min(std::max(populations_held / levels, std::size_t{1}), std::min(most, states.times_at_once()));
  for (std::size_t done = 0; done < most; done += times) {
    throw_if_stopped(request);
    look(states, done, times, take);
  }
  for (std::vector<Wanted>& wanted : wanted_) wanted.clear();
}

/// Chains of which fewer states are wanted fill up with their last, or with the start.
void SecondLook::look(States& states, std::size_t done, std::size_t times, const Take& take) const {
  std::vector<double> t(levels_.size() * times, 0.0);
  std::vector<StateReport> reports(t.size());
  std::vector<std::vector<double>> populations;
  std::vector<double*> rows;
  for (std::size_t place = 0; place < levels_.size(); ++place) {
    const std::vector<Wanted>& wanted = wanted_[place];
    for (std::size_t i = 0; i < times && !wanted.empty(); ++i)
      t[place * times + i] = wanted[std::min(done + i, wanted.size() - 1)].t;
    rows.push_back(populations.emplace_back(times * levels_[place]).data());
  }
  states.evaluate(
      {.t = t, .times = times, .detail = Detail::populations, .uniform = false, .reports = reports, .populations = rows});
  for (std::size_t place = 0; place < levels_.size(); ++place)
    for (std::size_t i = 0; i < times && done + i < wanted_[place].size(); ++i)
      take(place, wanted_[place][done + i].time,
           LittleCharge::of(std::span(populations[place]).subspan(i * levels_[place], levels_[place])));
}

}  // namespace qbatt
