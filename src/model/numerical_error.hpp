#pragma once

#include <stdexcept>
#include <string>

#include "qbatt/solve.hpp"

namespace qbatt {

/// What a solver throws where the numbers of one system defeat it: its row is `failed` for this reason, and the next solver may
/// try. It never leaves solve().
class NumericalError : public std::runtime_error {
public:
  NumericalError(Failure failure, const std::string& message) : std::runtime_error(message), failure_(failure) {}
  [[nodiscard]] Failure failure() const noexcept { return failure_; }

private:
  Failure failure_;
};

}  // namespace qbatt
