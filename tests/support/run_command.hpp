#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace qbatt::test {

/// What a finished program left behind.
struct CommandResult {
  int exit_code = -1;      ///< the exit status; 128 + signal where a signal ended it, as in a shell
  bool timed_out = false;  ///< it was killed because it ran past the limit
  std::string out;         ///< everything it wrote to stdout
  std::string err;         ///< everything it wrote to stderr
};

struct CommandOptions {
  std::string input{};                                             ///< given to stdin, which is then closed
  std::vector<std::pair<std::string, std::string>> environment{};  ///< set on top of the caller's environment
  std::string directory{};                                         ///< where it runs; empty: the caller's directory
  std::chrono::seconds limit{120};                                 ///< after which it is killed
};

/// Runs `arguments[0]` (a path, or a name looked up in PATH) with the other arguments, without a shell, and waits for it.
/// Throws std::runtime_error where it cannot be started.
CommandResult run_command(const std::vector<std::string>& arguments, const CommandOptions& options = {});

#ifdef QBATT_EXECUTABLE
/// Runs the executable under test; link qbatt_test_command.
inline CommandResult run_qbatt(std::vector<std::string> arguments, const CommandOptions& options = {}) {
  arguments.insert(arguments.begin(), QBATT_EXECUTABLE);
  return run_command(arguments, options);
}
#endif

}  // namespace qbatt::test
