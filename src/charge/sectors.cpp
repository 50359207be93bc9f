#include "charge/sectors.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "model/numerical_error.hpp"
#include "model/stop.hpp"

namespace qbatt {
namespace {

/// Up to here chains are solved side by side: here, where many are asked together and each at few times, that costs less than a
/// solver's overhead for one chain even where shooting would find its pairs faster.
constexpr std::int64_t most_levels_side_by_side = 64;

}  // namespace

Sectors::Sectors(std::vector<LevelChain> chains, const Request& request, const ChainWork& work)
    : chains_(std::move(chains)), request_(request), work_(work), places_(chains_.size()), rungs_(chains_.size()) {
  using Kind = std::tuple<Method, std::int64_t>;  // and the dimension, where that must be the same
  std::map<Kind, std::vector<std::size_t>> waiting;
  for (std::size_t i = 0; i < chains_.size(); ++i) {
    if (!moves(i)) continue;
    const Method method = first_method_of(chains_[i]);
    const Kind kind{method, method.side_by_side ? chains_[i].dim : 0};
    std::vector<std::size_t>& group = waiting[kind];
    group.push_back(i);
    if (group.size() == work_.at_once(method)) add_unit(method, std::exchange(group, {}));
  }
  for (auto& [kind, group] : waiting)
    if (!group.empty()) add_unit(std::get<Method>(kind), std::move(group));
  each(units_.size(), [this](std::size_t u) { make(units_[u]); });
  for (std::size_t i = 0; i < chains_.size(); ++i)
    while (moves(i) && unit_of(i).states == nullptr && climb(i)) {
    }
}

Method Sectors::first_method_of(const LevelChain& chain) const {
  const bool by_pairs = request_.solver == Solver::automatic || request_.solver == Solver::spectral;
  if (by_pairs && work_.offer.together && chain.dim <= most_levels_side_by_side) return Method::together;
  return first_method(chain, request_, work_.offer);
}

void Sectors::add_unit(Method method, std::vector<std::size_t> chains) {
  for (std::size_t place = 0; place < chains.size(); ++place) places_[chains[place]] = {units_.size(), place};
  units_.push_back({.method = method, .chains = std::move(chains), .states = nullptr});
}

void Sectors::make(Unit& unit) const {
  throw_if_stopped(request_);
  std::vector<const LevelChain*> chains;
  for (const std::size_t i : unit.chains) chains.push_back(&chains_[i]);
  try {
    unit.states = work_.make(unit.method, chains);
  } catch (const NumericalError&) {
    unit.states = nullptr;
  }
}

bool Sectors::solved(std::size_t i) const {
  if (!moves(i)) return true;
  const Unit& unit = unit_of(i);
  return unit.states != nullptr && unit.states->solved(places_[i].place);
}

bool Sectors::climb(std::size_t i) {
  Rungs& rungs = rungs_[i];
  if (!rungs.later) rungs.later = later_methods(chains_[i], request_, work_.offer, unit_of(i).method);
  if (rungs.later->empty()) return false;
  add_unit(rungs.later->front(), {i});
  rungs.later->erase(rungs.later->begin());
  ++rungs.climbed;
  make(units_.back());
  return true;
}

void Sectors::each_unit(const std::function<void(std::size_t number, Unit& unit)>& step) {
  each(
      units_.size(),
      [&](std::size_t u) {
        Unit& unit = units_[u];
        if (unit.states == nullptr) return;
        throw_if_stopped(request_);
        try {
          step(u, unit);
        } catch (const NumericalError&) {
          unit.states = nullptr;
        }
      });
}

void Sectors::each(std::size_t count, const std::function<void(std::size_t i)>& step) const {
  if (work_.for_each) return work_.for_each(count, step);
  for (std::size_t i = 0; i < count; ++i) step(i);
}

}  // namespace qbatt
