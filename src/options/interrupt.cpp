#include "options/interrupt.hpp"

#include <semaphore.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

#include "io/temporary_name.hpp"
#include "qbatt/errors.hpp"

namespace qbatt {
namespace {

// A signal handler may touch nothing else, and call little more than sem_post(): a thread that waits for it does the rest.
volatile std::sig_atomic_t stop_requested = 0;
volatile std::sig_atomic_t end_is_said = 0;
sem_t something_came;

[[noreturn]] void end() {
  remove_unfinished_files();
  ::_exit(Interrupted::code);
}

void end_at_once(int) {
  constexpr std::string_view message = "qbatt: interrupted\n";
  if (end_is_said != 0) [[maybe_unused]]
    const auto written = ::write(STDERR_FILENO, message.data(), message.size());
  end();
}

// SA_RESETHAND has put the default back by now.
void die_tidily(int signal) {
  remove_unfinished_files();
  static_cast<void>(std::raise(signal));
}

void request_stop(int) {
  if (stop_requested != 0) end();
  stop_requested = 1;
  ::sem_post(&something_came);
}

// One that the caller of the program wants ignored stays so; SIGINT, which shells ignore for what runs in the background, does not.
void install(int signal, void (*handler)(int), struct sigaction* old, int flags = SA_RESTART) {
  struct sigaction there {};
  ::sigaction(signal, nullptr, &there);
  if (old != nullptr) *old = there;
  if (signal != SIGINT && signal != SIGTERM && there.sa_handler == SIG_IGN) return;
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigemptyset(&action.sa_mask);
  ::sigaction(signal, &action, nullptr);
}

}  // namespace

void end_on_signals(bool speaks) {
  end_is_said = speaks ? 1 : 0;
  for (const int signal : ending_signals) install(signal, end_at_once, nullptr);
  for (const int signal : deadly_signals) install(signal, die_tidily, nullptr, static_cast<int>(SA_RESETHAND));
  static_cast<void>(std::signal(SIGXFSZ, SIG_IGN));
}

InterruptGuard::InterruptGuard() {
  stop_requested = 0;
  ::sem_init(&something_came, 0, 0);
  watcher_ = std::jthread([this] {
    while (::sem_wait(&something_came) != 0 && errno == EINTR) {
    }
    if (stop_requested != 0) source_.request_stop();
  });
  for (std::size_t i = 0; i < ending_signals.size(); ++i) install(ending_signals[i], request_stop, &old_[i]);
}

InterruptGuard::~InterruptGuard() {
  for (std::size_t i = 0; i < ending_signals.size(); ++i) ::sigaction(ending_signals[i], &old_[i], nullptr);
  ::sem_post(&something_came);
  watcher_.join();
  ::sem_destroy(&something_came);
}

}  // namespace qbatt
