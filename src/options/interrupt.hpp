#pragma once

#include <csignal>

namespace qbatt {

/// While it lives, SIGINT and SIGTERM only ask to stop; a second signal of either kind ends the program at once, with code 130.
class InterruptGuard {
public:
  InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  ~InterruptGuard();

  [[nodiscard]] static bool requested();

private:
  struct sigaction old_interrupt_ {};
  struct sigaction old_terminate_ {};
};

}  // namespace qbatt
