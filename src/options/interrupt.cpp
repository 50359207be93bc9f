#include "options/interrupt.hpp"

#include <unistd.h>

namespace qbatt {
namespace {

// A signal handler may touch nothing else.
volatile std::sig_atomic_t stop_requested = 0;

constexpr int interrupted_code = 130;

void request_stop(int) {
  if (stop_requested != 0) ::_exit(interrupted_code);
  stop_requested = 1;
}

void install(int signal, struct sigaction& old) {
  struct sigaction action {};
  action.sa_handler = request_stop;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  ::sigaction(signal, &action, &old);
}

}  // namespace

InterruptGuard::InterruptGuard() {
  stop_requested = 0;
  install(SIGINT, old_interrupt_);
  install(SIGTERM, old_terminate_);
}

InterruptGuard::~InterruptGuard() {
  ::sigaction(SIGINT, &old_interrupt_, nullptr);
  ::sigaction(SIGTERM, &old_terminate_, nullptr);
}

bool InterruptGuard::requested() {
  return stop_requested != 0;
}

}  // namespace qbatt
