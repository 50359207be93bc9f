#pragma once

#include <span>
#include <vector>

#include "charge/global_peak.hpp"
#include "cpu/spectral/eigenpairs.hpp"

namespace qbatt::cpu {

/// The energy as a function of time, from the heaviest pairs alone: a quadratic form of their phase factors, whose matrix is summed
/// over the chain once. A time then costs n^2 operations, however long the chain. Right to a few 1e-6 of the energy at worst: it
/// says where to look, the state of all pairs what is there.
class EnergyModel {
public:
  /// `eigenpairs` are not changed.
  EnergyModel(const SpectralChain& chain, Eigenpairs& eigenpairs, const Workers& workers);

  /// False where too many pairs carry the state for a matrix to pay; nothing else may be called then.
  [[nodiscard]] bool usable() const { return usable_; }

  /// The energy and its slopes in units of omega_b and 1/a_0; lambda t must not exceed kernels::largest_angle.
  void evaluate(std::span<const double> times, std::span<EnergySample> samples);

  /// Bounds on the errors of energy and slope that leaving out pairs causes.
  [[nodiscard]] double energy_error() const;
  [[nodiscard]] double slope_error() const;

  /// The longest time that may be asked for.
  [[nodiscard]] double longest_time() const;

private:
  /// The pairs kept, those of parity +1 first where the two parities meet only each other, padded to whole groups.
  struct Selection {
    std::vector<std::size_t> pairs;  ///< which of the eigenpairs; padding repeats a pair of the same parity
    std::vector<bool> real;          ///< not padding
    std::size_t even = 0;            ///< 0: all against all
  };

  static Selection select(const SpectralChain& chain, const Eigenpairs& eigenpairs);
  [[nodiscard]] std::vector<double> sum_over_chain(const SpectralChain& chain, Eigenpairs& kept, std::size_t even,
                                                   const Workers& workers) const;
  void build_form(const SpectralChain& chain, const Eigenpairs& kept, const Selection& selection, const std::vector<double>& sums);
  [[nodiscard]] EnergyForm form() const;

  bool usable_ = false;
  double middle_;  ///< of the levels
  bool cross_ = false;
  std::vector<double> row_lambda_;
  std::vector<double> column_lambda_;
  std::vector<double> cosine_matrix_;  // [row][column]
  std::vector<double> sine_matrix_;
  std::vector<double> scratch_;
};

}  // namespace qbatt::cpu
