#include "devices/cuda_driver.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "devices/shared_library.hpp"

namespace qbatt {
namespace {

constexpr const char* library_name = "libcuda.so.1";

// CUresult, as in cuda.h, which this file does without: the program builds where there is no toolkit.
constexpr int success = 0;
constexpr int stub_library = 34;
constexpr int insufficient_driver = 35;
constexpr int no_device = 100;

std::string version_text(int version) {
  return fmt::format("{}.{}", version / 1000, version % 1000 / 10);
}

CudaAbsence no_driver(const std::string& why) {
  return {"no driver: " + why, "install the NVIDIA driver"};
}

CudaAbsence too_old(int version, int needed_major) {
  const std::string needed = needed_major > 0 ? fmt::format(", this build needs CUDA {}.0", needed_major) : "";
  return {fmt::format("driver too old (CUDA error {}): it supports CUDA {}{}", insufficient_driver, version_text(version), needed),
          "install a newer NVIDIA driver"};
}

CudaAbsence without_devices(int version) {
  const char* const visible = std::getenv("CUDA_VISIBLE_DEVICES");
  const std::string hidden = visible == nullptr ? "" : fmt::format(", with CUDA_VISIBLE_DEVICES=`{}`", visible);
  return {fmt::format("no device: the driver (CUDA {}) reports none{}", version_text(version), hidden),
          "run it on a machine with an NVIDIA GPU"};
}

// CUdevice_attribute, likewise.
constexpr int attribute_clock = 13;  // kHz
constexpr int attribute_multiprocessors = 16;
constexpr int attribute_memory_clock = 36;  // kHz
constexpr int attribute_memory_bus = 37;
constexpr int attribute_capability_major = 75;
constexpr int attribute_capability_minor = 76;

/// What the driver tells of one device; 0 stands for what it does not tell.
CudaDeviceTraits ask_traits(const SharedLibrary& library, int number) {
  auto* const get_device = library.find<int(int*, int)>("cuDeviceGet");
  auto* const get_attribute = library.find<int(int*, int, int)>("cuDeviceGetAttribute");
  int device = 0;
  if (get_device == nullptr || get_attribute == nullptr || get_device(&device, number) != success) return {};
  const auto ask = [&](int attribute) {
    int value = 0;
    return get_attribute(&value, attribute, device) == success ? value : 0;
  };
  auto* const get_memory = library.find<int(std::size_t*, int)>("cuDeviceTotalMem_v2");
  std::size_t memory = 0;
  if (get_memory != nullptr && get_memory(&memory, device) != success) memory = 0;
  constexpr double kilohertz = 1e3;
  return {.capability_major = ask(attribute_capability_major),
          .capability_minor = ask(attribute_capability_minor),
          .multiprocessors = ask(attribute_multiprocessors),
          .clock = kilohertz * ask(attribute_clock),
          .memory_clock = kilohertz * ask(attribute_memory_clock),
          .memory_bus = ask(attribute_memory_bus),
          .memory = static_cast<double>(memory)};
}

}  // namespace

CudaDriverAnswer ask_cuda_driver() {
  const SharedLibrary library(library_name);
  if (!library.is_open()) return {.unusable = library.error()};
  auto* const initialize = library.find<int(unsigned)>("cuInit");
  auto* const get_version = library.find<int(int*)>("cuDriverGetVersion");
  auto* const count_devices = library.find<int(int*)>("cuDeviceGetCount");
  if (initialize == nullptr || get_version == nullptr || count_devices == nullptr)
    return {.unusable = fmt::format("{} lacks cuInit, cuDriverGetVersion or cuDeviceGetCount", library_name)};
  CudaDriverAnswer answer;
  answer.status = get_version(&answer.version);
  if (answer.status == success) answer.status = initialize(0);
  if (answer.status == success) answer.status = count_devices(&answer.devices);
  for (int number = 0; answer.status == success && number < answer.devices; ++number)
    answer.traits.push_back(ask_traits(library, number));
  return answer;
}

std::optional<CudaAbsence> absence(const CudaDriverAnswer& answer, int needed_major) {
  if (!answer.unusable.empty()) return no_driver(answer.unusable);
  if (answer.status == stub_library) return no_driver(fmt::format("{} is the stub of the CUDA toolkit", library_name));
  if (answer.version == 0) return no_driver(fmt::format("{} reports CUDA version 0", library_name));
  if (answer.status == insufficient_driver || answer.version < 1000 * needed_major) return too_old(answer.version, needed_major);
  if (answer.status == no_device || (answer.status == success && answer.devices == 0)) return without_devices(answer.version);
  if (answer.status != success)
    return CudaAbsence{fmt::format("driver does not start: CUDA error {}", answer.status), "see whether nvidia-smi works"};
  return std::nullopt;
}

int built_with_cuda_major() {
  return QBATT_CUDA_MAJOR;
}

}  // namespace qbatt
