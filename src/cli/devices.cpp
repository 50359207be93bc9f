#include <fmt/format.h>

#include <limits>
#include <string>

#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "devices/cuda_backend.hpp"

namespace qbatt::cli {
namespace {

/// What --backend auto stands for where there is much to do.
std::string automatic_line() {
  const BackendChoice choice = choose_backend({}, std::numeric_limits<double>::infinity());
  if (choice.backend != Backend::cuda) return fmt::format("{:<6}{:<11}{}\n", "auto", "is cpu", choice.reason);
  return fmt::format("{:<6}{:<11}where the CPU is predicted to take more than {} s, else cpu\n", "auto", "is cuda",
                     cuda_module::least_cpu_seconds);
}

}  // namespace

Command add_devices(CommandLine& command) {
  command.footer("Example:\n  qbatt devices");
  return [](const Invocation&) {
    std::string text;
    for (const DeviceReport& device : find_devices())
      text += fmt::format("{:<6}{:<11}{}\n", device.backend, device.found ? "found" : "not found", device.description);
    text += automatic_line();
    print_out(text);
    return 0;
  };
}

}  // namespace qbatt::cli
