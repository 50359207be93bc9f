#include <memory>

#include "cli/add_options.hpp"
#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "options/figures_options.hpp"
#include "options/interrupt.hpp"

namespace qbatt::cli {
namespace {

int run(const FiguresOptions& options) {
  const InterruptGuard guard;
  return write_figures(options, guard.token(), print_out) ? 0 : 1;
}

}  // namespace

Command add_figures(CommandLine& command) {
  auto options = std::make_shared<FiguresOptions>();
  for (const OptionEntry<FiguresOptions>& entry : figures_options()) add_option(command, entry.info, (*options).*entry.text);
  add_option(command, threads_option().info, options->work.threads);
  command.footer(
      "Figures 2 to 5 of Liu et al., Chin. Phys. B 34, 020306 (2025), charging curves, the plane of all sizes, charging times,\n"
      "power laws, collective against parallel charging, the optimal protocol, fillings of the charger, long windows,\n"
      "coherent, dephased and thermal chargers, a mode beside spins. Fig. 3 is Fig. 2 with N_b and N_c exchanged, and in the same\n"
      "picture. Panels stand side by side in pictures wider than 12 cm. Without gnuplot the tables are written\n"
      "all the same.\n\n"
      "Examples:\n"
      "  qbatt figures --out figures\n"
      "  qbatt figures --out figures --only fig5,power --format pdf --width 8.6cm");
  return [options](const Invocation&) { return run(*options); };
}

}  // namespace qbatt::cli
