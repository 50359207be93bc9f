#pragma once

#include <optional>
#include <string>

// How fast a CUDA device can compute at most, from what its driver tells. Plain functions without CUDA.
namespace qbatt {

/// What a driver tells of a device, as far as speed depends on it; all 0 where it tells nothing.
struct CudaDeviceTraits {
  int capability_major = 0;
  int capability_minor = 0;
  int multiprocessors = 0;
  double clock = 0;         ///< of the multiprocessors, Hz, the highest
  double memory_clock = 0;  ///< Hz, the highest
  int memory_bus = 0;       ///< bits
  double memory = 0;        ///< bytes
};

/// Results of additions, multiplications or fused multiply-adds a clock and multiprocessor.
struct ArithmeticRate {
  int fp32 = 0;
  int fp64 = 0;
};

/// The rates of a compute capability: from the table of arithmetic throughput in NVIDIA's CUDA C++ Programming Guide,
/// for 10.0, 10.3 and 12.0 from the data sheets and white papers of B200, B300 and the GeForce RTX 50 series. nullopt for all
/// others.
std::optional<ArithmeticRate> arithmetic_rate(int capability_major, int capability_minor);

/// FP64 instructions a second that the device can issue at most, tensor cores apart: a multiply-add counts once (in a peak of
/// floating-point operations it counts twice). nullopt where the rate or the clock is not known.
std::optional<double> peak_fp64_instructions(const CudaDeviceTraits& device);

/// Bytes a second between the device and its memory at most: two transfers a clock. nullopt where the driver does not tell.
std::optional<double> peak_memory_bytes(const CudaDeviceTraits& device);

/// Whether FP64 is so much slower than FP32 (1/32 and less) that a CPU may be the faster machine; false where that is not known.
bool is_slow_in_fp64(const CudaDeviceTraits& device);

/// Whether FP64 runs at half the rate of FP32 or more; false where that is not known.
bool is_fast_in_fp64(const CudaDeviceTraits& device);

/// In words: "FP64 at 1/2 of FP32", or that it is not known.
std::string describe_fp64(const CudaDeviceTraits& device);

}  // namespace qbatt
