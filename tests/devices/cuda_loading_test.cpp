#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/cli_fixture.hpp"
#include "devices/cuda_driver.hpp"
#include "qbatt/version.hpp"
#include "support/csv.hpp"

namespace qbatt {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

using Environment = std::vector<std::pair<std::string, std::string>>;

std::string module_file(const std::string& name) {
  return QBATT_FAKES "/" + name + "/libqbatt_cuda.so";
}

/// A driver from the fakes, or a folder, and a module file.
Environment with(const std::string& driver_folder, const std::string& module) {
  return {{"LD_LIBRARY_PATH", driver_folder}, {"QBATT_CUDA_MODULE", module}};
}

Environment with_driver(const std::string& name) {
  return with(QBATT_FAKES "/" + name, module_file("fit"));
}

Environment with_module(const std::string& module) {
  return with(QBATT_FAKES "/one_device", module);
}

class CudaLoading : public test::Cli {
protected:
  // Absent for this reason: `devices` says so, what asks for CUDA is refused, and what leaves the choice to qbatt uses the CPU.
  void is_absent(const Environment& environment, const std::string& reason) {
    const test::CommandResult devices = run({"devices"}, {.environment = environment});
    EXPECT_EQ(devices.exit_code, 0) << devices.err;
    EXPECT_THAT(devices.out, HasSubstr("cuda  not found  " + reason));
    for (const char* command : {"optimum", "curve", "sweep"}) {
      const test::CommandResult asked = run({command, "--nb", "3", "--backend", "cuda"}, {.environment = environment});
      EXPECT_EQ(asked.exit_code, 4) << command;
      EXPECT_TRUE(test::is_one_message(asked.err)) << asked.err;
      EXPECT_THAT(asked.err, HasSubstr("--backend cuda: " + reason)) << command;
      EXPECT_THAT(asked.err, HasSubstr("or use --backend cpu")) << command;
      EXPECT_THAT(asked.out, IsEmpty()) << command;
    }
    EXPECT_THAT(devices.out, HasSubstr("auto  is cpu     CUDA: " + reason));
    const test::CommandResult choice = run({"sweep", "--nb", "3", "--backend", "auto"}, {.environment = environment});
    EXPECT_EQ(choice.exit_code, 0) << choice.err;
    EXPECT_THAT(choice.err, HasSubstr("qbatt: backend: cpu ("));
  }

  /// The program alone in a folder of its own, where no module is beside it.
  std::string copy_of_qbatt(const std::string& folder) {
    std::filesystem::create_directories(folder_.path(folder));
    std::filesystem::copy_file(QBATT_EXECUTABLE, folder_.path(folder + "/qbatt"));
    return folder_.path(folder + "/qbatt");
  }

  std::string devices_of(const std::string& program) {
    const Environment environment{{"LD_LIBRARY_PATH", QBATT_FAKES "/one_device"}, {"QBATT_CUDA_MODULE", ""}};
    return test::run_command({program, "devices"}, {.environment = environment}).out;
  }
};

TEST_F(CudaLoading, NotBuilt) {
  EXPECT_THAT(devices_of(copy_of_qbatt("bin")), HasSubstr("cuda  not found  not built: there is no libqbatt_cuda.so"));
  is_absent(with_module("none.so"), "not built: QBATT_CUDA_MODULE = none.so does not exist");
}

TEST_F(CudaLoading, TheModuleMayLieBesideTheProgramOrInLib) {
  const std::string program = copy_of_qbatt("bin");
  std::filesystem::create_directory(folder_.path("lib"));
  std::filesystem::copy_file(module_file("fit"), folder_.path("lib/libqbatt_cuda.so"));
  EXPECT_THAT(devices_of(program), HasSubstr("cuda  found      0: fake card, FP64 at 1/2 of FP32\n"));
  std::filesystem::copy_file(module_file("foreign"), folder_.path("bin/libqbatt_cuda.so"));
  EXPECT_THAT(devices_of(program), HasSubstr("cuda  not found  module of another build")) << "beside the program comes first";
}

TEST_F(CudaLoading, NoDriver) {
  folder_.write("libcuda.so.1", "no library");
  is_absent(with(folder_.path(), module_file("fit")), "no driver: ");
  is_absent(with_driver("version_0"), "no driver: libcuda.so.1 reports CUDA version 0");
  is_absent(with_driver("stub"), "no driver: libcuda.so.1 is the stub");
}

TEST_F(CudaLoading, DriverTooOld) {
  is_absent(with_driver("insufficient"), "driver too old (CUDA error 35): it supports CUDA 11.4");
  if (built_with_cuda_major() > 0)
    is_absent(with_driver("old"), "driver too old (CUDA error 35): it supports CUDA 2.3, this build");
}

TEST_F(CudaLoading, NoDevice) {
  is_absent(with_driver("without_gpu"), "no device: ");
  is_absent(with_driver("empty"), "no device: ");
  Environment hidden = with_driver("without_gpu");
  hidden.emplace_back("CUDA_VISIBLE_DEVICES", "7");
  EXPECT_THAT(run({"devices"}, {.environment = hidden}).out, HasSubstr("CUDA_VISIBLE_DEVICES=`7`"));
}

TEST_F(CudaLoading, DriverThatDoesNotStart) {
  is_absent(with_driver("broken"), "driver does not start: CUDA error 999");
}

TEST_F(CudaLoading, ModulesThatAreNone) {
  is_absent(with_module(folder_.write("text.so", "no library")), "module does not open: ");
  is_absent(with_module(QBATT_FAKES "/one_device/libcuda.so.1"), "module does not open: ");
  is_absent(with_module(module_file("foreign")), "module of another build: ");
  EXPECT_THAT(run({"devices"}, {.environment = with_module(module_file("foreign"))}).out,
              HasSubstr(" is 0.0.1 (of another build), this is " + std::string(build_id())));
}

TEST_F(CudaLoading, DeviceTooOld) {
  is_absent(with_module(module_file("unfit")), "0: fake card: device too old: compute capability 3.5");
}

TEST_F(CudaLoading, ADeviceComputesWhatAsksForIt) {
  const Environment environment = with_module(module_file("fit"));
  EXPECT_THAT(run({"devices"}, {.environment = environment}).out,
              HasSubstr("cuda  found      0: fake card, FP64 at 1/2 of FP32\n"));
  const test::CommandResult result = run({"sweep", "--nb", "1:3", "--backend", "cuda", "--solver", "dense", "--dense-routine",
                                          "syev", "--device", "0", "--memory", "4KiB", "--tolerance", "1e9"},
                                         {.environment = environment});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, IsEmpty());
  const test::Csv csv(result.out);
  ASSERT_EQ(csv.rows(), 3U);
  EXPECT_EQ(csv.number(2, "t_opt"), 42);
  EXPECT_EQ(csv.number(2, "n_eig"), 101);
  EXPECT_EQ(csv.number(2, "error_bound"), 4096);
}

