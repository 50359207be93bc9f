#include "options/provenance.hpp"

#include <algorithm>

namespace qbatt {

std::string describe_devices(Backend backend, const Request& request) {
  std::string text;
  int number = -1;
  for (const DeviceReport& device : find_devices()) {
    if (device.backend != to_string(backend)) continue;
    ++number;
    const bool named =
        request.cuda.devices.empty() || std::ranges::find(request.cuda.devices, number) != request.cuda.devices.end();
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

}  // namespace qbatt
