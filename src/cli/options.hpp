#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "qbatt/solve.hpp"
#include "qbatt/sweep.hpp"

namespace qbatt::cli {

/// An option as the user wrote it; nullopt: not given. Texts are parsed by qbatt, not by the command-line library, so that every
/// value is judged by the same rules.
using Text = std::optional<std::string>;

/// Adds an option with a value. `help` says what it means and its unit, `by_default` what holds without it.
CLI::Option* add_text(CLI::App& app, const std::string& name, const std::string& type, Text& target, std::string_view help,
                      std::string_view by_default, std::string_view example);

/// --nb to --ising. `axes`: they take axes, as for a sweep, and --nb may be missing where systems come from a file.
void add_system_options(CLI::App& app, AxisTexts& texts, bool axes);

/// --optimum, --window, --solver, --dense-routine, --backend, --threads, --device, --memory, --tolerance.
struct WorkOptions {
  Text optimum;
  Text window;
  Text solver;
  Text dense_routine;
  Text backend;
  Text threads;
  Text device;
  Text memory;
  Text tolerance;
};
void add_work_options(CLI::App& app, WorkOptions& options);

/// -o; "-" where it is not given.
void add_output_option(CLI::App& app, Text& output);

/// The request that the options ask for. Throws InputError naming the option, and BackendError where the backend is not there.
Request make_request(const WorkOptions& options);

/// Fixes the backend for the whole command where it was left to qbatt, and says what it is, once, on stderr: where --backend auto
/// was given in so many words, and on a terminal. Called when nothing can be refused any more; `quiet` silences it.
void settle_backend(Request& request, const WorkOptions& options, bool quiet);

TimeUnit parse_time_unit(const std::string& text);

}  // namespace qbatt::cli
