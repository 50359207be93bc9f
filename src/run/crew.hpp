#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace qbatt {

/// What one process has done so far.
struct WorkReport {
  std::int64_t rows = 0;  ///< finished
  double seconds = 0;     ///< of one core, as predicted for them
  bool stop = false;      ///< it was asked to stop, by a signal
  bool failed = false;    ///< it cannot go on

  WorkReport& operator+=(const WorkReport& other) {
    rows += other.rows;
    seconds += other.seconds;
    stop = stop || other.stop;
    failed = failed || other.failed;
    return *this;
  }
};

/// The processes that work on one sweep together. Each claims a number at a time from a counter that all share. Rank 0 leads: it
/// answers claims beside its own work, and leaves last. A process that goes without leave() counts as failed, which ends the work
/// of all.
class Crew {
public:
  Crew() = default;
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;
  virtual ~Crew() = default;

  [[nodiscard]] virtual int rank() const = 0;
  [[nodiscard]] virtual int size() const = 0;
  /// Among the processes on the same machine.
  [[nodiscard]] virtual int local_rank() const = 0;
  [[nodiscard]] virtual int local_size() const = 0;

  /// Rank 0's text, on all. Called by all, before the first claim.
  virtual std::string share(const std::string& text) = 0;

  /// The texts of all, by rank, on all. Called by all, before the first claim.
  virtual std::vector<std::string> gather(const std::string& text) = 0;

  /// The next number, from 0; nullopt once any process has reported that it stops or failed.
  virtual std::optional<std::int64_t> claim(const WorkReport& mine) = 0;

  /// What the others had done when they last claimed; known to rank 0 alone.
  [[nodiscard]] virtual WorkReport others() const = 0;

  /// The last report. Rank 0 waits until all others have left.
  virtual void leave(const WorkReport& mine) = 0;
};

/// One process.
std::unique_ptr<Crew> make_solo_crew();

/// The processes that an MPI launcher (mpirun, srun --mpi) has started with this one, or this one alone: MPI is loaded only where
/// the environment shows a launcher of several, since to start it takes a good part of a second. Throws BackendError where it
/// cannot be loaded: several processes that do not know of each other would write the same files.
std::unique_ptr<Crew> join_crew();

/// Whether a launcher has started several processes.
bool is_one_of_several();

/// Whether another process of the launcher's speaks for this one where all meet the same error, before they have joined.
bool is_silent_rank();

/// CPU threads that fall to this process where nobody has said how many: those it is bound to or, where it is not bound, its share
/// of the machine's. 0, all that OpenMP gives, for a crew of one on this machine or where OMP_NUM_THREADS is set.
int threads_of_rank(const Crew& crew);

/// The device of a process, and how many processes of the same machine use it, this one included.
struct DeviceShare {
  int device = 0;
  int processes = 1;
};

/// The processes of a machine take turns on its devices, of which there is at least one.
DeviceShare device_of_rank(int local_rank, int local_size, std::span<const int> devices);

}  // namespace qbatt
