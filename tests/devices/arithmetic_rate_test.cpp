#include "devices/arithmetic_rate.hpp"

#include <gtest/gtest.h>

#include "support/comparisons.hpp"

namespace qbatt {
namespace {

CudaDeviceTraits with_capability(int major, int minor) {
  return {.capability_major = major, .capability_minor = minor};
}

/// As its driver describes it.
constexpr CudaDeviceTraits h200{.capability_major = 9,
                                .capability_minor = 0,
                                .multiprocessors = 132,
                                .clock = 1.98e9,
                                .memory_clock = 3.201e9,
                                .memory_bus = 6144};

TEST(ArithmeticRate, FollowsFromTheComputeCapability) {
  EXPECT_EQ(describe_fp64(with_capability(6, 0)), "FP64 at 1/2 of FP32");
  EXPECT_EQ(describe_fp64(with_capability(7, 0)), "FP64 at 1/2 of FP32");
  EXPECT_EQ(describe_fp64(with_capability(8, 0)), "FP64 at 1/2 of FP32");
  EXPECT_EQ(describe_fp64(with_capability(9, 0)), "FP64 at 1/2 of FP32");
  EXPECT_EQ(describe_fp64(with_capability(10, 0)), "FP64 at 1/2 of FP32");
  EXPECT_EQ(describe_fp64(with_capability(6, 1)), "FP64 at 1/32 of FP32");
  EXPECT_EQ(describe_fp64(with_capability(7, 5)), "FP64 at 1/32 of FP32");
  EXPECT_EQ(describe_fp64(with_capability(8, 6)), "FP64 at 1/64 of FP32");
  EXPECT_EQ(describe_fp64(with_capability(8, 9)), "FP64 at 1/64 of FP32");
  EXPECT_EQ(describe_fp64(with_capability(10, 3)), "FP64 at 1/64 of FP32");
  EXPECT_EQ(describe_fp64(with_capability(12, 0)), "FP64 at 1/64 of FP32");
}

TEST(ArithmeticRate, WhatIsNotInTheTableIsNotGuessed) {
  for (const CudaDeviceTraits& device : {CudaDeviceTraits{}, with_capability(8, 7), with_capability(99, 0)}) {
    EXPECT_FALSE(arithmetic_rate(device.capability_major, device.capability_minor));
    EXPECT_EQ(describe_fp64(device), "FP64 at a rate that is not known");
    EXPECT_FALSE(is_slow_in_fp64(device));
    EXPECT_FALSE(peak_fp64_instructions(device));
  }
}

TEST(ArithmeticRate, SlowIsOneThirtySecondAndLess) {
  EXPECT_FALSE(is_slow_in_fp64(with_capability(9, 0)));
  EXPECT_TRUE(is_slow_in_fp64(with_capability(7, 5)));
  EXPECT_TRUE(is_slow_in_fp64(with_capability(8, 9)));
}

// 33.5e12 floating-point operations and 4.9e12 bytes a second, says its data sheet.
TEST(ArithmeticRate, PeaksOfAnH200) {
  EXPECT_TRUE(test::within_relative(2 * peak_fp64_instructions(h200).value(), 33.5e12, 0.01));
  EXPECT_TRUE(test::within_relative(peak_memory_bytes(h200).value(), 4.9e12, 0.01));
}

TEST(ArithmeticRate, WithoutAClockThereIsNoPeak) {
  CudaDeviceTraits silent = h200;
  silent.clock = 0;
  silent.memory_clock = 0;
  EXPECT_FALSE(peak_fp64_instructions(silent));
  EXPECT_FALSE(peak_memory_bytes(silent));
}

}  // namespace
}  // namespace qbatt
