#pragma once

#include <stop_token>

#include "cpu/isa/isa.hpp"

namespace qbatt::cpu {

/// Who works inside a system, and what ends the work.
struct Workers {
  int threads = 1;
  std::stop_token stop{};

  [[nodiscard]] Workers alone() const { return {1, stop}; }
};

/// What ends the work, for the kernels, which know nothing of stop tokens; `stop` must outlive it.
inline StopWatch watch(const std::stop_token& stop) {
  return {[](const void* token) { return static_cast<const std::stop_token*>(token)->stop_requested(); }, &stop};
}

}  // namespace qbatt::cpu
