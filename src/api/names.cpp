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
    case OptimumRule::power:
      return "power";
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

std::string_view to_string(Failure failure) {
  switch (failure) {
    case Failure::none:
      return "the reason is not known";
    case Failure::range:
      return "its levels lie so far apart that the recurrence along them leaves the range of a double";
    case Failure::lapack:
      return "LAPACK does not diagonalize its matrix";
    case Failure::steps:
      return "its levels lie so far apart that the steps of an expansion fall below the rounding of the time";
    case Failure::work:
      return "an expansion to its times takes more work than is worth it where no solver is asked for by name";
    case Failure::peak:
      return "the search for the first peak of its energy was lost";
    case Failure::window:
      return "the window holds more oscillations of its energy than can be looked at";
    case Failure::bound:
      return "rounding leaves no finite bound on the error of its states: its times are too long, or its levels too far apart";
    case Failure::overflow:
      return "an observable exceeds the range of a double: choose another unit of energy";
  }
  return "unknown";
}

}  // namespace qbatt
