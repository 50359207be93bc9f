#pragma once

#include "qbatt/errors.hpp"
#include "qbatt/solve.hpp"

namespace qbatt {

inline void throw_if_stopped(const std::stop_token& stop) {
  if (stop.stop_requested()) throw Interrupted();
}

inline void throw_if_stopped(const Request& request) {
  throw_if_stopped(request.stop);
}

}  // namespace qbatt
