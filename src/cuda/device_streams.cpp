#include "cuda/device_streams.hpp"

#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace qbatt::cuda {
namespace {

struct Shelf {
  std::mutex mutex;
  std::map<int, std::size_t> budgets;
  std::map<std::pair<int, DenseRoutine>, std::vector<std::unique_ptr<DeviceStream>>> idle;
  std::size_t made = 0;
};

// Never destroyed: CUDA may be gone before the statics of the process.
Shelf& shelf() {
  static auto* const kept = new Shelf;
  return *kept;
}

void put_back(DeviceStream* stream, DenseRoutine routine) {
  const std::lock_guard lock(shelf().mutex);
  shelf().idle[{stream->device, routine}].emplace_back(stream);
}

}  // namespace

HeldStream hold_stream(int device, DenseRoutine routine) {
  const auto give_back = [routine](DeviceStream* stream) { put_back(stream, routine); };
  const std::lock_guard lock(shelf().mutex);
  auto& idle = shelf().idle[{device, routine}];
  if (!idle.empty()) {
    HeldStream held(idle.back().release(), give_back);
    idle.pop_back();
    return held;
  }
  HeldStream held(new DeviceStream(device, routine), give_back);
  ++shelf().made;
  if (!shelf().budgets.contains(device)) shelf().budgets[device] = free_memory() / 5 * 4;
  return held;
}

std::size_t streams_made() {
  const std::lock_guard lock(shelf().mutex);
  return shelf().made;
}

std::size_t device_budget(int device) {
  const std::lock_guard lock(shelf().mutex);
  return shelf().budgets.at(device);
}

}  // namespace qbatt::cuda
