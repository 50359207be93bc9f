#pragma once

#include <stdexcept>

namespace qbatt {

/// What a solver throws where the numbers of one system defeat it: its row is `failed`, and the next solver may try. It never
/// leaves solve().
class NumericalError : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

}  // namespace qbatt
