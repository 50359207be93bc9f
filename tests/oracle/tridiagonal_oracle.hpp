#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "oracle/lapack.hpp"
#include "qbatt/central_spin.hpp"
#include "qbatt/observables.hpp"

namespace qbatt::test {

/// The first t > 0 at which dE/dt, or t dE/dt - E, changes from + to -, and how far rounding may be trusted with it.
struct OraclePeak {
  double t = 0;
  /// Relative: what the rounding of that slope does to its root, rounding over |its derivative| t.
  double t_uncertainty = 0;
  /// The smallest local minimum of the slope before t, in units of its rounding; infinite where it has none. Where this is
  /// of order 1, whether the slope crosses zero there (so that the first peak is an earlier one) is decided by rounding.
  double clearance = 0;

  /// Whether t is right to well below 1e-10. A comparison of t_opt is skipped where this is false.
  [[nodiscard]] bool decided() const { return t_uncertainty < 1e-11 && clearance > 1e4; }
};

/// A local maximum of the energy.
struct OracleMaximum {
  double t = 0;
  double t_uncertainty = 0;  ///< as in OraclePeak
  double level = 0;          ///< <k>
};

/// Charging by brute force: the explicit matrix in the basis |k>_b |m-k>_c, typed from the ladder operators of the two spins in
/// long double, all eigenpairs from LAPACK, the first peak by a fine scan. It shares no code with qbatt; the CentralSpin is used
/// as a bag of parameters. Good for d up to a few hundred.
class TridiagonalOracle {
public:
  explicit TridiagonalOracle(const CentralSpin& system);

  [[nodiscard]] std::size_t dim() const { return dim_; }
  [[nodiscard]] std::vector<double> populations(double t) const;
  [[nodiscard]] ObservableValues observables(double t) const;
  [[nodiscard]] std::optional<OraclePeak> first_peak() const;
  /// The first maximum of the average power E/t.
  [[nodiscard]] std::optional<OraclePeak> first_power_peak() const;

  /// The maxima of the energy in (0, end) in the order of time.
  [[nodiscard]] std::vector<OracleMaximum> maxima(double end) const;

  /// <k>
  [[nodiscard]] double level(double t) const;

  /// sum_k 1 / (2 |H_{k,k+1}|)
  [[nodiscard]] double transit_time() const;

  /// Eigenvalues less H_00, ascending, in absolute units.
  [[nodiscard]] std::vector<double> eigenvalues() const;

  /// Largest error that rounding of the eigenvalues causes in any population at time t: a few u |H| t.
  [[nodiscard]] double population_error(double t) const;

private:
  struct State {
    std::vector<double> re, im;
  };
  struct Slopes {
    double first = 0;     ///< dE/dt
    double second = 0;    ///< d2E/dt2
    double rounding = 0;  ///< of `first`
  };

  // In the oracle's own units: energies over unit_, so that no square overflows; times times unit_.
  [[nodiscard]] State state(double scaled_t) const;
  [[nodiscard]] Slopes slopes(double scaled_t) const;
  /// Of t^2 d(E/t)/dt = t dE/dt - E in the place of dE/dt.
  [[nodiscard]] Slopes power_slopes(double scaled_t) const;
  [[nodiscard]] std::optional<OraclePeak> first_fall(Slopes (TridiagonalOracle::*slopes_at)(double) const) const;
  [[nodiscard]] double scaled(double t) const;
  [[nodiscard]] double width() const { return eigen_.values.back() - eigen_.values.front(); }

  CentralSpin system_;
  std::size_t dim_;
  long double unit_ = 1;
  std::vector<double> diagonal_, offdiagonal_;
  SymmetricEigen eigen_;
};

}  // namespace qbatt::test
