#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "qbatt/central_spin.hpp"
#include "qbatt/observables.hpp"

namespace qbatt {

/// How the dynamics is computed. `automatic` is spectral, or chebyshev where that is predicted to cost less than half (short times
/// of long chains with many eigenpairs), and the others, the cheaper first, where the certificate exposes wrong pairs or the first
/// fails.
enum class Solver { automatic, spectral, chebyshev, dense };
inline constexpr std::array all_solvers{Solver::automatic, Solver::spectral, Solver::chebyshev, Solver::dense};
constexpr std::string_view to_string(Solver solver) {
  switch (solver) {
    case Solver::automatic:
      return "auto";
    case Solver::spectral:
      return "spectral";
    case Solver::chebyshev:
      return "chebyshev";
    case Solver::dense:
      return "dense";
  }
  return "unknown";
}

enum class Backend { automatic, cpu, cuda };
/// The cuSOLVER routine behind `dense` on CUDA: cusolverDnDsyevjBatched or cusolverDnXsyevBatched.
enum class DenseRoutine { syevj, syev };
/// `first_peak`: the first t > 0 at which dE/dt changes from + to -; `global`: the largest E in Request::window, the earliest where
/// several agree within 1e-12 of the largest; `power`: the first t > 0 at which the average power E/t is largest, where t dE/dt - E
/// changes from + to -, before the first peak; `none`: no optimum is searched.
enum class OptimumRule { first_peak, global, power, none };
inline constexpr std::array all_optimum_rules{OptimumRule::first_peak, OptimumRule::global, OptimumRule::power, OptimumRule::none};
/// Units of a time grid: absolute, 1/a_0 (`rabi`), or the t_opt of each system (`optimum`; its first peak where the rule is none).
enum class TimeUnit { absolute, rabi, optimum };
/// `no_peak`: nothing moves; `window_end`: the rule is `global`, and the largest energy is where the window ends.
enum class Status { ok, no_peak, window_end, inaccurate, failed };
inline constexpr std::array all_statuses{Status::ok, Status::no_peak, Status::window_end, Status::inaccurate, Status::failed};
/// Why a row is `failed`: the levels leave the range of a double; LAPACK gave up; an expansion's steps fall below the rounding of
/// the time; an expansion takes more work than `automatic` grants; no first peak was found; the window of `global` holds too many
/// oscillations; the bound on the error is no finite number; an observable leaves the range of a double.
enum class Failure { none, range, lapack, steps, work, peak, window, bound, overflow };

/// `count` equally spaced times from `start` to `stop`, both included; count = 1 requires start = stop. Or any other times, from
/// time_list().
struct TimeGrid {
  double start = 0;
  double stop = 2;
  std::int64_t count = 401;
  TimeUnit unit = TimeUnit::optimum;
  /// The times themselves where they are not equally spaced: `count` of them, none before the one in front of it, the first is
  /// `start` and the last is `stop`. Empty: equally spaced.
  std::vector<double> list = {};
};

/// These times, as few as one. Throws InputError unless they are finite, at least 0 and none is before the one in front of it.
/// Times that are to the bit an equally spaced grid become one.
TimeGrid time_list(std::vector<double> times, TimeUnit unit);
/// The times of a grid, in the unit it is given in; both ends are exact.
std::vector<double> grid_times(const TimeGrid& grid);
/// Throws InputError unless 0 <= start <= stop, all finite, with start = stop for a count of 1, and unless a list is as said above.
void validate(const TimeGrid& grid);

/// How the backend `cuda` goes about it; the CPU ignores this.
struct CudaOptions {
  DenseRoutine dense_routine = DenseRoutine::syevj;
  /// Devices to use, by their numbers, each once; empty: all that are found.
  std::vector<int> devices;
  /// Bytes of device memory that what is in flight on one device may take, at least 1; nullopt: most of what is free there.
  std::optional<std::int64_t> memory;
  /// Processes that compute on each of the devices at the same time: each takes so large a part of the memory. At least 1.
  int processes_a_device = 1;
};

struct Request {
  Solver solver = Solver::automatic;
  Backend backend = Backend::automatic;
  OptimumRule optimum = OptimumRule::first_peak;
  /// The longest time that `global` looks at, in units of the transit time sum_k 1/(2 offdiag(k)) of each system.
  double window = 10;
  /// Largest error_bound of an `ok` row; nullopt: default_tolerance(dim).
  std::optional<double> tolerance;
  /// Time series of every system on this grid; nullopt: none.
  std::optional<TimeGrid> times;
  /// What the series hold, each named once; empty: everything.
  std::vector<Observable> series_observables;
  /// Keep the populations p_k of every time (count * dim doubles a system).
  bool populations = false;
  /// CPU threads; 0: as many as the machine offers.
  int threads = 0;
  CudaOptions cuda;
  /// Called from one thread at a time with the number of systems finished so far and in total; may be empty.
  std::function<void(std::size_t finished, std::size_t total)> progress;
  /// Where a stop is requested, solve() throws Interrupted soon after, also inside one huge system; LAPACK and a device finish what
  /// they are at.
  std::stop_token stop;
};

/// One system's result: the row of a sweep.
struct Row {
  CentralSpin system;
  Status status = Status::failed;
  /// The solver that produced the numbers; automatic where none ran. Of several chains, the last rung of the ladder that any used.
  Solver solver = Solver::automatic;
  Failure failure = Failure::none;  ///< why the status is failed
  std::int64_t sectors = 1;         ///< chains of levels that the charger's state is made of, those kept
  std::int64_t n_eig = 0;           ///< eigenpairs used, of all chains; 0 where none were
  /// Rigorous bound on || psi(t) - computed psi(t) || for every time reported of this system, rounding included; with
  /// the rule `global`, which says that no energy is larger, for every time of its window.
  /// |p_k - computed| <= 2 eps + eps^2 for each k, and the energy per cell likewise. NaN where the status is failed. Of an ensemble
  /// of chains with weights w the eps for which this holds: what is left out and the rounding of the weights included.
  double error_bound = 0;
  double t_opt = 0;               ///< absolute; NaN where there is no optimum or the status is failed
  ObservableValues at_optimum{};  ///< likewise
};

/// A system on its time grid. Where a state could not be computed all that is said of it is NaN, its bound included.
struct Series {
  std::vector<double> t;            ///< absolute times
  ObservableColumns values;         ///< values[i][observable] or values.column(observable)[i] at time i
  std::vector<double> error_bound;  ///< one a time, as in Row
  std::vector<double> populations;  ///< [time][k], row-major, count * dim; empty unless asked for
};

/// Rows in the order of the systems; series likewise, or empty where no times were asked for.
struct Table {
  std::vector<Row> rows;
  std::vector<Series> series;
};

/// Throws what solve() would for any system: InputError for a number out of range, and for a QBATT_ISA that the machine lacks;
/// BackendError where the backend is absent. Called before a file is created.
void validate(const Request& request);

/// The one entry point: every battery in `systems`, each validated first.
///
/// Rows depend only on the system, the request's physics, the backend and the instruction set: they are the same bit for bit for
/// any number of threads, order or split of the systems. On CUDA that is promised of what qbatt computes itself: eigenpairs of
/// cuSOLVER (`dense`) may round differently in other company, within error_bound.
/// Throws InputError for an unphysical system or request, BackendError where the backend is absent, Interrupted where
/// Request::stop asks for it.
Table solve(std::span<const CentralSpin> systems, const Request& request);

/// What one core of the CPU is predicted to take for all systems, in seconds; of a long list, from a sample of it.
double predicted_core_seconds(std::span<const CentralSpin> systems, const Request& request);

/// What Backend::automatic stands for in `request` where all that is to be solved takes one core of the CPU `core_seconds`, and the
/// largest system has so many levels: CUDA where it offers what is asked for, the CPU's threads would take more than a few seconds,
/// and a device is there whose FP64 runs at half the rate of FP32 and whose memory holds the states of the largest system; else the
/// CPU. solve() decides once a call; who splits a sweep into calls decides once for all of them.
struct BackendChoice {
  Backend backend = Backend::cpu;
  std::string reason;  ///< why, in words for a user: the device, or why CUDA was passed over
};
BackendChoice choose_backend(const Request& request, double core_seconds, std::int64_t most_levels = 1);

/// 1e-8 for dim up to 10^6 and 1e-14 dim beyond, as the rounding term of the bound grows.
double default_tolerance(std::int64_t dim);

std::string_view to_string(Backend);
std::string_view to_string(DenseRoutine);
std::string_view to_string(OptimumRule);
std::string_view to_string(TimeUnit);
std::string_view to_string(Status);
/// In words that finish "it failed: ".
std::string_view to_string(Failure);

/// A backend or device that was looked for, and what came of it.
struct DeviceReport {
  std::string backend;  ///< "cpu", "cuda"
  bool found = false;
  std::string description;  ///< the device in words, or why it was not found
};

/// Every backend this build knows, found or not.
std::vector<DeviceReport> find_devices();

/// The instruction set that the CPU kernels use ("x86-64-v4", ...): the best the machine has, or the one QBATT_ISA forces.
/// Throws InputError where QBATT_ISA names one that is unknown or that the machine lacks.
std::string_view instruction_set();

}  // namespace qbatt
