#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "qbatt/solve.hpp"

namespace qbatt::figures {

/// Solves the systems of all figures in one way, and keeps account of how well.
class Calculation {
public:
  /// `request` says how, not what: solver, backend, threads, tolerance.
  explicit Calculation(Request request) : request_(std::move(request)) {}

  /// The rows of `systems` at their first peaks.
  std::vector<Row> optima(std::span<const CentralSpin> systems) { return optima(systems, OptimumRule::first_peak); }
  /// At the optima of another rule; `window` in transit times, for OptimumRule::global.
  std::vector<Row> optima(std::span<const CentralSpin> systems, OptimumRule rule, double window = Request().window);
  /// N_b = N_c = m = N at resonance for N = 1 ... `largest`; solved once for all figures that ask.
  std::span<const Row> equal_sizes(std::int64_t largest);
  /// The rows, and series of energy and entropy at `count` times equally spaced from `start` to `stop`, by default in units of
  /// each first peak.
  Table curves(std::span<const CentralSpin> systems, double start, double stop, std::int64_t count,
               TimeUnit unit = TimeUnit::optimum);

  [[nodiscard]] std::size_t systems() const { return systems_; }
  [[nodiscard]] double largest_error_bound() const { return largest_error_bound_; }
  /// Rows that are inaccurate or failed.
  [[nodiscard]] std::size_t bad() const { return bad_; }

private:
  Table solve_and_count(std::span<const CentralSpin> systems);

  Request request_;
  std::vector<Row> equal_sizes_;
  std::size_t systems_ = 0;
  std::size_t bad_ = 0;
  double largest_error_bound_ = 0;
};

/// Whole numbers from `first` to `last` in equal steps of the logarithm, about `per_decade` of them, each once.
std::vector<std::int64_t> logarithmic(std::int64_t first, std::int64_t last, int per_decade);

}  // namespace qbatt::figures
