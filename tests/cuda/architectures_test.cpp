#include "cuda/architectures.hpp"

#include <gtest/gtest.h>

namespace qbatt::cuda {
namespace {

TEST(Architectures, MachineCodeRunsOnItsMajorVersionFromItsMinorOneOn) {
  EXPECT_TRUE(runs_on("80-real", 80));
  EXPECT_TRUE(runs_on("80-real", 89));
  EXPECT_FALSE(runs_on("86-real", 80));
  EXPECT_FALSE(runs_on("80-real", 90));
  EXPECT_FALSE(runs_on("90-real", 80));
}

TEST(Architectures, PtxRunsOnAllThatIsLater) {
  EXPECT_TRUE(runs_on("70-virtual", 70));
  EXPECT_TRUE(runs_on("70-virtual", 120));
  EXPECT_FALSE(runs_on("90-virtual", 89));
}

TEST(Architectures, WithoutASuffixBothAreThere) {
  EXPECT_TRUE(runs_on("90", 90));
  EXPECT_TRUE(runs_on("90", 100));
  EXPECT_FALSE(runs_on("90", 89));
}

TEST(Architectures, OneOfAListIsEnough) {
  EXPECT_TRUE(runs_on("60-real;80-real;90", 86));
  EXPECT_FALSE(runs_on("60-real;80-real;90-real", 75));
  EXPECT_TRUE(runs_on("60-real;80-real;90-virtual", 120));
}

TEST(Architectures, ALetterBindsToOneDevice) {
  EXPECT_TRUE(runs_on("90a", 90));
  EXPECT_FALSE(runs_on("90a", 100));
  EXPECT_FALSE(runs_on("90a-real", 80));
}

TEST(Architectures, NamesThatAreNoNumbersAreTakenAtTheirWord) {
  for (const char* name : {"native", "all", "all-major", "host"}) EXPECT_TRUE(runs_on(name, 52)) << name;
}

}  // namespace
}  // namespace qbatt::cuda
