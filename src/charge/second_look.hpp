#pragma once

#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "charge/little_charge.hpp"
#include "charge/states.hpp"

namespace qbatt {

/// States in which little is stored, asked for again with all their populations, for which LittleCharge tells what sums over all
/// levels lose.
///
///     SecondLook look(levels);
///     look.want(place, time, t);        // for each state with is_little_charge()
///     look.run(states, request, take);  // calls take(place, time, little charge) for those in which little is stored
class SecondLook {
public:
  using Take = std::function<void(std::size_t place, std::size_t time, const LittleCharge& little)>;

  /// `levels`: of the chain at each place.
  explicit SecondLook(std::vector<std::size_t> levels) : levels_(std::move(levels)), wanted_(levels_.size()) {}

  /// The state at time number `time`, t in units of 1/a_0, and what is known of it. States of very long chains are passed over:
  /// their populations would take too much memory.
  void want(std::size_t place, std::size_t time, double t);

  /// A few times of each chain at once; then nothing is wanted any more. Throws Interrupted where the request is stopped.
  void run(States& states, const Request& request, const Take& take);

private:
  struct Wanted {
    std::size_t time;
    double t;
  };

  void look(States& states, std::size_t done, std::size_t times, const Take& take) const;

  std::vector<std::size_t> levels_;
  std::vector<std::vector<Wanted>> wanted_;  // [place]
};

}  // namespace qbatt
