#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "charge/global_peak.hpp"
#include "charge/states.hpp"
#include "kernels/certificate.hpp"
#include "kernels/peak.hpp"
#include "model/level_chain.hpp"

namespace qbatt::cpu {

/// The states of a single chain, in units of a_0 (times in 1/a_0), up to a phase. Places are not looked at: there is one.
class OneChain : public States {
public:
  [[nodiscard]] std::size_t count() const final { return 1; }
  [[nodiscard]] bool solved(std::size_t /*place*/) const final { return true; }

  /// evaluate() for one chain: a report a time, and where `populations` is not null p_k as [time][level], row-major.
  void sample(std::span<const double> times, Detail detail, std::span<StateReport> reports, double* populations = nullptr);

  /// The first t > 0 at which the energy or the average power has a maximum; NaN where the search was lost.
  virtual double first_peak(kernels::PeakOf peak_of);

  /// The largest energy in the signal's window. Throws NumericalError where the search was lost.
  virtual GlobalPeak global_peak(const EnergySignal& signal);

  [[nodiscard]] double bandwidth(std::size_t /*place*/) const final { return bandwidth_; }

protected:
  explicit OneChain(const LevelChain& chain) : level_chain_(chain) {}

  /// Where the sampling wants them, else null.
  static double* populations_of(const Sampling& s) { return s.populations.empty() ? nullptr : s.populations.front(); }
  static std::complex<double>* amplitudes_of(const Sampling& s) { return s.amplitudes.empty() ? nullptr : s.amplitudes.front(); }

  /// The energy of the state itself, in the detail that is needed.
  EnergySampler energy_sampler(Detail detail);

  double bandwidth_ = 1;

private:
  std::vector<Optimum> search(OptimumRule rule, double window) final;

  LevelChain level_chain_;
};

/// A solved chain: psi(t) = sum_j c_j v_j exp(-i lambda_j t), with the certificate of that set of pairs, whatever their quality.
class PairedChain : public OneChain {
public:
  [[nodiscard]] double error_bound(std::size_t /*place*/, double t) const override { return certificate_.error_bound(t); }
  [[nodiscard]] double pair_defect(std::size_t /*place*/, double t) const override { return certificate_.pair_defect(t); }

protected:
  using OneChain::OneChain;

  kernels::Certificate certificate_;
};

/// Drives a FirstPeakSearch; `stand_in`, if not null, says where to look. NaN where the search was lost.
double find_first_peak(kernels::PeakOf peak_of, double bandwidth, const EnergySampler& exact, const EnergySampler* stand_in);

/// sum_j j p_j over the values sorted in descending order; reorders them.
double passive_level(std::vector<double>& populations);

using kernels::unit_roundoff;

}  // namespace qbatt::cpu
