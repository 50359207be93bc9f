#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include "qbatt/solve.hpp"

namespace qbatt::test {

/// Why no CUDA device can be used here; empty where one can.
inline std::string absence_of_gpu() {
  std::string reason;
  for (const DeviceReport& device : find_devices()) {
    if (device.backend != "cuda") continue;
    if (device.found) return {};
    if (reason.empty()) reason = device.description;
  }
  return reason;
}

/// In SetUp() of tests that need a CUDA device: without one they are skipped with the reason, and fail under QBATT_REQUIRE_GPU=1.
inline void require_gpu() {
  static const std::string absence = absence_of_gpu();
  if (absence.empty()) return;
  const char* const required = std::getenv("QBATT_REQUIRE_GPU");
  if (required != nullptr && std::string_view(required) == "1") FAIL() << "QBATT_REQUIRE_GPU=1, but: " << absence;
  GTEST_SKIP() << absence;
}

}  // namespace qbatt::test
