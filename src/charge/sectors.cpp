#include "charge/sectors.hpp"

#include <algorithm>
#include <map>
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
  std::map<Method, std::vector<std::size_t>> waiting;
  for (std::size_t i = 0; i < chains_.size(); ++i)
    if (moves(i)) waiting[first_method_of(chains_[i])].push_back(i);
  for (const auto& [method, own] : waiting) add_units(method, own);
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

void Sectors::add_units(Method method, std::span<const std::size_t> chains) {
  for (ChainWork::Portion& portion : work_.cut(method, chains_, chains)) {
    for (std::size_t place = 0; place < portion.chains.size(); ++place) places_[portion.chains[place]] = {units_.size(), place};
    units_.push_back({.method = method, .chains = std::move(portion.chains), .make = std::move(portion.make), .states = nullptr});
  }
}

void Sectors::make(Unit& unit) const {
  throw_if_stopped(request_);
  try {
    unit.states = unit.make();
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
  add_units(rungs.later->front(), {&i, 1});
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
