#include "figures/figures.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <system_error>

#include "cli/add_options.hpp"
#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "io/csv.hpp"
#include "io/gnuplot.hpp"
#include "io/gnuplot_style.hpp"
#include "io/output_file.hpp"
#include "io/output_target.hpp"
#include "model/stop.hpp"
#include "options/interrupt.hpp"
#include "qbatt/errors.hpp"
#include "text/text.hpp"

namespace qbatt::cli {
namespace {

using figures::Figure;
using figures::FigureTable;

struct FiguresOptions {
  OptionText out;
  WorkOptions work;
};

void make_folder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) throw FileError(fmt::format("cannot make the folder {}: {}", path, error.message()));
}

std::string lines_of(const FigureTable& table, char separator) {
  std::string text;
  for (const std::vector<double>& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) text += separator;
      append_number(text, row[i]);
    }
    text += '\n';
  }
  return text;
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

void draw(const std::string& folder, const Figure& figure) {
  std::string data;
  for (const FigureTable& table : figure.tables)
    fmt::format_to(std::back_inserter(data), "${} << END_OF_DATA\n{}END_OF_DATA\n", table.name, lines_of(table, ' '));
  for (const char* suffix : {".svg", ".png"}) {
    const std::string path = fmt::format("{}/{}{}", folder, figure.name, suffix);
    draw_picture(path,
                 gnuplot_terminal(path, {figure.width * 0.5, figure.height * 0.5, false}) + gnuplot_style() + data + figure.script);
  }
}

std::string names_of(const Figure& figure) {
  std::string names = listed(figure.tables, [](const FigureTable& table) { return table.name + ".csv"; });
  return figure.script.empty() ? names : fmt::format("{0}, {1}.svg, {1}.png", names, figure.name);
}

int run(const FiguresOptions& options) {
  if (!options.out) throw InputError("--out, the folder for tables and pictures, is required; see qbatt figures --help", "--out");
  const std::string& folder = *options.out;
  const InterruptGuard guard;
  Request request = make_request(options.work);
  request.stop = guard.token();
  validate(request);
  make_folder(folder);
  // All of them take the CPU seconds, in many calls.
  if (request.backend == Backend::automatic) request.backend = Backend::cpu;
  figures::Calculation calculation(request);
  const std::vector<Figure> all = figures::all_figures(calculation);
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
    if (!figure.script.empty()) draw(folder, figure);
    print_out(fmt::format("  {}\n", names_of(figure)));
  }
  return calculation.bad() == 0 ? 0 : 1;
}

}  // namespace

Command add_figures(CommandLine& command) {
  auto options = std::make_shared<FiguresOptions>();
  add_option(
      command,
      {"--out", "FOLDER", "where tables (.csv) and pictures (.svg, .png) go; made where it is not there", "required", "figures"},
      options->out);
  add_option(command, threads_option().info, options->work.threads);
  command.footer(
      "Figures 2 to 5 of Liu et al., Chin. Phys. B 34, 020306 (2025), charging curves, the plane of all sizes, charging times,\n"
      "power laws, collective against parallel charging, and the optimal protocol. Without gnuplot the tables are written\n"
      "all the same.\n\n"
      "Example:\n"
      "  qbatt figures --out figures");
  return [options](const Invocation&) { return run(*options); };
}

}  // namespace qbatt::cli
