#include "options/interrupt.hpp"

#include <semaphore.h>
#include <unistd.h>

#include <cerrno>

#include "qbatt/errors.hpp"

namespace qbatt {
namespace {

// A signal handler may touch nothing else, and call little more than sem_post(): a thread that waits for it does the rest.
volatile std::sig_atomic_t stop_requested = 0;
sem_t something_came;

void request_stop(int) {
  if (stop_requested != 0) ::_exit(Interrupted::code);
  stop_requested = 1;
  ::sem_post(&something_came);
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
  ::sem_init(&something_came, 0, 0);
  watcher_ = std::jthread([this] {
    while (::sem_wait(&something_came) != 0 && errno == EINTR) {
    }
    if (stop_requested != 0) source_.request_stop();
  });
  install(SIGINT, old_interrupt_);
  install(SIGTERM, old_terminate_);
}

InterruptGuard::~InterruptGuard() {
  ::sigaction(SIGINT, &old_interrupt_, nullptr);
  ::sigaction(SIGTERM, &old_terminate_, nullptr);
  ::sem_post(&something_came);
  watcher_.join();
  ::sem_destroy(&something_came);
}

}  // namespace qbatt
