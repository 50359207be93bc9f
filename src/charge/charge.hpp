#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "charge/row.hpp"
#include "charge/states.hpp"
#include "qbatt/solve.hpp"

namespace qbatt {

/// A system on its way to its row, and to its series where the request has times and `series` is not null.
struct ChargeJob {
  const CentralSpin* system;
  SystemShape shape;
  std::span<const WeightedChain> chains;  ///< that it is made of
  Row* row;
  Series* series;
};

/// Makes the states of some jobs, one place each, in their order. May throw NumericalError.
using MakeStates = std::function<std::shared_ptr<States>()>;

/// Who does what is to be done for each of some jobs: step(i) for 0 <= i < count, in any order, on any threads, to their end.
/// Throws what a step throws.
using ForEachJob = std::function<void(std::size_t count, const std::function<void(std::size_t i)>& step)>;

/// What becomes of a job besides its row.
struct Verdict {
  bool refused = false;  ///< see ladder.hpp
  double reach = 0;      ///< the longest time, in units of 1/a_0, that the row says something of
};

/// The one script from states to rows: begin the row, search the optimum, observe it, fill the series, bound, judge. In every
/// system something moves. NumericalError makes the rows `failed`. Throws
/// Interrupted where the request is stopped. What the host does for each job goes through `for_each`; empty: one after the other.
std::vector<Verdict> charge(std::span<const ChargeJob> jobs, const Request& request, Solver solver, const MakeStates& make,
                            const ForEachJob& for_each = {});

}  // namespace qbatt
