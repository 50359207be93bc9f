#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "charge/global_peak.hpp"
#include "kernels/certificate.hpp"
#include "kernels/peak.hpp"
#include "kernels/state_report.hpp"
#include "model/level_chain.hpp"

namespace qbatt::cpu {

/// psi(t) from e_0 in units of a_0 (times in 1/a_0), up to a phase, with a certificate.
class Propagator {
public:
  virtual ~Propagator() = default;

  /// Evaluates the state at each of `times`; `reports` has as many entries. Detail::slopes fills flow and flow_change only,
  /// Detail::sums may leave passive_level NaN.
  /// `populations`, if not null, receives p_k as [time][level], row-major.
  virtual void evaluate(std::span<const double> times, Detail detail, std::span<StateReport> reports, double* populations) = 0;

  /// The first t > 0 at which the energy's slope turns from + to -; NaN where the search was lost.
  virtual double first_peak();

  /// The largest energy in the signal's window. Throws std::runtime_error where the search was lost.
  virtual GlobalPeak global_peak(const EnergySignal& signal);

  /// Eigenpairs used; 0 where none are.
  [[nodiscard]] virtual std::int64_t pairs() const = 0;

  /// The largest angular frequency with which the energy moves noticeably: bounds the step of the search for its first peak.
  [[nodiscard]] double bandwidth() const { return bandwidth_; }

  /// || psi(t) - computed psi(t) || in the worst case, rounding included, for t up to the longest evaluated.
  [[nodiscard]] virtual double error_bound(double t) const = 0;

  /// The part of error_bound(t) that says that pairs are wrong or missing, without rounding.
  [[nodiscard]] virtual double pair_defect(double t) const = 0;

protected:
  /// The energy of the state itself.
  EnergySampler energy_sampler();

  double bandwidth_ = 1;
};

/// A solved chain: psi(t) = sum_j c_j v_j exp(-i lambda_j t), and the certificate || psi - computed || <= start_defect + t rate +
/// rounding for that set of pairs, whatever their quality (Duhamel).
class PairPropagator : public Propagator {
public:
  [[nodiscard]] double error_bound(double t) const final { return start_defect_ + t * (defect_rate_ + rounding_rate_) + rounding_; }
  [[nodiscard]] double pair_defect(double t) const final { return start_defect_ + t * defect_rate_; }

protected:
  double start_defect_ = 0;   ///< || e_0 - sum c_j v_j ||
  double defect_rate_ = 0;    ///< sum |c_j| || H v_j - lambda_j v_j ||, as measured
  double rounding_rate_ = 0;  ///< what rounding may add to it
  double rounding_ = 0;       ///< rounding of the sum over pairs
};

/// Fills samples with slope and curvature of the energy at the given times.
using SlopeSampler = std::function<void(std::span<const double> times, std::span<kernels::SlopeSample> samples)>;

/// Drives kernels::PeakSearch with steps that resolve `bandwidth`; NaN where the search was lost.
double search_first_peak(double bandwidth, const SlopeSampler& sampler);

/// All pairs by LAPACK dsyevd on the explicit matrix: O(d^3) time, O(d^2) memory. Throws std::runtime_error where LAPACK fails.
std::unique_ptr<Propagator> make_dense_propagator(const LevelChain& chain);

/// Whether this build has it: it needs LAPACK. Where it has not, make_dense_propagator throws BackendError.
bool has_dense();

/// The pairs that carry e_0, by matched shooting: O(d n_eig) time.
std::unique_ptr<Propagator> make_spectral_propagator(const LevelChain& chain, int threads);

using kernels::unit_roundoff;

/// sum_j j p_j over the values sorted in descending order; reorders them.
double passive_level(std::vector<double>& populations);

}  // namespace qbatt::cpu
