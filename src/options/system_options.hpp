#pragma once

#include "options/option.hpp"
#include "qbatt/sweep.hpp"

namespace qbatt {

/// The option of a parameter, --nb to --ising. `axes`: it takes an axis, as for a sweep, and --nb may be missing where systems come
/// from a file.
OptionInfo system_option(Parameter parameter, bool axes);

/// Which systems a sweep has.
struct SystemOptions {
  AxisTexts axes;      ///< beside a file one value each, for what it has no column for
  OptionText systems;  ///< a file
  bool skip_invalid = false;
};

inline constexpr OptionEntry<SystemOptions> systems_file_option{
    {"--systems", "FILE",
     "instead of axes: a CSV file, or - for the standard input, with one system a row and any of the columns n_b (required), n_c, "
     "m, omega_b, omega_c, coupling, ising, charger, charger_state; a results file too. What has no column may be given as one "
     "value: --ising 0.3",
     "none", "systems.csv"},
    &SystemOptions::systems};
inline constexpr SwitchInfo skip_invalid_switch{
    "--skip-invalid", "drop and count combinations that are not physical (m > N_c, N_c < 1)", "they are errors"};

/// Throws InputError, naming the option, for what SweepPlan throws; FileError where the file cannot be
/// read.
SweepPlan make_plan(const SystemOptions& options, const Planning& planning = {});

}  // namespace qbatt
