#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "charge/charge.hpp"
#include "charge/ladder.hpp"
#include "qbatt/solve.hpp"

namespace qbatt {

/// Takes systems up their ladders (ladder.hpp), in rounds: those of a round are tried by one method, and what is refused waits for
/// the next rung of its own ladder. Of the results of several solvers the one with the smallest bound stays in the table.
///
///     Climb climb(systems, chains, request, offer, table, settled);
///     climb.add(places);
///     while (const auto round = climb.next()) {
///       ... climb.attempt(places, make) for all of round->places, in pieces, from any thread
///     }
class Climb {
public:
  struct Round {
    Method method;
    std::vector<std::size_t> places;  ///< in the list of systems, ascending
  };

  /// `chains`: one a system. The table has a row for every system, and a series where the request has times. `settled(count)` is
  /// called when the rows of so many more systems are final, from one thread at a time. All must outlive the climb.
  Climb(std::span<const CentralSpin> systems, std::span<const LevelChain> chains, const Request& request, const Offer& offer,
        Table& table, const std::function<void(std::size_t)>& settled)
      : systems_(systems), chains_(chains), request_(request), offer_(offer), table_(table), settled_(settled) {}

  /// Finishes those in which nothing moves and puts the others at the foot of their ladders.
  void add(std::span<const std::size_t> places);

  /// The systems that wait for one method; nullopt where none wait. Throws Interrupted where the request is stopped.
  std::optional<Round> next();

  /// Charges some systems of the round by its method; `make`: the states of their chains, in the order of `places`; `for_each`: see
  /// charge().
  void attempt(std::span<const std::size_t> places, const MakeStates& make, const ForEachJob& for_each = {});

  /// Says of a system of the round whose row is written whether it is refused; attempt() does.
  void record(std::size_t place, bool refused);

private:
  /// Of a system that was refused.
  struct Refused {
    std::vector<Method> later;  ///< methods that are left
    Row row;                    ///< the best so far
    Series series;
  };

  [[nodiscard]] Series* series(std::size_t place) const { return request_.times ? &table_.series[place] : nullptr; }

  std::span<const CentralSpin> systems_;
  std::span<const LevelChain> chains_;
  const Request& request_;
  const Offer& offer_;
  Table& table_;
  const std::function<void(std::size_t)>& settled_;
  std::mutex mutex_;  ///< of what follows
  std::map<Method, std::vector<std::size_t>> waiting_;
  std::map<std::size_t, Refused> refused_;
  Method method_{};  ///< of the round
};

}  // namespace qbatt
