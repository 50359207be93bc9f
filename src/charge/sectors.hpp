#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "charge/charge.hpp"
#include "charge/ladder.hpp"
#include "charge/states.hpp"

namespace qbatt {

/// How a backend solves the chains of ensembles.
struct ChainWork {
  /// Some chains by their numbers, and what makes the states of them together, in their order. It may throw NumericalError.
  struct Portion {
    std::vector<std::size_t> chains;
    std::function<std::unique_ptr<States>()> make;
  };
  Offer offer;
  /// Those of the chains that have these numbers, cut into what the method solves together; the chains outlive what comes of it.
  std::function<std::vector<Portion>(Method method, std::span<const LevelChain> chains, std::span<const std::size_t> numbers)> cut;
  ForEachJob for_each;            ///< for portions, and for what the host does beside
  std::size_t times_at_once = 1;  ///< at which states are best asked for
};

/// The chains of some ensembles, each solved by the method of the first rung of its own ladder that does. They are made and asked
/// in units, those that a backend solves together; units do not see each other, so that they may be worked on at the same time.
class Sectors {
public:
  /// What solves some chains together. Where nothing moves there is no unit.
  struct Unit {
    Method method;
    std::vector<std::size_t> chains;
    std::function<std::unique_ptr<States>()> make;
    std::unique_ptr<States> states;  ///< null where they could not be made
  };
  /// Where a chain is to be found.
  struct Place {
    static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);
    std::size_t unit = nowhere;
    std::size_t place = 0;  ///< among the chains of the unit
  };

  /// Solves all chains, those for which a method fails by the next one. All but the chains must outlive this.
  Sectors(std::vector<LevelChain> chains, const Request& request, const ChainWork& work);

  [[nodiscard]] const LevelChain& chain(std::size_t i) const { return chains_[i]; }
  [[nodiscard]] Place place(std::size_t i) const { return places_[i]; }
  [[nodiscard]] bool moves(std::size_t i) const { return chains_[i].rabi != 0.0; }
  /// Of a chain that moves.
  [[nodiscard]] const Unit& unit_of(std::size_t i) const { return units_[places_[i].unit]; }
  [[nodiscard]] bool solved(std::size_t i) const;
  /// How often the chain had to be given to another method.
  [[nodiscard]] std::size_t rung(std::size_t i) const { return rungs_[i].climbed; }

  /// Solves the chain by the next method of its ladder; false where there is none.
  bool climb(std::size_t i);

  [[nodiscard]] std::size_t units() const { return units_.size(); }
  [[nodiscard]] std::size_t times_at_once() const { return work_.times_at_once; }
  /// step(unit number, unit) for all units, at the same time on as many threads as there are. A unit for which it throws
  /// NumericalError has no states from then on.
  void each_unit(const std::function<void(std::size_t number, Unit& unit)>& step);
  /// step(i) for 0 <= i < count, likewise.
  void each(std::size_t count, const std::function<void(std::size_t i)>& step) const;

private:
  struct Rungs {
    std::optional<std::vector<Method>> later;  ///< once it was asked for
    std::size_t climbed = 0;
  };

  [[nodiscard]] Method first_method_of(const LevelChain& chain) const;
  void add_units(Method method, std::span<const std::size_t> chains);
  void make(Unit& unit) const;

  std::vector<LevelChain> chains_;
  const Request& request_;
  const ChainWork& work_;
  std::vector<Unit> units_;
  std::vector<Place> places_;  // of each chain
  std::vector<Rungs> rungs_;   // likewise
};

}  // namespace qbatt
