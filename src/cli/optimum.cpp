#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <memory>
#include <utility>

#include "cli/add_options.hpp"
#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "io/formats.hpp"
#include "io/json.hpp"
#include "model/ensemble.hpp"
#include "model/stop.hpp"
#include "options/interrupt.hpp"
#include "options/provenance.hpp"
#include "qbatt/errors.hpp"

namespace qbatt::cli {
namespace {

struct OptimumOptions {
  AxisTexts system;
  WorkOptions work;
  OptionText output;
  OptionText format;
  bool overwrite = false;
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

// A share between nothing and all with three digits of its distance from either, so that only what is all reads as 100 %.
std::string percent(double fraction) {
  const double distance = 100 * std::min(std::abs(fraction), std::abs(1 - fraction));
  const int decimals = distance > 0 ? 2 - static_cast<int>(std::floor(std::log10(distance))) : 0;
  return fmt::format("{:.{}f} %", 100 * fraction, std::clamp(decimals, 0, 15));
}

// `uncertainty` bounds the error of the fraction.
std::string short_of_full(double fraction, double uncertainty) {
  if (1 - fraction <= uncertainty) return "full within the error bound";
  if (fraction <= uncertainty) return "empty within the error bound";
  const std::string rest = fmt::format("{:.4g} %", 100 * (1 - fraction));
  return (rest == "100 %" ? percent(1 - fraction) : rest) + " short of full";  // all is missing only where nothing is there
}

std::string share(double fraction, double uncertainty, std::string_view of_what) {
  constexpr double tells_all_from_none = 0.5;
  if (!(uncertainty < tells_all_from_none)) return fmt::format("how much {} the error bound leaves open", of_what);
  if (1 - fraction <= uncertainty) return fmt::format("all {} within the error bound", of_what);
  if (fraction <= uncertainty) return fmt::format("none {} within the error bound", of_what);
  return fmt::format("{} {}", percent(fraction), of_what);
}

// Battery and charger together are in no pure state.
bool is_mixed(const Row& row) {
  return row.sectors > 1 && row.system.charger_state != ChargerState::coherent;
}

void add_physics(Lines& lines, const Row& row) {
  using enum Observable;
  const ObservableValues& v = row.at_optimum;
  const CentralSpin& s = row.system;
  const double full = s.omega_b * static_cast<double>(s.n_b);
  // Energies are sums of levels 0 ... N_b weighted with populations, which are wrong by 2 eps + eps^2 in all; ergotropy is a
  // difference of two such sums.
  const double uncertainty = row.error_bound * (2 + row.error_bound);
  const double of_ratio = 3 * uncertainty * full / v[energy];
  lines.add("charging time", row.t_opt, "t_opt, in 1/energy (hbar = 1)");
  lines.add("energy per cell", v[energy_per_cell], short_of_full(v[energy_per_cell], uncertainty));
  lines.add("stored energy", v[energy], fmt::format("{:.10g} when full", full));
  lines.add("ergotropy", v[ergotropy], share(v[ergotropy] / v[energy], of_ratio, "of the stored energy can be extracted"));
  lines.add("  in the full space", v[ergotropy_full], share(v[ergotropy_full] / v[energy], of_ratio, "of it"));
  lines.add("  cell by cell", v[local_ergotropy], share(v[local_ergotropy] / v[energy], of_ratio, "of it"));
  if (s.charger_state == ChargerState::coherent)
    lines.add("  without coherences", v[ergotropy_incoherent], share(v[ergotropy_incoherent] / v[energy], of_ratio, "of it"));
  const std::string most = fmt::format("at most {:.4g}", std::log2(static_cast<double>(s.dim())));
  if (is_mixed(row)) {
    lines.add("entropy", v[entropy], fmt::format("bits, of the battery; {}", most));
  } else {
    lines.add("entanglement", v[entropy], fmt::format("bits, battery with charger; {}", most));
    lines.add("logarithmic negativity", v[log_negativity], "bits");
  }
  lines.add("average power", v[power], "stored energy / charging time");
  lines.add("purity", v[purity]);
  lines.add("energy variance", v[variance]);
  lines.add("full battery", v[p_full], "population of k = N_b");
  lines.add("capacity", v[capacity], fmt::format("{:.10g} in the full space", v[capacity_full]));
}

std::string_view meaning_of(Status status) {
  return status == Status::window_end ? "the energy still rises at the end of --window" : "";
}

std::string readable(const Row& row, double tolerance) {
  const bool one_chain = row.sectors == 1;
  const std::int64_t dim = row.system.dim();
  Lines lines(fmt::format("{} ({}{})\n\n", describe(row.system),
                          one_chain ? "" : fmt::format("{} of up to ", counted(row.sectors, "chain")), counted(dim, "level")));
  if (row.status == Status::no_peak)
    lines.add("charging time", std::string("none"), "nothing moves: A = 0 or m = 0");
  else if (row.status != Status::failed)
    add_physics(lines, row);
  lines.add("status", std::string(to_string(row.status)), meaning_of(row.status));
  if (row.status != Status::failed)
    lines.add("error bound", fmt::format("{:.3g}", row.error_bound), fmt::format("on the state; accepted up to {:.3g}", tolerance));
  const std::string solver(row.solver == Solver::automatic ? "none needed" : to_string(row.solver));
  const std::string pairs = row.n_eig > 0 ? counted(row.n_eig, "eigenpair") + (one_chain ? fmt::format(" of {}", dim) : "") : "";
  lines.add("solver", solver, pairs);
  if (!row.system.is_chain()) {
    lines.add("chains", fmt::format("{}", row.sectors),
              fmt::format("weight {:.2g} of the charger's state is left out", ensemble_of(row.system).dropped));
  }
  return lines.text();
}

int run(const OptimumOptions& options, const Invocation& invocation) {
  const bool json = json_wanted(options.format);
  refuse_format_of_file(options.format, options.output);
  const InterruptGuard guard;
  Request request = make_request(options.work);
  request.stop = guard.token();
  if (request.optimum == OptimumRule::none)
    throw InputError("--optimum: `none` leaves nothing to print: it must be one of first-peak, global, power", "--optimum");
  const CentralSpin system = single_system(options.system);
  validate(request);
  print_remark(remark_on(rounding_of(options.system)));
  settle_backend(request, predicted_core_seconds({&system, 1}, request), system.dim(), options.work, false);
  const auto writer =
      options.output ? open_curve(*options.output, {}, make_provenance(request, invocation), options.overwrite) : nullptr;
  const Table table = solve({&system, 1}, request);
  const Row& row = table.rows.at(0);
  const double tolerance = request.tolerance.value_or(default_tolerance(system.dim()));
  if (writer) {
    writer->write(0, table);
    throw_if_stopped(request);
    writer->finish(1);
  } else {
    print_out(json ? json_row(row) + "\n" : readable(row, tolerance));
  }
  if (row.status == Status::failed) print_err("qbatt: the optimum failed: {}\n", to_string(row.failure));
  return exit_code(table.rows);
}

}  // namespace

Command add_optimum(CommandLine& command) {
  auto options = std::make_shared<OptimumOptions>();
  add_system_options(command, options->system, false);
  add_work_options(command, options->work);
  add_option(command,
             {"-o", "FILE",
              "in place of the table a row of results: a file that ends in .csv or .nc (netCDF-4), or - for CSV on the "
              "standard output",
              "none", "optimum.csv"},
             options->output, "Output");
  add_switch(command, overwrite_switch, options->overwrite, "Output");
  add_format_option(command, "table (for people) or json (one object with the columns of a sweep as keys)", options->format);
  command.footer(
      "Examples:\n"
      "  qbatt optimum --nb 7\n"
      "  qbatt optimum --nb 1e6 --nc nb+1 --format json\n"
      "  qbatt optimum --nb 50 -o optimum.csv\n"
      "  qbatt optimum --nb 50 --optimum power\n"
      "  qbatt optimum --nb 10 --charger boson\n"
      "  qbatt optimum --nb 10 --nc 20 --m 15 --charger-state thermal\n"
      "  qbatt optimum --nb 4 --optimum global --window 25");
  return [options](const Invocation& invocation) { return run(*options, invocation); };
}

}  // namespace qbatt::cli
