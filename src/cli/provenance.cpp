#include "cli/provenance.hpp"

namespace qbatt::cli {

Provenance make_provenance(const Request& request, const Invocation& invocation) {
  const Backend backend = request.backend == Backend::automatic ? choose_backend(request).backend : request.backend;
  Provenance provenance{.command = invocation.command,
                        .configuration = invocation.configuration,
                        .backend = std::string(to_string(backend)),
                        .device = {}};
  for (const DeviceReport& device : find_devices()) {
    if (!device.found || device.backend != provenance.backend) continue;
    provenance.device += (provenance.device.empty() ? "" : "; ") + device.description;
  }
  return provenance;
}

}  // namespace qbatt::cli
