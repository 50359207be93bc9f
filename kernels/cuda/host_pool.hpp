#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <mutex>

namespace qbatt::cuda {

/// What stands for the memory pool of a device where the pipeline is compiled for the host: it keeps what is freed for the next
/// allocation of the same size, and has no room beyond a limit, whether that is in use or kept. All calls from any thread.
class HostPool {
public:
  struct Counts {
    std::size_t in_use = 0;    ///< bytes
    std::size_t most = 0;      ///< in use at once
    std::size_t kept = 0;      ///< bytes that are free and not handed back
    std::int64_t reused = 0;   ///< allocations from what was kept
    std::int64_t trimmed = 0;  ///< calls of trim_to()
  };

  HostPool() = default;
  HostPool(const HostPool&) = delete;
  HostPool& operator=(const HostPool&) = delete;
  ~HostPool() { trim_to(0); }

  /// Null where there is no room. Filled with a pattern that reads as NaN, so that what a stage did not write shows.
  void* attempt(std::size_t bytes);
  void free(void* memory, std::size_t bytes);
  /// Hands back what is kept until no more than so many bytes are in use or kept, or nothing is kept.
  void trim_to(std::size_t bytes);

  /// For tests.
  [[nodiscard]] Counts counts() const;
  void set_limit(std::size_t bytes);
  void forget_most();

private:
  void release_down_to(std::size_t bytes);

  mutable std::mutex mutex_;
  std::multimap<std::size_t, void*> kept_;  ///< by size
  std::size_t limit_ = std::numeric_limits<std::size_t>::max();
  Counts counts_;
};

/// That of a device.
HostPool& host_pool(int device);

}  // namespace qbatt::cuda
