#include "io/plot.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "qbatt/errors.hpp"
#include "sweep/text.hpp"

namespace qbatt::cli {
namespace {

struct PlotOptions {
  Text file;
  Text x;
  Text y;
  Text output;
  bool log_x = false;
};

const std::string& required(const Text& text, std::string_view what) {
  if (!text) throw InputError(fmt::format("{} is required; see qbatt plot --help", what));
  return *text;
}

int run(const PlotOptions& options) {
  PlotRequest request;
  request.file = required(options.file, "FILE, the results to draw,");
  request.x = parse_plot_expression("--x", required(options.x, "--x, a column,"));
  for (const std::string_view part : split(required(options.y, "--y, one column or more,"), ',')) {
    request.y.push_back(parse_plot_expression("--y", part));
  }
  request.log_x = options.log_x;
  request.output = options.output.value_or(std::filesystem::path(request.file).replace_extension(".svg").string());
  draw_plot(request);
  return 0;
}

}  // namespace

Command add_plot(CLI::App& command) {
  auto options = std::make_shared<PlotOptions>();
  command
      .add_option_function<std::string>(
          "file", [options](const std::string& value) { options->file = value; }, "the results: a CSV file that qbatt wrote")
      ->option_text("FILE")
      ->default_str("required");
  add_text(command, "--x", "COLUMN", options->x, "what runs along the picture", "required", "n_b");
  add_text(command, "--y", "COLUMNS", options->y,
           "what is drawn: columns or ratios of two (A/B), separated by commas; two different units get an axis each", "required",
           "energy_per_cell_opt,entropy_opt/n_b");
  command.add_flag("--logx", options->log_x, "logarithmic scale along x\n  default: linear");
  add_text(command, "-o", "FILE", options->output, "the picture: .svg or .png", "the results' name with .svg", "fig5.png");
  return [options](const Invocation&) { return run(*options); };
}

}  // namespace qbatt::cli
