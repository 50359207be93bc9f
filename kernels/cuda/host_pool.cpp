#include "kernels/cuda/host_pool.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <memory>
#include <new>

#include "kernels/cuda/allocation.hpp"

namespace qbatt::cuda {
namespace {

/// As CUDA aligns.
constexpr std::align_val_t alignment{256};

/// Tests run side by side on small machines.
constexpr std::size_t most_kept = std::size_t{1} << 26;

}  // namespace

void* HostPool::attempt(std::size_t bytes) {
  void* memory = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (const auto there = kept_.find(bytes); there != kept_.end()) {
      memory = there->second;
      kept_.erase(there);
      counts_.kept -= bytes;
      ++counts_.reused;
    } else {
      if (counts_.in_use + counts_.kept + bytes > limit_) return nullptr;
      memory = ::operator new(bytes, alignment);
    }
    counts_.in_use += bytes;
    counts_.most = std::max(counts_.most, counts_.in_use);
  }
  return std::memset(memory, 0xff, bytes);
}

void HostPool::free(void* memory, std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  counts_.in_use -= bytes;
  counts_.kept += bytes;
  kept_.emplace(bytes, memory);
  release_down_to(counts_.in_use + most_kept);
}

void HostPool::trim_to(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  ++counts_.trimmed;
  release_down_to(bytes);
}

void HostPool::release_down_to(std::size_t bytes) {
  while (!kept_.empty() && counts_.in_use + counts_.kept > bytes) {
    const auto largest = std::prev(kept_.end());
    counts_.kept -= largest->first;
    ::operator delete(largest->second, alignment);
    kept_.erase(largest);
  }
}

HostPool::Counts HostPool::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void HostPool::set_limit(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  limit_ = bytes;
}

void HostPool::forget_most() {
  const std::lock_guard lock(mutex_);
  counts_.most = counts_.in_use;
}

HostPool& host_pool(int device) {
  static auto* const pools = new PerDevice<std::unique_ptr<HostPool>>;
  return *pools->get(device, [](int) { return std::make_unique<HostPool>(); });
}

}  // namespace qbatt::cuda
