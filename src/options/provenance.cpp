#include "options/provenance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace qbatt {

namespace {

std::vector<std::string> used_devices(Backend backend, const Request& request) {
  std::vector<std::string> used;
  int number = -1;
  for (const DeviceReport& device : find_devices()) {
    if (device.backend != to_string(backend)) continue;
    ++number;
    const bool named =
        request.cuda.devices.empty() || std::ranges::find(request.cuda.devices, number) != request.cuda.devices.end();
    if (device.found && (named || backend == Backend::cpu)) used.push_back(device.description);
  }
  return used;
}

}  // namespace

std::string describe_devices(Backend backend, const Request& request) {
  return fmt::format("{}", fmt::join(used_devices(backend, request), "; "));
}

std::string describe_kinds_of_devices(const Request& request) {
  std::vector<std::string> kinds = used_devices(request.backend, request);
  std::ranges::sort(kinds);
  kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
  return fmt::format("{}", fmt::join(kinds, "; "));
}

Provenance make_provenance(const Request& request, const Invocation& invocation) {
  return {.command = invocation.command,
          .configuration = invocation.configuration,
          .backend = std::string(to_string(request.backend)),
          .device = describe_devices(request.backend, request)};
}

}  // namespace qbatt
