#pragma once

#include "qbatt/solve.hpp"

namespace qbatt {

/// Systems that a backend was handed and has begun to plan for, which it may do while it solves others. Systems and request must
/// outlive it.
class PreparedWork {
public:
  PreparedWork() = default;
  PreparedWork(const PreparedWork&) = delete;
  PreparedWork& operator=(const PreparedWork&) = delete;
  virtual ~PreparedWork() = default;

  /// qbatt::solve() for them, once. Request::progress is called from here on, not before.
  virtual Table solve() = 0;
};

}  // namespace qbatt
