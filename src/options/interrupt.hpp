#pragma once

#include <csignal>
#include <stop_token>
#include <thread>

namespace qbatt {

/// While it lives, SIGINT and SIGTERM only ask to stop; a second signal of either kind ends the program at once, with code 130.
/// There is one at a time.
class InterruptGuard {
public:
  InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  ~InterruptGuard();

  /// For Request::stop: asked to stop once a signal has come.
  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

private:
  struct sigaction old_interrupt_ {};
  struct sigaction old_terminate_ {};
  std::stop_source source_;
  std::jthread watcher_;
};

}  // namespace qbatt
