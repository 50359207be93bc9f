#pragma once

#include <array>
#include <csignal>
#include <stop_token>
#include <thread>

namespace qbatt {

/// What ends a program from outside: SIGINT, SIGTERM, SIGHUP.
inline constexpr std::array ending_signals{SIGINT, SIGTERM, SIGHUP};

/// Others that end a program which does not expect them: limits of CPU time, the warnings of batch systems, a reader that is gone.
inline constexpr std::array deadly_signals{SIGQUIT, SIGPIPE, SIGALRM, SIGUSR1, SIGUSR2, SIGXCPU};

/// From here on the ending signals end the program with code 130, behind a line on the standard error where `speaks`, and no file
/// is left unfinished. SIGHUP stays ignored where it is, as by nohup. The deadly signals do what they do by
/// default, once no file is left unfinished; those that are ignored stay so. A file that grows beyond the limit of its size is an
/// error of writing, not a signal.
void end_on_signals(bool speaks);

/// While it lives, the ending signals only ask to stop; a second one ends the program at once. There is one at a time.
class InterruptGuard {
public:
  InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  ~InterruptGuard();

  /// For Request::stop: asked to stop once a signal has come.
  [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

private:
  std::array<struct sigaction, ending_signals.size()> old_{};
  std::stop_source source_;
  std::jthread watcher_;
};

}  // namespace qbatt
