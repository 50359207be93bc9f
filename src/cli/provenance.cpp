#include "cli/provenance.hpp"

#include <algorithm>

namespace qbatt::cli {

std::string describe_devices(Backend backend, const Request& request) {
  std::string text;
  int number = -1;
  for (const DeviceReport& device : find_devices()) {
    if (device.backend != to_string(backend)) continue;
    ++number;
    const bool named = request.devices.empty() || std::ranges::find(request.devices, number) != request.devices.end();
    if (device.found && (named || backend == Backend::cpu)) text += (text.empty() ? "" : "; ") + device.description;
  }
  return text;
}

Provenance make_provenance(const Request& request, const Invocation& invocation) {
  const Backend backend = choose_backend(request).backend;
  return {.command = invocation.command,
          .configuration = invocation.configuration,
          .backend = std::string(to_string(backend)),
          .device = describe_devices(backend, request)};
}

}  // namespace qbatt::cli
