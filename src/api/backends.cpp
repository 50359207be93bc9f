#include "api/backends.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "cpu/cpu_backend.hpp"
#include "devices/cuda_backend.hpp"

namespace qbatt {
namespace {

constexpr std::array table{
    BackendEntry{.id = Backend::cuda,
                 .solve = cuda_module::solve,
                 .find_devices = cuda_module::find_devices,
                 .unsuited = cuda_module::unsuited},
    BackendEntry{.id = Backend::cpu,
                 .solve = cpu::solve,
                 .find_devices = [] { return std::vector{cpu::describe_device()}; },
                 .unsuited = [](const Request&) { return std::optional<std::string>(); }},
};

std::string first_device(const BackendEntry& entry) {
  const std::vector<DeviceReport> devices = entry.find_devices();
  return std::ranges::find(devices, true, &DeviceReport::found)->description;
}

}  // namespace

std::span<const BackendEntry> backends() {
  return table;
}

const BackendEntry& backend(Backend id) {
  return *std::ranges::find(table, id, &BackendEntry::id);
}

BackendChoice choose_backend(const Request& request) {
  BackendChoice choice{request.backend, "as asked for"};
  if (request.backend != Backend::automatic) return choice;
  for (const BackendEntry& entry : table) {
    choice.backend = entry.id;
    const auto why_not = entry.unsuited(request);
    if (!why_not) break;  // the CPU at the latest
    choice.reason = *why_not;
  }
  if (choice.backend != Backend::cpu) choice.reason = first_device(backend(choice.backend));
  return choice;
}

std::vector<DeviceReport> find_devices() {
  std::vector<DeviceReport> devices;
  for (const BackendEntry& entry : table) std::ranges::move(entry.find_devices(), std::back_inserter(devices));
  return devices;
}

}  // namespace qbatt
