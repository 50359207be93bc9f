#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "qbatt/solve.hpp"

namespace qbatt::test {

/// One way to have a system solved: what a test of the contract suite is run with.
struct Implementation {
  std::string_view backend;
  Solver solver;
  /// qbatt::solve on that backend, whatever backend the request names.
  Table (*solve)(std::span<const CentralSpin> systems, Request request);

  [[nodiscard]] std::string name() const;  ///< "cpu_spectral"
};

/// What the suite is run with; each executable that contains the suite defines it.
std::vector<Implementation> implementations();

/// The solver that others are judged by: dense, or chebyshev in a build without LAPACK.
Solver safest_solver();

void PrintTo(const Implementation& implementation, std::ostream* out);

/// The contract suite: what every backend and solver must do, seen through qbatt::solve only. Its tests lie in several files and
/// are run for all of implementations().
class Contract : public testing::TestWithParam<Implementation> {
protected:
  void SetUp() override;

  /// With the backend and solver under test.
  [[nodiscard]] static Table solve(std::span<const CentralSpin> systems, Request request = {});

  /// Optima only.
  [[nodiscard]] static std::vector<Row> optima(std::span<const CentralSpin> systems) { return solve(systems).rows; }

  /// One system on a time grid, populations included, without its optimum.
  [[nodiscard]] static Series series(const CentralSpin& system, const TimeGrid& grid);

  /// Whether long chains take no more than moments: shooting, not all pairs.
  [[nodiscard]] static bool fast();

  /// Whether a row that is not `ok` is no fault here: asked for by name, shooting alone may meet a barrier inside the chain,
  /// |Delta| > |A| without mirror symmetry. Dense and automatic never may.
  [[nodiscard]] static bool may_give_up(const CentralSpin& system);

  /// The row is `ok`, or it may give up and its bound says so. True where its values are to be held to the tolerances.
  static bool expect_ok(const Row& row);
};

/// How far a reported population or energy per cell may be from the truth: the tolerance, or, in a row that says it is inaccurate,
/// what its bound allows.
double allowed(const Row& row, double tolerance);

/// The reference accuracy of the energy per cell for this system.
double energy_tolerance(const CentralSpin& system);

TimeGrid at_time(double t, TimeUnit unit = TimeUnit::absolute);
TimeGrid grid(double start, double stop, std::int64_t count, TimeUnit unit);

/// The populations of the time with this index: dim() numbers.
std::span<const double> populations_at(const Series& series, std::size_t time);

}  // namespace qbatt::test
