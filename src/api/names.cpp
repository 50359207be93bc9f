#include "qbatt/solve.hpp"

namespace qbatt {

std::string_view to_string(Backend backend) {
  switch (backend) {
    case Backend::automatic:
      return "auto";
    case Backend::cpu:
      return "cpu";
    case Backend::cuda:
      return "cuda";
  }
  return "unknown";
}

std::string_view to_string(DenseRoutine routine) {
  switch (routine) {
    case DenseRoutine::syevj:
      return "syevj";
    case DenseRoutine::syev:
      return "syev";
  }
  return "unknown";
}

std::string_view to_string(OptimumRule rule) {
  switch (rule) {
    case OptimumRule::first_peak:
      return "first-peak";
    case OptimumRule::global:
      return "global";
    case OptimumRule::none:
      return "none";
  }
  return "unknown";
}

std::string_view to_string(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::absolute:
      return "absolute";
    case TimeUnit::rabi:
      return "rabi";
    case TimeUnit::optimum:
      return "optimum";
  }
  return "unknown";
}

std::string_view to_string(Status status) {
  switch (status) {
    case Status::ok:
      return "ok";
    case Status::no_peak:
      return "no-peak";
    case Status::window_end:
      return "window-end";
    case Status::inaccurate:
      return "inaccurate";
    case Status::failed:
      return "failed";
  }
  return "unknown";
}

}  // namespace qbatt
