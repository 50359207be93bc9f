#include "cli/backend.hpp"

#include <unistd.h>

#include "cli/print.hpp"

namespace qbatt::cli {

void settle_backend(Request& request, const WorkOptions& options, bool quiet) {
  if (request.backend != Backend::automatic) return;
  const BackendChoice choice = choose_backend(request);
  request.backend = choice.backend;
  if (!quiet && (options.backend || ::isatty(STDERR_FILENO) == 1)) {
    print_err("qbatt: backend: {} ({})\n", to_string(choice.backend), choice.reason);
  }
}

}  // namespace qbatt::cli
