#pragma once

#include <array>
#include <functional>
#include <span>
#include <stop_token>
#include <string>

#include "options/option.hpp"
#include "options/work_options.hpp"

namespace qbatt {

/// Which figures, where, and how.
struct FiguresOptions {
  OptionText out;
  OptionText only;
  OptionText format;
  OptionText width;
  WorkOptions work;
};

/// --out to --width, in the order of the help; --threads is threads_option().
std::span<const OptionEntry<FiguresOptions>> figures_options();

/// Makes the tables (.csv) and the pictures of figures in a folder. `say` gets lines, with their ends: a summary of each, then the
/// names of the files once they are there. Returns whether every state was computed within its tolerance. Throws InputError naming
/// the option; FileError where a file cannot be written; BackendError, behind all tables, where gnuplot is not there; Interrupted
/// where a stop is requested.
bool write_figures(const FiguresOptions& options, const std::stop_token& stop,
                   const std::function<void(const std::string& line)>& say);

}  // namespace qbatt
