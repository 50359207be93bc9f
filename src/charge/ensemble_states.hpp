#pragma once

#include <complex>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "charge/sectors.hpp"
#include "charge/states.hpp"
#include "model/ensemble.hpp"

namespace qbatt {

/// The singular values of a matrix, falling. It is column-major, [columns][rows]. Throws NumericalError.
using SingularValues =
    std::function<std::vector<double>(std::span<const std::complex<double>> matrix, std::size_t rows, std::size_t columns)>;

/// A system whose charger is an ensemble of chains.
struct EnsembleOfChains {
  const CentralSpin* system;
  Ensemble ensemble;
  std::vector<std::size_t> chains;  ///< of each sector, among the Sectors
  SystemShape shape;
};

/// The states of some systems, each the sum over the chains of its ensemble in their order: of a mixture with weights w the
/// populations p_k = sum w p_k, of a superposition one state over the number M of excitations,
///
///     Psi_{k,q}(t) = sqrt(w_M) psi_k^(M)(t),  M = k + q,      rho_b = Psi Psi^+,
///
/// whose eigenvalues are the squares of the singular values of Psi. The phases of the sectors' energies are linear in M, so that
/// they are local and drop out of everything that is reported. What is said of a system does not depend on the others.
class EnsembleStates final : public States {
public:
  /// All must outlive this. Either all systems are superpositions or none is; `singular_values` is for those.
  EnsembleStates(std::span<const EnsembleOfChains> systems, Sectors& sectors, const Request& request,
                 const SingularValues& singular_values);

  [[nodiscard]] std::size_t count() const override { return systems_.size(); }
  [[nodiscard]] std::int64_t pairs(std::size_t row) const override;
  [[nodiscard]] bool solved(std::size_t row) const override;

  /// Mixtures: |p_k - computed| is at most x = sum w (2 e + e^2) + what is left out + rounding, e the bound of a chain, so that
  /// 2 eps + eps^2 = x. Superpositions: || Psi - computed ||, the root of sum w e^2 and what is left out.
  [[nodiscard]] double error_bound(std::size_t row, double t) const override;
  [[nodiscard]] double pair_defect(std::size_t row, double t) const override;
  /// Whether a chain of it is.
  [[nodiscard]] bool refused(std::size_t row, double t) const override;
  /// The largest of its chains, but for those that carry next to nothing of sum w a_0^2.
  [[nodiscard]] double bandwidth(std::size_t row) const override;
  [[nodiscard]] std::optional<EnergyStandIn> stand_in(std::size_t row) override;
  [[nodiscard]] bool superposed() const override { return superposed_; }

  [[nodiscard]] std::size_t times_at_once() const override { return sectors_.times_at_once(); }
  void evaluate(const Sampling& sampling) override;

  /// The chains of a system that are refused for the time t; where some have no states, those.
  [[nodiscard]] std::vector<std::size_t> refused_chains(std::size_t row, double t) const;
  /// The method of the chain that was given to another one most often.
  [[nodiscard]] Solver solver(std::size_t row) const;

private:
  /// One of the sectors of a system and where its unit has it.
  struct Visitor {
    std::size_t sector;
    std::size_t place;
  };
  /// What a system wants of a unit.
  struct Visit {
    std::size_t row;
    std::vector<Visitor> visitors;
  };
  /// Energies that a search of a system waits for.
  struct Wanted {
    std::size_t row;
    std::span<const double> times;
    bool exact;
    std::span<EnergySample> samples;  ///< sums over the sectors
  };
  class Slab;
  class Search;

  std::vector<Optimum> search(OptimumRule rule, double window) override;
  void plan_visits();
  void fill_energies(std::span<const Wanted> wanted, Detail detail);
  void fill_energies_at_once(std::span<const Wanted> wanted, Detail detail, std::size_t begin, std::size_t width);
  struct Part;
  void ask_in_turn(std::size_t number, Sectors::Unit& unit, Detail detail, std::span<Part> parts) const;
  void ask_at_once(std::size_t number, Sectors::Unit& unit, Detail detail, std::span<Part> parts) const;
  void add_up(std::size_t row, Part& part, std::span<EnergySample> sums) const;
  [[nodiscard]] EnergySignal signal(std::size_t row, double window) const;
  /// a_0 of a sector in units of that of its system.
  [[nodiscard]] double scale(std::size_t row, std::size_t sector) const;
  [[nodiscard]] double weight(std::size_t row, std::size_t sector) const;
  template <class Visiting>
  bool visit_moving(std::size_t row, const Visiting& visit) const;
  template <class Share>
  [[nodiscard]] double sum_over(std::size_t row, const Share& share) const;
  void evaluate_row(std::size_t row, const Sampling& sampling, std::size_t begin, std::size_t width);

  std::span<const EnsembleOfChains> systems_;
  Sectors& sectors_;
  const Request& request_;
  const SingularValues& singular_values_;
  bool superposed_;
  std::vector<std::vector<Visit>> visits_;  // of each unit
};

}  // namespace qbatt
