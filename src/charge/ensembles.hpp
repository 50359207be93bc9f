#pragma once

#include <functional>
#include <span>
#include <vector>

#include "charge/ensemble_states.hpp"
#include "charge/sectors.hpp"
#include "qbatt/solve.hpp"

namespace qbatt {

/// Which systems are one chain of levels, and which are ensembles of several.
class SystemsByKind {
public:
  explicit SystemsByKind(std::span<const CentralSpin> systems);

  /// By their places in the list.
  [[nodiscard]] const std::vector<std::size_t>& single() const { return single_; }
  [[nodiscard]] const std::vector<std::size_t>& ensembles() const { return ensembles_; }
  /// As many as systems; those of ensembles are empty.
  [[nodiscard]] const std::vector<LevelChain>& chains() const { return chains_; }

private:
  std::vector<LevelChain> chains_;
  std::vector<std::size_t> single_;
  std::vector<std::size_t> ensembles_;
};

/// Charges the systems at `places`, whose chargers are ensembles of chains (or a single chain), and fills their rows and series.
/// Chains that several of them share are solved once. `settled(count)`: the rows of so many more are final. A row is the same bit
/// for bit whatever other systems there are.
void charge_ensembles(std::span<const CentralSpin> systems, std::span<const std::size_t> places, const Request& request,
                      const ChainWork& work, const SingularValues& singular_values, Table& table,
                      const std::function<void(std::size_t)>& settled);

}  // namespace qbatt
