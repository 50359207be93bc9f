#include "io/temporary_name.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <random>

namespace qbatt {
namespace {

// What a signal handler may read: memory that is never freed. Few files are open at a time; one that finds no slot or has a longer
// name is only removed by its owner.
struct Slot {
  std::atomic<bool> taken = false;
  std::atomic<bool> named = false;
  std::array<char, 4096> path{};
};
static_assert(std::atomic<bool>::is_always_lock_free);
constinit std::array<Slot, 32> slots;

std::size_t enter(const std::string& path) {
  for (std::size_t i = 0; i < slots.size() && path.size() < slots[i].path.size(); ++i) {
    if (slots[i].taken.exchange(true)) continue;
    *std::ranges::copy(path, slots[i].path.begin()).out = '\0';
    slots[i].named = true;
    return i;
  }
  return slots.size();
}

void leave(std::size_t slot) {
  if (slot == slots.size()) return;
  slots[slot].named = false;
  slots[slot].taken = false;
}

}  // namespace

std::string random_digits() {
  std::random_device random;
  const std::uint64_t number = (std::uint64_t{random()} << 32) | random();
  return fmt::format("{:016x}", number);
}

RemovedAtTheEnd::RemovedAtTheEnd(const std::string& path) : slot_(enter(path)) {}

RemovedAtTheEnd::~RemovedAtTheEnd() {
  leave(slot_);
}

// Known before the file is there, so that no signal finds one that is not.
TemporaryName::TemporaryName(const std::string& stem)
    : path_(fmt::format("{}.{}{}", stem, random_digits(), suffix)), removed_(path_) {}

TemporaryName::~TemporaryName() {
  ::unlink(path_.c_str());
}

void remove_unfinished_files() noexcept {
  for (const Slot& slot : slots)
    if (slot.named) ::unlink(slot.path.data());
  for (const Slot& slot : slots)
    if (slot.named) ::rmdir(slot.path.data());  // folders, which are empty now
}

}  // namespace qbatt
