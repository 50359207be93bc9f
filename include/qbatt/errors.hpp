#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace qbatt {

/// Every exception that qbatt throws on purpose. `what()` is one line without a trailing full stop; the command line prints it
/// behind "qbatt: " and exits with `exit_code()`.
class Error : public std::runtime_error {
public:
  Error(const std::string& message, int exit_code) : std::runtime_error(message), exit_code_(exit_code) {}
  [[nodiscard]] int exit_code() const noexcept { return exit_code_; }

private:
  int exit_code_;
};

/// A value, an option or a system that is not physical or not understood (exit code 2).
class InputError : public Error {
public:
  /// `option`: the option that the message is about, as it is called on the command line ("--nb", "-o"); empty where it is of none.
  explicit InputError(const std::string& message, std::string_view option = {}) : Error(message, 2), option_(option) {}
  [[nodiscard]] const std::string& option() const noexcept { return option_; }

private:
  std::string option_;
};

/// A file that could not be read or written (exit code 3).
class FileError : public Error {
public:
  explicit FileError(const std::string& message) : Error(message, 3) {}
};

/// A backend, device or solver that was asked for and is not there (exit code 4).
class BackendError : public Error {
public:
  explicit BackendError(const std::string& message) : Error(message, 4) {}
};

/// What Request::stop asked for.
class Interrupted : public Error {
public:
  static constexpr int code = 130;  ///< the exit code, as of shells for SIGINT
  Interrupted() : Error("interrupted", code) {}
};

}  // namespace qbatt
