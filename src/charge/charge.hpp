#pragma once

#include <array>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "charge/states.hpp"
#include "qbatt/solve.hpp"

namespace qbatt {

/// The chains of one system among those whose states are computed together: chain number first + i has weight weights[i], and the
/// weights sum to 1. A charger in a Dicke state, today the only kind, is one chain of weight 1.
struct ChainGroup {
  static constexpr std::array<double, 1> whole{1.0};
  std::size_t first = 0;
  std::span<const double> weights = whole;
};

/// A system on its way to its row, and to its series where the request has times and `series` is not null.
struct ChargeJob {
  const CentralSpin* system;
  ChainGroup chains;
  Row* row;
  Series* series;
};

/// Makes the states of all chains of some jobs. May throw NumericalError.
using MakeStates = std::function<std::unique_ptr<States>()>;

/// Who does what is to be done for each of some jobs: step(i) for 0 <= i < count, in any order, on any threads, to their end.
/// Throws what a step throws.
using ForEachJob = std::function<void(std::size_t count, const std::function<void(std::size_t i)>& step)>;

/// The one script from states to rows: begin the row, search the optimum, observe it, fill the series, bound, judge. In every
/// system something moves. NumericalError makes the rows `failed`. Returns which rows are refused (see ladder.hpp). Throws
/// Interrupted where the request is stopped. What the host does for each job goes through `for_each`; empty: one after the other.
std::vector<bool> charge(std::span<const ChargeJob> jobs, const Request& request, Solver solver, const MakeStates& make,
                         const ForEachJob& for_each = {});

}  // namespace qbatt
