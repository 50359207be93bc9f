#include "devices/cuda_driver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace qbatt {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr int cuda_13 = 13;

std::string reason(const CudaDriverAnswer& answer, int needed_major = cuda_13) {
  const auto missing = absence(answer, needed_major);
  return missing ? missing->reason : "";
}

TEST(CudaDriver, EachAnswerHasItsMeaning) {
  EXPECT_THAT(reason({.unusable = "libcuda.so.1: none"}), AllOf(StartsWith("no driver"), HasSubstr("libcuda.so.1: none")));
  EXPECT_THAT(reason({.version = 0, .devices = 1}), AllOf(StartsWith("no driver"), HasSubstr("version 0")));
  EXPECT_THAT(reason({.version = 0, .status = 34}), AllOf(StartsWith("no driver"), HasSubstr("stub")));
  EXPECT_THAT(reason({.version = 13000, .status = 100}), StartsWith("no device"));
  EXPECT_THAT(reason({.version = 13000, .devices = 0}), AllOf(StartsWith("no device"), HasSubstr("CUDA 13.0")));
  EXPECT_THAT(reason({.version = 13000, .status = 999}), AllOf(StartsWith("driver does not start"), HasSubstr("999")));
  EXPECT_EQ(reason({.version = 13000, .devices = 1}), "");
}

TEST(CudaDriver, TooOldNamesBothVersions) {
  const auto both = AllOf(StartsWith("driver too old (CUDA error 35)"), HasSubstr("CUDA 12.9"), HasSubstr("CUDA 13.0"));
  EXPECT_THAT(reason({.version = 12090, .status = 35}), both);
  EXPECT_THAT(reason({.version = 12090, .devices = 1}), both) << "the program's start would fail with that error";
  EXPECT_THAT(reason({.version = 12090, .status = 35}, 0), StartsWith("driver too old (CUDA error 35)"));
  EXPECT_EQ(reason({.version = 12090, .devices = 1}, 0), "") << "a build without a toolkit needs no version";
  EXPECT_EQ(reason({.version = 14000, .devices = 1}), "") << "drivers run programs of older toolkits";
}

TEST(CudaDriver, EveryAbsenceHasARemedy) {
  for (const CudaDriverAnswer& answer :
       {CudaDriverAnswer{.unusable = "x"}, CudaDriverAnswer{}, CudaDriverAnswer{.version = 12000, .status = 35},
        CudaDriverAnswer{.version = 13000}, CudaDriverAnswer{.version = 13000, .status = 3}}) {
    const auto missing = absence(answer, cuda_13);
    ASSERT_TRUE(missing);
    EXPECT_FALSE(missing->remedy.empty()) << missing->reason;
  }
}

}  // namespace
}  // namespace qbatt
