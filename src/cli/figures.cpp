#include "figures/figures.hpp"
#include "figures/layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "cli/add_options.hpp"
#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "io/gnuplot.hpp"
#include "io/output_file.hpp"
#include "io/output_target.hpp"
#include "io/picture_size.hpp"
#include "model/stop.hpp"
#include "options/interrupt.hpp"
#include "qbatt/errors.hpp"
#include "text/suggestion.hpp"
#include "text/text.hpp"

namespace qbatt::cli {
namespace {

using figures::Figure;
using figures::FigureTable;

struct FiguresOptions {
  OptionText out;
  OptionText only;
  OptionText format;
  OptionText width;
  WorkOptions work;
};

void make_folder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) throw FileError(fmt::format("cannot make the folder {}: {}", path, error.message()));
}

std::string path_of(const std::string& folder, const FigureTable& table) {
  return fmt::format("{}/{}.csv", folder, table.name);
}

std::string header_of(const FigureTable& table) {
  return fmt::format("{}", fmt::join(table.columns, ","));
}

// A table replaces only one of its kind.
void check_replaces_table(const std::string& folder, const FigureTable& table) {
  const std::string path = path_of(folder, table);
  if (!holds_something(path)) return;
  std::string header;
  std::ifstream file(path);
  if (std::getline(file, header) && header == header_of(table)) return;
  throw InputError(
      fmt::format("--out: {} is there and does not have the columns of this table: give another folder, or move it away", path),
      "--out");
}

void write_table(const std::string& folder, const FigureTable& table) {
  AtomicFile file(path_of(folder, table));
  file.write(fmt::format("{}\n{}", header_of(table), lines_of(table, ',')));
  file.commit();
}

void draw(const FiguresOptions& options, const std::vector<std::string_view>& formats, std::optional<double> width,
          const Figure& figure) {
  for (const std::string_view format : formats) {
    const std::string path = fmt::format("{}/{}.{}", *options.out, figure.name, format);
    draw_picture(path, figures::script_of(figure, path, figures::size_of(figure, width)));
  }
}

std::string names_of(const Figure& figure, const std::vector<std::string_view>& formats) {
  std::string names = listed(figure.tables, [](const FigureTable& table) { return table.name + ".csv"; });
  if (!figure.panels.empty())
    for (const std::string_view format : formats) names += fmt::format(", {}.{}", figure.name, format);
  return names;
}

// The names out of `all` in a list with commas between them. Throws InputError naming the option and what is near.
std::vector<std::string_view> parse_names(std::string_view option, const std::string& text, std::span<const std::string_view> all,
                                          std::string_view what) {
  std::vector<std::string_view> names;
  for (const std::string_view part : split(text, ',')) {
    const std::string_view name = trimmed(part);
    const auto found = std::ranges::find(all, name);
    if (found == all.end()) {
      throw InputError(
          fmt::format("{}: {} is not {}: {}", option, in_quotes(name), what, accepted_names(name, {all.begin(), all.end()})),
          option);
    }
    names.push_back(*found);
  }
  return names;
}

int run(const FiguresOptions& options) {
  if (!options.out) throw InputError("--out, the folder for tables and pictures, is required; see qbatt figures --help", "--out");
  const std::string& folder = *options.out;
  std::vector<std::string_view> wanted(figures::figure_names().begin(), figures::figure_names().end());
  if (options.only) wanted = parse_names("--only", *options.only, figures::figure_names(), "a figure");
  const std::vector<std::string_view> formats =
      parse_names("--format", options.format.value_or("svg,png"), picture_formats, "a format of pictures");
  std::optional<double> width;
  if (options.width) width = parse_picture_width(*options.width);
  const InterruptGuard guard;
  Request request = make_request(options.work);
  request.stop = guard.token();
  validate(request);
  make_folder(folder);
  // All of them take the CPU seconds, in many calls.
  if (request.backend == Backend::automatic) request.backend = Backend::cpu;
  figures::Calculation calculation(request);
  const std::vector<Figure> all = figures::make_figures(calculation, wanted);
  for (const Figure& figure : all)
    for (const FigureTable& table : figure.tables) check_replaces_table(folder, table);
  throw_if_stopped(request);
  for (const Figure& figure : all)
    for (const FigureTable& table : figure.tables) write_table(folder, table);
  for (const Figure& figure : all)
    if (!figure.summary.empty()) print_out(figure.summary + "\n");
  print_out(fmt::format("{}, largest error bound of a state {:.2g}; tables in {}\n", counted(calculation.systems(), "system"),
                        calculation.largest_error_bound(), folder));
  for (const Figure& figure : all) {
    throw_if_stopped(request);
    if (!figure.panels.empty()) draw(options, formats, width, figure);
    print_out(fmt::format("  {}\n", names_of(figure, formats)));
  }
  return calculation.bad() == 0 ? 0 : 1;
}

}  // namespace

Command add_figures(CommandLine& command) {
  auto options = std::make_shared<FiguresOptions>();
  add_option(command, {"--out", "FOLDER", "where tables (.csv) and pictures go; made where it is not there", "required", "figures"},
             options->out);
  static const std::string only = fmt::format("which of them, with commas between: {}", fmt::join(figures::figure_names(), ", "));
  add_option(command, {"--only", "NAMES", only, "all", "fig5,power", figures::figure_names(), true}, options->only);
  add_option(command,
             {"--format", "NAMES", "of the pictures, with commas between: svg, pdf, png (600 dots an inch)", "svg,png", "pdf",
              picture_formats, true},
             options->format);
  add_option(command, {"--width", "LENGTH", width_help, "8.6cm; an SVG fills its window", "17.8cm"}, options->width);
  add_option(command, threads_option().info, options->work.threads);
  command.footer(
      "Figures 2 to 5 of Liu et al., Chin. Phys. B 34, 020306 (2025), charging curves, the plane of all sizes, charging times,\n"
      "power laws, collective against parallel charging, the optimal protocol, fillings of the charger, long windows. Fig. 3 is "
      "Fig. 2 with N_b and N_c exchanged,\n"
      "and in the same picture. Panels stand side by side in pictures wider than 12 cm. Without gnuplot the tables are written\n"
      "all the same.\n\n"
      "Examples:\n"
      "  qbatt figures --out figures\n"
      "  qbatt figures --out figures --only fig5,power --format pdf --width 8.6cm");
  return [options](const Invocation&) { return run(*options); };
}

}  // namespace qbatt::cli
