#include "kernels/cuda/allocation.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <limits>
#include <stdexcept>
#include <thread>
#include <vector>

#include "cuda/backend.hpp"
#include "cuda/device_streams.hpp"
#include "kernels/cuda/runtime.hpp"
#include "support/comparisons.hpp"

// How device memory is come by and kept, and several devices, where the host stands for them.
namespace qbatt::test {
namespace {

using cuda::DeviceBuffer;
using cuda::HostDevices;
using cuda::HostPool;

TEST(PerDevice, MakesEachValueOnce) {
  cuda::PerDevice<int> values;
  std::atomic<int> made = 0;
  const auto make = [&](int device) {
    ++made;
    return 10 * device;
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) threads.emplace_back([&, i] { EXPECT_EQ(values.get(i % 2, make), 10 * (i % 2)); });
  }
  EXPECT_EQ(made, 2);
  int& held = values.get(0, make);
  held = 7;
  EXPECT_EQ(values.get(0, make), 7);
}

TEST(PerDevice, TriesAgainWhatCouldNotBeMade) {
  cuda::PerDevice<int> values;
  EXPECT_THROW(values.get(
                   3, [](int) -> int { throw std::runtime_error("no device"); }),
               std::runtime_error);
  EXPECT_EQ(values.get(3, [](int device) { return device; }), 3);
}

/// A stream of a pool of its own, which nobody else uses.
class PoolTest : public testing::Test {
protected:
  static constexpr int device = 5;
  static constexpr std::size_t limit = 1000;
  void SetUp() override {
    cuda::use_device(device);
    stream_.emplace();
    cuda::use_device(0);
    pool_.set_limit(limit);
  }
  void TearDown() override {
    stream_.reset();
    pool_.set_limit(std::numeric_limits<std::size_t>::max());
    pool_.trim_to(0);
  }
  [[nodiscard]] DeviceBuffer<char> buffer(std::size_t bytes) const { return {bytes, *stream_}; }

  HostPool& pool_ = cuda::host_pool(device);
  std::optional<cuda::Stream> stream_;
};

TEST_F(PoolTest, KeepsWhatIsFreedForTheNext) {
  const char* first = nullptr;
  {
    const auto some = buffer(300);
    first = some.data();
    some.data()[7] = 1;
    EXPECT_EQ(pool_.counts().in_use, 300U);
    EXPECT_EQ(stream_->memory().now, 300U);
  }
  EXPECT_EQ(pool_.counts().in_use, 0U);
  EXPECT_EQ(pool_.counts().kept, 300U);
  const std::int64_t reused = pool_.counts().reused;
  const auto again = buffer(300);
  EXPECT_EQ(again.data(), first);
  EXPECT_EQ(again.data()[7], static_cast<char>(0xff)) << "what it held before shows";
  EXPECT_EQ(pool_.counts().reused, reused + 1);
  EXPECT_EQ(pool_.counts().kept, 0U);
}

// 600 kept bytes of another size leave no room for 700: they are handed back, and it is tried once more.
TEST_F(PoolTest, HandsBackWhatItKeepsWhereThereIsNoRoom) {
  { const auto some = buffer(600); }
  const std::int64_t trimmed = pool_.counts().trimmed;
  const auto more = buffer(700);
  EXPECT_EQ(pool_.counts().trimmed, trimmed + 1);
  EXPECT_EQ(pool_.counts().kept, 0U);
  EXPECT_EQ(pool_.counts().in_use, 700U);
  EXPECT_THROW(buffer(301), cuda::OutOfDeviceMemory);
  EXPECT_EQ(pool_.counts().in_use, 700U) << "a failed allocation is not counted";
  const auto last = buffer(300);
  EXPECT_EQ(pool_.counts().in_use, 1000U);
}

TEST_F(PoolTest, IsTrimmedToWhatIsAllowed) {
  {
    const auto one = buffer(100);
    const auto two = buffer(200);
    const auto three = buffer(400);
  }
  EXPECT_EQ(pool_.counts().kept, 700U);
  cuda::use_device(device);
  cuda::trim_memory(350);
  cuda::use_device(0);
  EXPECT_EQ(pool_.counts().kept, 300U) << "the largest goes first";
}

std::vector<CentralSpin> some_systems() {
  std::vector<CentralSpin> systems;
  for (std::int64_t n = 1; n <= 60; ++n) systems.push_back({.n_b = n, .n_c = n + 3, .m = static_cast<double>(n), .omega_c = 1.1});
  return systems;
}

/// So many devices while it lives.
class Devices {
public:
  explicit Devices(int count) { HostDevices::count = count; }
  ~Devices() { HostDevices::count = 1; }
};

TEST(SeveralDevices, GiveTheSameRowsAndEachTakesAPart) {
  const std::vector<CentralSpin> systems = some_systems();
  Request request;
  request.solver = Solver::chebyshev;
  request.cuda.memory = 3'000'000;  // some systems a batch
  const Table one = cuda::solve(systems, request);
  const Devices three(3);
  request.cuda.devices = {0, 2, 1};
  for (int device = 0; device < 3; ++device) cuda::host_pool(device).forget_most();
  const Table all = cuda::solve(systems, request);
  for (int device = 0; device < 3; ++device) EXPECT_GT(cuda::host_pool(device).counts().most, 0U) << device;
  for (std::size_t i = 0; i < systems.size(); ++i) {
    EXPECT_TRUE(same_bits(all.rows[i].t_opt, one.rows[i].t_opt)) << describe(systems[i]);
    EXPECT_TRUE(same_bits(all.rows[i].error_bound, one.rows[i].error_bound)) << describe(systems[i]);
  }
  const std::size_t made = cuda::streams_made();
  cuda::solve(systems, request);
  EXPECT_EQ(cuda::streams_made(), made);
}

// What a call leaves in the pool beyond a gigabyte goes back at its end; what is less stays for the next call.
TEST(SeveralDevices, AreAllFreeAfterACall) {
  cuda::solve(some_systems(), {});
  EXPECT_EQ(cuda::host_pool(0).counts().in_use, 0U);
  EXPECT_GT(cuda::host_pool(0).counts().kept, 0U);
}

}  // namespace
}  // namespace qbatt::test