TEST_F(CudaLoading, ADeviceThatIsNotThereIsExitCode4) {
  const test::CommandResult result =
      run({"sweep", "--nb", "3", "--backend", "cuda", "--device", "0,1"}, {.environment = with_module(module_file("fit"))});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_TRUE(test::is_one_message(result.err)) << result.err;
}

/// Minutes of one core.
const std::vector<std::string> much_to_do{"sweep", "--nb", "100000000", "--nc", "100000000,100000001", "--threads", "1"};

std::vector<std::string> with_more(std::vector<std::string> command, const std::vector<std::string>& more) {
  command.insert(command.end(), more.begin(), more.end());
  return command;
}

TEST_F(CudaLoading, AutomaticTakesADeviceWhereThereIsMuchToDo) {
  const Environment environment = with_module(module_file("fit"));
  const test::CommandResult much = run(with_more(much_to_do, {"--backend", "auto"}), {.environment = environment});
  EXPECT_EQ(test::Csv(much.out).number(0, "t_opt"), 42);
  EXPECT_EQ(much.err, "qbatt: backend: cuda (0: fake card, FP64 at 1/2 of FP32)\n");
  const test::CommandResult little = run({"sweep", "--nb", "3", "--backend", "auto"}, {.environment = environment});
  EXPECT_NE(test::Csv(little.out).number(0, "t_opt"), 42);
  EXPECT_THAT(little.err, HasSubstr("qbatt: backend: cpu (predicted to take "));
}

TEST_F(CudaLoading, AutomaticTakesNoDeviceThatIsSlowInFp64) {
  for (const char* driver : {"slow_in_fp64", "of_the_future"})
    EXPECT_THAT(run({"devices"}, {.environment = with_driver(driver)}).out, HasSubstr("auto  is cpu     CUDA: FP64 at ")) << driver;
  EXPECT_THAT(run({"devices"}, {.environment = with_driver("one_device")}).out, HasSubstr("auto  is cuda    where the CPU"));
}

// A sweep that was begun on a device goes on there, or not at all, whoever chose it; the same of the CPU.
TEST_F(CudaLoading, ResumeKeepsTheBackendOfTheRunBefore) {
  const Environment with_device = with_module(module_file("fit"));
  const Environment without = with_driver("without_gpu");
  const std::string file = folder_.path("much.csv");
  const auto on_file = [&](std::vector<std::string> more) { return with_more(with_more(much_to_do, {"-o", file}), more); };
  ASSERT_EQ(run(on_file({}), {.environment = with_device}).exit_code, 0);
  EXPECT_EQ(run(on_file({"--resume"}), {.environment = with_device}).exit_code, 0);
  const test::CommandResult refused = run(on_file({"--resume"}), {.environment = without});
  EXPECT_EQ(refused.exit_code, 4);
  EXPECT_THAT(refused.err, HasSubstr("was begun on the backend cuda, which is not here"));
  const test::CommandResult other = run(on_file({"--resume", "--backend", "cpu"}), {.environment = with_device});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.err, HasSubstr("--backend is cuda"));

  const std::string small = folder_.path("small.csv");
  ASSERT_EQ(run({"sweep", "--nb", "3", "-o", small}, {.environment = without}).exit_code, 0);
  EXPECT_EQ(run({"sweep", "--nb", "3", "-o", small, "--resume"}, {.environment = with_device}).exit_code, 0);
}

