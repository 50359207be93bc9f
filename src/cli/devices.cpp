#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/print.hpp"

namespace qbatt::cli {

Command add_devices(CommandLine& command) {
  command.footer("Example:\n  qbatt devices");
  return [](const Invocation&) {
    std::string text;
    for (const DeviceReport& device : find_devices())
      text += fmt::format("{:<6}{:<11}{}\n", device.backend, device.found ? "found" : "not found", device.description);
    print_out(text);
    return 0;
  };
}

}  // namespace qbatt::cli
