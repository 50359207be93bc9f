#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <memory>
#include <utility>

#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/print.hpp"
#include "io/json.hpp"
#include "qbatt/errors.hpp"
#include "sweep/text.hpp"

namespace qbatt::cli {
namespace {

struct OptimumOptions {
  AxisTexts system;
  WorkOptions work;
  Text format;
};

class Lines {
public:
  explicit Lines(std::string heading) : text_(std::move(heading)) {}
  void add(std::string_view name, const std::string& value, std::string_view meaning = "") {
    const std::string padded = meaning.empty() ? value : fmt::format("{:<24}{}", value, meaning);
    fmt::format_to(std::back_inserter(text_), "{:<26}{}\n", name, padded);
  }
  void add(std::string_view name, double value, std::string_view meaning = "") {
    add(name, fmt::format("{:.13g}", value), meaning);
  }
  [[nodiscard]] const std::string& text() const { return text_; }

private:
  std::string text_;
};

std::string percent(double fraction) {
  return fmt::format("{:.4g} %", 100 * fraction);
}

void add_physics(Lines& lines, const Row& row) {
  using enum Observable;
  const ObservableValues& v = row.at_optimum;
  const CentralSpin& s = row.system;
  const double levels = static_cast<double>(s.dim());
  lines.add("charging time", row.t_opt, "t_opt, in 1/energy (hbar = 1)");
  lines.add("energy per cell", v[energy_per_cell], fmt::format("{} short of full", percent(1 - v[energy_per_cell])));
  lines.add("stored energy", v[energy], fmt::format("{:.10g} when full", s.omega_b * static_cast<double>(s.n_b)));
  lines.add("ergotropy", v[ergotropy], fmt::format("{} of the stored energy can be extracted", percent(v[ergotropy] / v[energy])));
  lines.add("  in the full space", v[ergotropy_full], fmt::format("{} of it", percent(v[ergotropy_full] / v[energy])));
  lines.add("average power", v[power], "stored energy / charging time");
  lines.add("entanglement", v[entropy], fmt::format("bits, battery with charger; at most {:.4g}", std::log2(levels)));
  lines.add("logarithmic negativity", v[log_negativity], "bits");
  lines.add("purity", v[purity]);
  lines.add("energy variance", v[variance]);
  lines.add("full battery", v[p_full], "population of k = N_b");
}

std::string readable(const Row& row, double tolerance) {
  Lines lines(fmt::format("{} ({} level{})\n\n", describe(row.system), row.system.dim(), row.system.dim() == 1 ? "" : "s"));
  if (row.status == Status::no_peak) {
    lines.add("charging time", std::string("none"), "nothing moves: A = 0 or m = 0");
  } else {
    add_physics(lines, row);
  }
  lines.add("status", std::string(to_string(row.status)));
  lines.add("error bound", fmt::format("{:.3g}", row.error_bound), fmt::format("on the state; accepted up to {:.3g}", tolerance));
  const std::string solver(row.solver == Solver::automatic ? "none needed" : to_string(row.solver));
  const std::string pairs = row.n_eig > 0 ? fmt::format("{} eigenpairs of {}", row.n_eig, row.system.dim()) : "";
  lines.add("solver", solver, pairs);
  return lines.text();
}

int run(const OptimumOptions& options) {
  const std::string format = options.format.value_or("table");
  if (format != "table" && format != "json") {
    throw InputError(fmt::format("--format: {} is not known: it must be one of table, json", in_quotes(format)));
  }
  Request request = make_request(options.work);
  const CentralSpin system = single_system(options.system);
  validate(request);
  settle_backend(request, options.work, false);
  const Table table = solve({&system, 1}, request);
  const Row& row = table.rows.at(0);
  const double tolerance = request.tolerance.value_or(default_tolerance(system.dim()));
  print_out(format == "json" ? json_row(row) + "\n" : readable(row, tolerance));
  return exit_code(table.rows);
}

}  // namespace

Command add_optimum(CLI::App& command) {
  auto options = std::make_shared<OptimumOptions>();
  add_system_options(command, options->system, false);
  add_work_options(command, options->work);
  add_text(command, "--format", "NAME", options->format,
           "table (for people) or json (one object with the columns of a sweep as keys)", "table", "json")
      ->group("Output");
  return [options](const Invocation&) { return run(*options); };
}

}  // namespace qbatt::cli
