#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "qbatt/errors.hpp"
#include "qbatt/solve.hpp"

namespace qbatt {
namespace {

using testing::HasSubstr;

/// solve() in a process that sees a driver with one device and a module that fits.
class Backends : public testing::Test {
protected:
  static void SetUpTestSuite() {
    // Once open, a library is found by its name.
    ASSERT_NE(::dlopen(QBATT_FAKES "/one_device/libcuda.so.1", RTLD_NOW), nullptr) << ::dlerror();
    ASSERT_EQ(::setenv("QBATT_CUDA_MODULE", QBATT_FAKES "/fit/libqbatt_cuda.so", 1), 0);
  }

  static constexpr double fake_time = 42;
  std::vector<CentralSpin> systems_{CentralSpin::resonant(3, 4), CentralSpin::resonant(2, 2)};
  Request request_;
};

TEST_F(Backends, ReportsEveryDevice) {
  const std::vector<DeviceReport> devices = find_devices();
  ASSERT_EQ(devices.size(), 2U);
  EXPECT_EQ(devices[0].backend, "cuda");
  EXPECT_TRUE(devices[0].found);
  EXPECT_EQ(devices[0].description, "0: fake card, FP64 at 1/2 of FP32");
  EXPECT_EQ(devices[1].backend, "cpu");
  EXPECT_TRUE(devices[1].found);
}

TEST_F(Backends, TheModuleSolvesWhatItIsAskedFor) {
  request_.backend = Backend::cuda;
  request_.solver = Solver::dense;
  request_.cuda.dense_routine = DenseRoutine::syev;
  request_.cuda.devices = {0};
  request_.cuda.memory = 1024;
  const Table table = solve(systems_, request_);
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.rows[1].system, systems_[1]);
  EXPECT_EQ(table.rows[0].t_opt, fake_time);
  EXPECT_EQ(table.rows[0].n_eig, 101);
  EXPECT_EQ(table.rows[0].error_bound, 1024);
}

// A forked process has the memory of its parent, but not the threads and the devices of the driver.
TEST_F(Backends, AForkedProcessHasNoCuda) {
  ASSERT_TRUE(find_devices()[0].found);
  request_.backend = Backend::cuda;
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      static_cast<void>(solve(systems_, request_));
    } catch (const BackendError& error) {
      ::_exit(std::string_view(error.what()).find("forked") == std::string_view::npos ? 2 : 0);
    }
    ::_exit(1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(solve(systems_, request_).rows.size(), 2U) << "the parent keeps it";
}

TEST_F(Backends, RequestsAreJudgedBeforeTheyAreHandedOver) {
  request_.backend = Backend::cuda;
  systems_[0].n_b = 0;
  EXPECT_THROW((void)solve(systems_, request_), InputError);
}

TEST_F(Backends, ErrorsOfTheModuleAreErrorsOfTheProgram) {
  request_.backend = Backend::cuda;
  request_.solver = Solver::spectral;
  EXPECT_THROW((void)solve(systems_, request_), InputError);
  request_.solver = Solver::dense;
  request_.cuda.devices = {1};
  EXPECT_THROW((void)solve(systems_, request_), BackendError);
}

constexpr double much = 1e6;  // seconds of one core

TEST_F(Backends, AutomaticIsCudaWhereThereIsMuchToDo) {
  request_.threads = 4;
  for (const Solver solver : all_solvers) {
    request_.solver = solver;
    const BackendChoice choice = choose_backend(request_, much);
    EXPECT_EQ(choice.backend, Backend::cuda);
    EXPECT_EQ(choice.reason, "0: fake card, FP64 at 1/2 of FP32");
    EXPECT_EQ(choose_backend(request_, 4).backend, Backend::cpu);
    EXPECT_THAT(choose_backend(request_, 4).reason, HasSubstr("CUDA is for more than 5 s"));
  }
}

TEST_F(Backends, SolveDecidesByItsSystems) {
  EXPECT_NE(solve(systems_, request_).rows[0].t_opt, fake_time);
  request_.threads = 1;
  const std::vector<CentralSpin> one_huge{CentralSpin::resonant(100'000'000, 100'000'000)};
  EXPECT_EQ(solve(one_huge, request_).rows[0].t_opt, fake_time);
}

TEST_F(Backends, AutomaticIsTheCpuWhereADeviceMayNotHoldTheStates) {
  EXPECT_EQ(choose_backend(request_, much, 100'000'000).backend, Backend::cuda);
  const BackendChoice choice = choose_backend(request_, much, 1'000'000'000);
  EXPECT_EQ(choice.backend, Backend::cpu);
  EXPECT_EQ(choice.reason, "CUDA: the states of 1000000000 levels take some 4.5e+02 GB of a device, where 80 GB can be used");
  request_.cuda.memory = 1'000'000'000;
  EXPECT_EQ(choose_backend(request_, much, 100'000'000).backend, Backend::cpu);
  request_ = {};
  request_.times = TimeGrid{.start = 0, .stop = 1, .count = 3};
  EXPECT_EQ(choose_backend(request_, much, 100'000'000).backend, Backend::cpu);
}

TEST_F(Backends, TheGlobalOptimumIsForTheCpu) {
  request_.optimum = OptimumRule::global;
  EXPECT_EQ(choose_backend(request_, much).backend, Backend::cpu);
  EXPECT_THAT(choose_backend(request_, much).reason, HasSubstr("global"));
}

TEST(Prediction, OfALongListComesFromASample) {
  const Request request;
  const CentralSpin system = CentralSpin::resonant(400, 400);
  const double one = predicted_core_seconds({&system, 1}, request);
  EXPECT_GT(one, 0);
  EXPECT_EQ(predicted_core_seconds({}, request), 0);
  const std::vector<CentralSpin> many(100'000, system);
  EXPECT_NEAR(predicted_core_seconds(many, request), 1e5 * one, 1e-9 * 1e5 * one);
}

TEST_F(Backends, ABackendThatIsNamedIsTaken) {
  request_.solver = Solver::dense;
  request_.backend = Backend::cpu;
  EXPECT_EQ(choose_backend(request_, much).backend, Backend::cpu);
  EXPECT_NE(solve(systems_, request_).rows[0].t_opt, fake_time);
  request_.backend = Backend::cuda;
  EXPECT_EQ(choose_backend(request_, 0).backend, Backend::cuda);
}

}  // namespace
}  // namespace qbatt
