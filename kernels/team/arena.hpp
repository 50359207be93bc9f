#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "kernels/team/team.hpp"

namespace qbatt::kernels::inline QBATT_TARGET {

/// Memory that a team has in common, handed out array by array: from a near part (shared memory) as long as there is room, from a
/// far part (device memory) beyond. Where an array lies changes no result. All threads of a team take the same arrays in the same
/// order, each from a copy of its own. What a phase of the work takes from a copy is free again when the copy is gone.
class Arena {
public:
  /// The far part has room for all that is taken, should nothing fit into the near one.
  QBATT_HD Arena(void* near, std::size_t near_bytes, void* far)
      : near_(reinterpret_cast<std::uintptr_t>(near)), near_end_(near_ + near_bytes), far_(reinterpret_cast<std::uintptr_t>(far)) {}

  /// Hands out addresses that nobody may use, to learn how much is taken.
  QBATT_HD static Arena measure() { return {nullptr, 0, nullptr}; }

  /// `count` elements, uninitialized, at a multiple of 32 bytes as both parts are.
  template <class T>
  QBATT_HD T* take(int count) {
    constexpr std::size_t line = 32;
    const std::size_t bytes = (static_cast<std::size_t>(count) * sizeof(T) + line - 1) / line * line;
    taken_ += bytes;
    // No reference to one of the two ends: a GPU would keep both in memory for it.
    const bool fits = near_ + bytes <= near_end_;
    T* const result = reinterpret_cast<T*>(fits ? near_ : far_);
    near_ += fits ? bytes : 0;
    far_ += fits ? 0 : bytes;
    return result;
  }

  /// Bytes of all that was taken from this and from what it was copied from.
  [[nodiscard]] QBATT_HD std::size_t taken() const { return taken_; }

private:
  std::uintptr_t near_;
  std::uintptr_t near_end_;
  std::uintptr_t far_;
  std::size_t taken_ = 0;
};

/// *to = *from by the whole team, word by word, so that device memory is touched once and not by each thread for itself.
template <class T, class Team>
QBATT_HD void copy_by_team(Team& team, T* to, const T* from) {
  constexpr std::size_t word = sizeof(std::uint64_t);
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) % word == 0 && alignof(T) == word);
  const auto* const source = reinterpret_cast<const unsigned char*>(from);
  auto* const target = reinterpret_cast<unsigned char*>(to);
  share(team, static_cast<int>(sizeof(T) / word), [&](int i) {
    const std::size_t place = static_cast<std::size_t>(i) * word;
    memcpy(__builtin_assume_aligned(target + place, word), __builtin_assume_aligned(source + place, word), word);
  });
}

/// A copy of what lies in device memory, by way of the team's memory.
template <class T, class Team>
QBATT_HD T copy_of(Team& team, const T& from, Arena& arena) {
  T* const copy = arena.take<T>(1);
  copy_by_team(team, copy, &from);
  return *copy;
}

}  // namespace qbatt::kernels::inline QBATT_TARGET
