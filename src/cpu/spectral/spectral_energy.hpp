#pragma once

#include <span>
#include <vector>

#include "charge/global_peak.hpp"
#include "cpu/spectral/energy_form.hpp"

namespace qbatt::cpu {

/// The energy as a function of time, from the heaviest pairs alone: a quadratic form of their phase factors, whose matrix is summed
/// over the chain once. A time then costs n^2 operations, however long the chain; where more than `most_pairs` carry the state, as
/// many as a band of the matrix has entries. Right to a few 1e-6 of the energy at worst: it says where to look, the state of all
/// pairs what is there.
class EnergyModel {
public:
  /// Beyond this a band of the matrix takes less than all of it.
  static constexpr std::size_t most_pairs = 512;

  /// `whole`: up to how many pairs all of the matrix is summed.
  EnergyModel(const SpectralChain& chain, const Eigenpairs& eigenpairs, const Workers& workers, std::size_t whole = most_pairs);

  /// False where the matrix has no narrow band; nothing else may be called then.
  [[nodiscard]] bool usable() const { return !forms_.empty(); }

  /// The energy and its slopes in units of omega_b and 1/a_0; lambda t must not exceed kernels::largest_angle.
  void evaluate(std::span<const double> times, std::span<EnergySample> samples);

  /// Bounds on the errors of energy and slope that leaving out pairs and entries of the matrix causes.
  [[nodiscard]] double energy_error() const { return energy_error_; }
  [[nodiscard]] double slope_error() const { return slope_error_; }

  /// The longest time that may be asked for.
  [[nodiscard]] double longest_time() const;

private:
  /// The pairs kept, those of parity +1 first where the two parities meet only each other, padded to whole groups.
  struct Selection {
    std::vector<std::size_t> pairs;  ///< which of the eigenpairs; padding repeats a pair of the same parity
    std::vector<bool> real;          ///< not padding
    std::size_t even = 0;            ///< 0: all against all
  };

  static Selection select(const kernels::Chain& chain, const Eigenpairs& eigenpairs, const std::vector<std::size_t>& kept);
  void sum_matrix(const SpectralChain& chain, const Eigenpairs& eigenpairs, const std::vector<std::size_t>& kept,
                  const Workers& workers);
  static OwnedForm form(const SpectralChain& chain, const Eigenpairs& kept, const Selection& selection,
                        const std::vector<double>& sums);
  void sum_band(const SpectralChain& chain, const Eigenpairs& eigenpairs, const std::vector<std::size_t>& kept,
                const Workers& workers);

  double middle_;  ///< of the levels
  double energy_error_;
  double slope_error_;
  std::vector<OwnedForm> forms_;  ///< their sum is the energy less its middle value
  std::vector<double> scratch_;
};

}  // namespace qbatt::cpu