TEST_F(CudaLoading, DevicesTellHowFastTheyAreInFp64) {
  const auto devices = [&](const std::string& driver) { return run({"devices"}, {.environment = with_driver(driver)}).out; };
  EXPECT_THAT(devices("one_device"), HasSubstr("0: fake card, FP64 at 1/2 of FP32\n"));
  EXPECT_THAT(devices("slow_in_fp64"), HasSubstr("0: fake card, FP64 at 1/64 of FP32\n"));
  EXPECT_THAT(devices("of_the_future"), HasSubstr("0: fake card, FP64 at a rate that is not known\n"));
}

// The fake module has no spectral solver: left out with a word, refused only where it is named.
TEST_F(CudaLoading, BenchTakesTheSolversThatTheDeviceHas) {
  const std::vector<std::string> bench{"bench", "--nb",     "3",    "--backend",   "cuda", "--seconds",
                                       "1e-6",  "--format", "json", "--tolerance", "1e9"};
  const test::CommandResult result = run(bench, {.environment = with_driver("one_device")});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(test::is_one_message(result.err)) << result.err;
  EXPECT_THAT(result.err, HasSubstr("bench leaves out --solver spectral: --solver spectral: the fake module has none"));
  const auto record = nlohmann::json::parse(result.out);
  ASSERT_EQ(record["results"].size(), 2U);
  for (const auto& entry : record["results"]) {
    EXPECT_EQ(entry["backend"], "cuda");
    EXPECT_EQ(entry["device"], "0: fake card, FP64 at 1/2 of FP32");
  }
  std::vector<std::string> named = bench;
  named.insert(named.end(), {"--solver", "spectral"});
  EXPECT_EQ(run(named, {.environment = with_driver("one_device")}).exit_code, 2);
  EXPECT_EQ(run(bench, {.environment = with_driver("without_gpu")}).exit_code, 4);
}

class DryRunOnCuda : public CudaLoading {
protected:
  std::string dry_run(const Environment& environment, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments{"sweep", "--nb", "1000", "--backend", "cuda", "--solver", "dense", "--dry-run"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const test::CommandResult result = run(arguments, {.environment = environment});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("\ntime        ")) << "the estimate for the CPU stands in any case";
    return result.out;
  }
};

// 2/3 1001^3 instructions on 100 multiprocessors of 1 GHz with 64 or 2 a clock.
TEST_F(DryRunOnCuda, TheLeastTimeIsThatOfThePeak) {
  EXPECT_THAT(
      dry_run(with_driver("one_device")),
      HasSubstr("\non CUDA     lower limit 0.000104 s: 6.69e+08 FP64 instructions counted for the eigenpairs, 6.4e+12 a second"));
  EXPECT_THAT(dry_run(with_driver("one_device")), testing::Not(HasSubstr("the CPU may be faster")));
  EXPECT_THAT(dry_run(with_driver("slow_in_fp64")),
              AllOf(HasSubstr("lower limit 0.00334 s"),
                    HasSubstr("\n            the device computes FP64 at 1/64 of FP32: the CPU may be faster\n")));
}

TEST_F(DryRunOnCuda, WhatIsNotKnownIsNotEstimated) {
  EXPECT_THAT(dry_run(with_driver("of_the_future")), HasSubstr("\non CUDA     no estimate: FP64 at a rate that is not known\n"));
}

// A login node has no device; the plan is made there all the same.
TEST_F(DryRunOnCuda, NeedsNoDevice) {
  EXPECT_THAT(dry_run(with_driver("without_gpu")),
              HasSubstr("\non CUDA     no device to estimate for: --backend cuda: no device: "));
  EXPECT_THAT(dry_run(with_driver("one_device"), {"--device", "1"}),
              HasSubstr("\non CUDA     no device to estimate for: --device 1"));
}

// Scripts see nothing on stderr unless they ask; a sweep of several chunks says it once.
TEST_F(CudaLoading, TheChoiceIsToldOnceAndOnlyWhereAskedFor) {
  const Environment environment = with_driver("without_gpu");
  const std::vector<std::string> sweep{"sweep", "--nb", "1", "--coupling", "lin:1:2:9000", "-o", "out.csv"};
  const auto err = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = sweep;
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments, {.environment = environment}).err;
  };
  EXPECT_THAT(err({}), IsEmpty());
  EXPECT_THAT(err({"--solver", "dense"}), IsEmpty());
  EXPECT_TRUE(test::is_one_message(err({"--backend", "auto"})));
  EXPECT_THAT(err({"--backend", "auto", "--quiet"}), IsEmpty());
  EXPECT_THAT(err({"--backend", "cpu"}), IsEmpty());
  EXPECT_THAT(err({"--backend", "auto", "--dry-run"}), IsEmpty());
}

}  // namespace
}  // namespace qbatt
