#include "qbatt/solve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "api/backends.hpp"
#include "api/prepare_physical.hpp"
#include "qbatt/errors.hpp"

namespace qbatt {
namespace {

void validate_devices(std::span<const int> devices) {
  for (auto device = devices.begin(); device != devices.end(); ++device) {
    if (*device < 0) {
      throw InputError(fmt::format("devices (--device) = {} is out of range: a device's number is at least 0", *device),
                       "--device");
    }
    if (std::find(devices.begin(), device, *device) != device)
      throw InputError(fmt::format("devices (--device): {} is named twice: each device may be named once", *device), "--device");
  }
}

void validate_numbers(const Request& request) {
  if (request.threads < 0) {
    throw InputError(fmt::format("threads (--threads) = {} is out of range: it must be at least 1, or 0 for all", request.threads),
                     "--threads");
  }
  if (request.tolerance && !(*request.tolerance > 0.0 && std::isfinite(*request.tolerance))) {
    throw InputError(
        fmt::format("tolerance (--tolerance) = {} is out of range: it must be a number greater than 0", *request.tolerance),
        "--tolerance");
  }
  if (!(request.window > 0.0 && std::isfinite(request.window))) {
    throw InputError(
        fmt::format("window (--window) = {} is out of range: it must be a finite number greater than 0", request.window),
        "--window");
  }
  validate_devices(request.cuda.devices);
  if (request.cuda.memory && *request.cuda.memory < 1) {
    throw InputError(fmt::format("memory (--memory) = {} is out of range: it must be at least 1 byte", *request.cuda.memory),
                     "--memory");
  }
  if (request.times) validate(*request.times);
}

void validate_for_dense(const CentralSpin& system) {
  constexpr std::int64_t most_levels = 32'766;  // 8.6 GB of matrix; LAPACK counts its workspace of 2 d^2 numbers in 32 bits
  if (system.dim() > most_levels) {
    throw InputError(
        fmt::format("solver (--solver) = dense is out of range for {} levels: it takes up to {}", system.dim(), most_levels),
        "--solver");
  }
}

}  // namespace

void validate(const Request& request) {
  validate_numbers(request);
  // Handed no systems, a backend throws all the same what is wrong with itself.
  static_cast<void>(backend(choose_backend(request, 0).backend).prepare({}, request)->solve());
}

namespace {

std::unique_ptr<PreparedWork> hand_over(std::span<const CentralSpin> systems, const Request& request) {
  if (request.solver == Solver::dense) std::ranges::for_each(systems, validate_for_dense);
  if (request.backend != Backend::automatic) return backend(request.backend).prepare(systems, request);
  std::int64_t most_levels = 1;
  for (const CentralSpin& system : systems) most_levels = std::max(most_levels, system.n_b + 1);
  const BackendChoice choice = choose_backend(request, predicted_core_seconds(systems, request), most_levels);
  return backend(choice.backend).prepare(systems, request);
}

}  // namespace

std::unique_ptr<PreparedWork> prepare_physical(std::span<const CentralSpin> systems, const Request& request) {
  validate_numbers(request);
  return hand_over(systems, request);
}

Table solve(std::span<const CentralSpin> systems, const Request& request) {
  validate_numbers(request);
  std::ranges::for_each(systems, [](const CentralSpin& system) { validate(system); });
  return hand_over(systems, request)->solve();
}

}  // namespace qbatt
