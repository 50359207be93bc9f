#include "io/plot.hpp"
#include "io/picture_size.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "cli/add_options.hpp"
#include "cli/commands.hpp"
#include "qbatt/errors.hpp"
#include "text/text.hpp"

namespace qbatt::cli {
namespace {

struct PlotOptions {
  OptionText file;
  OptionText x;
  OptionText y;
  OptionText by;
  OptionText where;
  OptionText output;
  OptionText width;
  bool heatmap = false;
  bool log_x = false;
  bool log_y = false;
};

const std::string& required(const OptionText& text, std::string_view what) {
  if (!text) throw InputError(fmt::format("{} is required; see qbatt plot --help", what));
  return *text;
}

int run(const PlotOptions& options) {
  PlotRequest request;
  request.file = required(options.file, "FILE, the results to draw,");
  if (request.file == "-" && !options.output)
    throw InputError("-o FILE is needed where the results come from the standard input", "-o");
  request.x = parse_plot_expression("--x", required(options.x, "--x, a column,"));
  for (const std::string_view part : split(required(options.y, "--y, one column or more,"), ','))
    request.y.push_back(parse_plot_expression("--y", part));
  if (options.by) request.by = parse_plot_expression("--by", *options.by);
  if (options.where) request.where = parse_plot_conditions(*options.where);
  request.heatmap = options.heatmap;
  request.log_x = options.log_x;
  request.log_y = options.log_y;
  if (options.width) request.width = parse_picture_width(*options.width);
  request.output = options.output.value_or(std::filesystem::path(request.file).replace_extension(".svg").string());
  draw_plot(request);
  return 0;
}

}  // namespace

Command add_plot(CommandLine& command) {
  auto options = std::make_shared<PlotOptions>();
  command
      .add_option_function<std::string>(
          "file", [options](const std::string& value) { options->file = value; },
          "the results: a file that qbatt wrote, .csv or .nc, or - for CSV on the standard input")
      ->option_text("FILE")
      ->default_str("required");
  add_option(command, {"--x", "COLUMN", "what runs along the picture", "required", "n_b"}, options->x);
  add_option(
      command,
      {"--y", "COLUMNS", "what is drawn: columns or ratios of two (A/B), separated by commas; two different units get an axis each",
       "required", "energy_per_cell_opt,entropy_opt/n_b"},
      options->y);
  add_option(command,
             {"--by", "COLUMN", "a curve for each value of this column, or of a ratio; with --heatmap what the colours show",
              "none", "n_b"},
             options->by);
  add_option(
      command,
      {"--where", "COLUMN=VALUE",
       "only rows in which this column, or ratio of two, has this value, a word or a number, which may be cut to nine digits; "
       "several, with commas between them or given one by one, must all hold",
       "all rows", "n_c=10,ising=0"},
      options->where)
      ->join(',');
  add_switch(command, {"--heatmap", "a map: --x and --y are its axes, --by its colours", "off"}, options->heatmap);
  add_switch(command, {"--logx", "logarithmic scale along x", "linear"}, options->log_x);
  add_switch(command, {"--logy", "logarithmic scale along y", "linear"}, options->log_y);
  add_option(command, {"--width", "LENGTH", width_help, "17.8cm; an SVG fills its window", "8.6cm"}, options->width);
  add_option(command,
             {"-o", "FILE", "the picture: .svg, .pdf or .png (600 dots an inch)", "the results' name with .svg", "fig5.pdf"},
             options->output);
  command.footer(
      "Columns are those of the file: of a sweep or a curve in CSV, or any variable of a netCDF file, where columns of systems\n"
      "repeat at every time. Of a line of more than 4000 points the first, last, lowest and highest in each of 2000 pieces of x\n"
      "are drawn, of as many marks one in each cell of a grid of 300 by 300; a map of more than 300 columns or rows shows means\n"
      "of neighbors.\n\n"
      "Examples:\n"
      "  qbatt plot fig5.csv --x n_b --y energy_per_cell_opt,entropy_opt/n_b --logx\n"
      "  qbatt plot curves.nc --x t --y energy_per_cell --by n_b -o curves.png\n"
      "  qbatt plot plane.csv --x n_b --y n_c --by energy_per_cell_opt --heatmap --where ising=0\n"
      "  qbatt plot plane.csv --x n_c --y energy_opt,ergotropy_opt --by n_b --width 8.6cm -o plane.pdf");
  return [options](const Invocation&) { return run(*options); };
}

}  // namespace qbatt::cli
