#pragma once

#include <string>

#include "qbatt/errors.hpp"

namespace qbatt::test {

/// The message of the `Expected` that `action` throws; a text that no message contains where it throws nothing or something else.
template <typename Expected, typename Action>
std::string message_of(const Action& action) {
  try {
    action();
  } catch (const Expected& error) {
    return error.what();
  } catch (const std::exception& error) {
    return std::string("<another exception> ") + error.what();
  }
  return "<no exception>";
}

}  // namespace qbatt::test
