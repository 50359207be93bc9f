#include "devices/arithmetic_rate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace qbatt {
namespace {

struct Entry {
  int capability_major, capability_minor;
  ArithmeticRate rate;
};

constexpr std::array table{
    Entry{6, 0, {.fp32 = 64, .fp64 = 32}},   Entry{6, 1, {.fp32 = 128, .fp64 = 4}},  Entry{6, 2, {.fp32 = 128, .fp64 = 4}},
    Entry{7, 0, {.fp32 = 64, .fp64 = 32}},   Entry{7, 5, {.fp32 = 64, .fp64 = 2}},   Entry{8, 0, {.fp32 = 64, .fp64 = 32}},
    Entry{8, 6, {.fp32 = 128, .fp64 = 2}},   Entry{8, 9, {.fp32 = 128, .fp64 = 2}},  Entry{9, 0, {.fp32 = 128, .fp64 = 64}},
    Entry{10, 0, {.fp32 = 128, .fp64 = 64}}, Entry{10, 3, {.fp32 = 128, .fp64 = 2}}, Entry{12, 0, {.fp32 = 128, .fp64 = 2}},
};

std::optional<ArithmeticRate> rate_of(const CudaDeviceTraits& device) {
  return arithmetic_rate(device.capability_major, device.capability_minor);
}

}  // namespace

std::optional<ArithmeticRate> arithmetic_rate(int capability_major, int capability_minor) {
  const auto* const entry = std::ranges::find_if(
      table, [&](const Entry& e) { return e.capability_major == capability_major && e.capability_minor == capability_minor; });
  return entry == table.end() ? std::nullopt : std::optional(entry->rate);
}

std::optional<double> peak_fp64_instructions(const CudaDeviceTraits& device) {
  const auto rate = rate_of(device);
  const double peak = rate ? rate->fp64 * device.multiprocessors * device.clock : 0.0;
  return peak > 0.0 ? std::optional(peak) : std::nullopt;
}

std::optional<double> peak_memory_bytes(const CudaDeviceTraits& device) {
  constexpr double transfers_a_clock = 2;
  constexpr double bits_of_a_byte = 8;
  const double peak = transfers_a_clock * device.memory_clock * device.memory_bus / bits_of_a_byte;
  return peak > 0.0 ? std::optional(peak) : std::nullopt;
}

bool is_slow_in_fp64(const CudaDeviceTraits& device) {
  constexpr int slow = 32;
  const auto rate = rate_of(device);
  return rate && rate->fp32 >= slow * rate->fp64;
}

bool is_fast_in_fp64(const CudaDeviceTraits& device) {
  const auto rate = rate_of(device);
  return rate && 2 * rate->fp64 >= rate->fp32;
}

std::string describe_fp64(const CudaDeviceTraits& device) {
  const auto rate = rate_of(device);
  return rate ? fmt::format("FP64 at 1/{} of FP32", rate->fp32 / rate->fp64) : "FP64 at a rate that is not known";
}

}  // namespace qbatt
