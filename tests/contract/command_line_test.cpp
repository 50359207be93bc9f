#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/comparisons.hpp"
#include "support/csv.hpp"
#include "support/ensemble_table.hpp"
#include "support/reference_table.hpp"
#include "support/run_command.hpp"
#include "support/tolerances.hpp"

// The reference table and the published facts as a user gets them: through the executable, its options and its text.
namespace qbatt::test {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(double value) {
  char buffer[32];
  const auto end = std::to_chars(std::begin(buffer), std::end(buffer), value);  // the shortest text that reads back exactly
  return {std::begin(buffer), end.ptr};
}

std::vector<std::string> options_of(const CentralSpin& s) {
  return {"--nb",      std::to_string(s.n_b), "--nc",      std::to_string(s.n_c), "--m",        text_of(s.m),
          "--omega-b", text_of(s.omega_b),    "--omega-c", text_of(s.omega_c),    "--coupling", text_of(s.coupling),
          "--ising",   text_of(s.ising)};
}

CommandResult run_on(const std::string& command, const CentralSpin& system, const std::vector<std::string>& more) {
  std::vector<std::string> arguments{command};
  for (const std::string& option : options_of(system)) arguments.push_back(option);
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_qbatt(arguments);
}

double energy_tolerance(const CentralSpin& s) {
  return s.omega_b == s.omega_c && s.ising == 0 ? tolerance::energy_per_cell_constant_diagonal : tolerance::energy_per_cell;
}

// The bound, and the rounding of the reference's number and time to double.
void expect_within_bound(double energy_per_cell, double expected, double bound, double power_per_cell, double t) {
  EXPECT_TRUE(between(bound, 0, 1e-8));
  const double rounding = tolerance::reference_rounding * (1 + std::abs(power_per_cell) * t);
  EXPECT_TRUE(at_most(std::abs(energy_per_cell - expected), tolerance::allowed_by(bound) + rounding));
}

void expect_optimum(const Json& row, const ReferenceSystem& reference) {
  const CentralSpin& s = reference.system;
  const double cells = static_cast<double>(s.n_b);
  const double energy = row.at("energy_per_cell_opt");
  const double expected = reference.first_peak.energy_per_wb / cells;
  EXPECT_EQ(row.at("status"), "ok");
  EXPECT_EQ(row.at("n_b"), s.n_b);
  EXPECT_EQ(row.at("n_c"), s.n_c);
  EXPECT_EQ(row.at("m"), s.m);
  EXPECT_EQ(row.at("omega_b"), s.omega_b);
  EXPECT_EQ(row.at("omega_c"), s.omega_c);
  EXPECT_EQ(row.at("coupling"), s.coupling);
  EXPECT_EQ(row.at("ising"), s.ising);
  EXPECT_EQ(row.at("dim"), reference.dim);
  EXPECT_TRUE(within_relative(row.at("t_opt"), reference.first_peak.t, tolerance::t_opt));
  EXPECT_TRUE(within(energy, expected, energy_tolerance(s)));
  expect_within_bound(energy, expected, row.at("error_bound"), 0, reference.first_peak.t);
  EXPECT_TRUE(within_relative(row.at("energy_opt"), energy * s.omega_b * cells, tolerance::identity));
  EXPECT_TRUE(within_relative(row.at("power_opt"), row.at("energy_opt").get<double>() / row.at("t_opt").get<double>(),
                              tolerance::identity));
  EXPECT_TRUE(within(row.at("entropy_opt"), reference.first_peak.entropy_bits, tolerance::entropy));
  EXPECT_TRUE(within(row.at("purity_opt"), reference.first_peak.purity, tolerance::of_populations));
  EXPECT_TRUE(within(row.at("ergotropy_opt").get<double>() / (s.omega_b * cells), reference.first_peak.ergotropy_per_wb / cells,
                     tolerance::of_populations));
  EXPECT_TRUE(
      within(row.at("p_full_opt"), reference.dim == s.n_b + 1 ? reference.first_peak.p_tail.back() : 0, tolerance::population));
}

TEST(CommandLine, OptimumOfEveryReferenceSystem) {
  for (const ReferenceSystem& reference : reference_table()) {
    SCOPED_TRACE(describe(reference.system));
    const CommandResult result = run_on("optimum", reference.system, {"--format", "json"});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    expect_optimum(Json::parse(result.out), reference);
  }
}

TEST(CommandLine, OptimumHasTheColumnsOfASweep) {
  const CommandResult result = run_qbatt({"optimum", "--nb", "3", "--format", "json"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const Json row = Json::parse(result.out);
  std::string keys;
  for (const auto& item : row.items()) keys += item.key() + ",";
  EXPECT_EQ(keys,
            "n_b,n_c,m,omega_b,omega_c,coupling,ising,dim,status,solver,n_eig,error_bound,t_opt,energy_opt,energy_per_cell_opt,"
            "power_opt,variance_opt,entropy_opt,purity_opt,log_negativity_opt,ergotropy_opt,ergotropy_full_opt,p_full_opt,"
            "local_ergotropy_opt,capacity_opt,capacity_full_opt,charger,charger_state,sectors,ergotropy_incoherent_opt,");
}

void expect_sample(const Csv& csv, const ReferenceSystem& reference, const ReferenceState& expected) {
  const CentralSpin& s = reference.system;
  const double cells = static_cast<double>(s.n_b);
  ASSERT_EQ(csv.rows(), 1U);
  EXPECT_EQ(csv.number(0, "t"), expected.t);
  const double energy = csv.number(0, "energy_per_cell");
  EXPECT_TRUE(within(energy, expected.energy_per_wb / cells, energy_tolerance(s)));
  expect_within_bound(energy, expected.energy_per_wb / cells, csv.number(0, "error_bound"),
                      csv.number(0, "instantaneous_power") / (s.omega_b * cells), expected.t);
  EXPECT_TRUE(within(csv.number(0, "entropy"), expected.entropy_bits, tolerance::entropy));
  EXPECT_TRUE(within(csv.number(0, "purity"), expected.purity, tolerance::of_populations));
  EXPECT_TRUE(within(csv.number(0, "variance") / std::pow(s.omega_b * cells, 2), expected.variance_per_wb2 / (cells * cells),
                     tolerance::of_populations));
  EXPECT_TRUE(
      within(csv.number(0, "ergotropy") / (s.omega_b * cells), expected.ergotropy_per_wb / cells, tolerance::of_populations));
  EXPECT_FALSE(csv.has("p_" + std::to_string(reference.dim)));
  const std::int64_t tail = reference.dim - static_cast<std::int64_t>(expected.p_tail.size());
  for (std::size_t k = 0; k < expected.p_head.size(); ++k) {
    EXPECT_TRUE(within(csv.number(0, "p_" + std::to_string(k)), expected.p_head[k], tolerance::population));
    EXPECT_TRUE(within(csv.number(0, "p_" + std::to_string(tail + static_cast<std::int64_t>(k))), expected.p_tail[k],
                       tolerance::population));
  }
}

TEST(CommandLine, CurveAtEverySampleTime) {
  const std::string series = "energy_per_cell,entropy,purity,variance,ergotropy,instantaneous_power,error_bound";
  for (const ReferenceSystem& reference : reference_table()) {
    for (const ReferenceState& expected : reference.samples) {
      SCOPED_TRACE(describe(reference.system) + ", t = " + text_of(expected.t));
      const std::string time = text_of(expected.t);
      const CommandResult result =
          run_on("curve", reference.system,
                 {"--times", time + ":" + time + ":1", "--time-unit", "absolute", "--series", series, "--populations"});
      ASSERT_EQ(result.exit_code, 0) << result.err;
      expect_sample(Csv(result.out), reference, expected);
    }
  }
}

// Chargers in other states, and bosons.
TEST(CommandLine, EveryReferenceEnsemble) {
  const std::string series =
      "energy,energy_per_cell,variance,entropy,purity,ergotropy,ergotropy_incoherent,capacity,capacity_full,local_ergotropy";
  int compared = 0;
  for (const EnsembleReference& reference : ensemble_table()) {
    const CentralSpin& system = reference.system;
    SCOPED_TRACE(describe(system));
    std::vector<std::string> options{"--nb",
                                     std::to_string(system.n_b),
                                     "--m",
                                     text_of(system.m),
                                     "--omega-b",
                                     text_of(system.omega_b),
                                     "--omega-c",
                                     text_of(system.omega_c),
                                     "--ising",
                                     text_of(system.ising),
                                     "--charger",
                                     std::string(to_string(system.charger)),
                                     "--charger-state",
                                     std::string(to_string(system.charger_state))};
    if (system.charger == Charger::spins) options.insert(options.end(), {"--nc", std::to_string(system.n_c)});
    const auto run = [&](std::vector<std::string> arguments) {
      arguments.insert(arguments.begin() + 1, options.begin(), options.end());
      const CommandResult result = run_qbatt(arguments);
      EXPECT_EQ(result.exit_code, 0) << result.err;
      return result.out;
    };
    for (const std::string rule : {"first-peak", "power"}) {
      const EnsembleState& expected = rule == "power" ? reference.most_power : reference.first_peak;
      const Json row = Json::parse(run({"optimum", "--optimum", rule, "--format", "json"}));
      EXPECT_TRUE(within_relative(row.at("t_opt"), expected.t, tolerance::t_opt));
      compared += expect_values(expected, system, [&](const std::string& name) { return row.at(name + "_opt").get<double>(); });
    }
    for (const EnsembleState& sample : reference.samples) {
      const std::string time = text_of(sample.t);
      const Csv csv(run({"curve", "--times", time + ":" + time + ":1", "--series", series, "--populations"}));
      compared += expect_values(sample, system, [&](const std::string& name) { return csv.number(0, name); });
      for (std::size_t k = 0; k < sample.p.size(); ++k)
        EXPECT_TRUE(within(csv.number(0, "p_" + std::to_string(k)), sample.p[k], tolerance::population)) << "k = " << k;
    }
  }
  EXPECT_EQ(compared, 10 * (10 + 11 + 2 * 10));
}

// The literature's claim that N_c = N_b is always best fails at the first peak: one more charger spin stores a little more.
TEST(CommandLine, OneMoreChargerSpinWinsForEveryBattery) {
  const CommandResult result = run_qbatt({"sweep", "--nb", "5:300", "--nc", "nb-3:nb+3", "--skip-invalid"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const Csv csv(result.out);
  ASSERT_EQ(csv.rows(), 296U * 7U);
  std::map<std::int64_t, std::pair<double, std::int64_t>> best;  // N_b -> (energy per cell, N_c)
  for (std::size_t row = 0; row < csv.rows(); ++row) {
    EXPECT_EQ(csv.text(row, "status"), "ok");
    const auto n_b = static_cast<std::int64_t>(csv.number(row, "n_b"));
    const auto n_c = static_cast<std::int64_t>(csv.number(row, "n_c"));
    EXPECT_TRUE(between(static_cast<double>(n_c - n_b), -3, 3));
    best[n_b] = std::max(best[n_b], std::pair(csv.number(row, "energy_per_cell_opt"), n_c));
  }
  ASSERT_EQ(best.size(), 296U);
  for (const auto& [n_b, winner] : best) EXPECT_EQ(winner.second, n_b + 1) << "N_b = " << n_b;
}

TEST(CommandLine, FigureFive) {
  const CommandResult result = run_qbatt({"sweep", "--nb", "1:2000"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const Csv csv(result.out);
  ASSERT_EQ(csv.rows(), 2000U);
  const std::vector<double> energy = csv.numbers("energy_per_cell_opt");
  std::vector<double> entropy = csv.numbers("entropy_opt");
  for (std::size_t i = 0; i < csv.rows(); ++i) {
    EXPECT_EQ(csv.number(i, "n_b"), static_cast<double>(i + 1));
    EXPECT_EQ(csv.number(i, "n_c"), static_cast<double>(i + 1));
    EXPECT_EQ(csv.text(i, "status"), "ok");
    EXPECT_TRUE(between(energy[i], 0.955, 1 + tolerance::identity)) << "N = " << i + 1;
    EXPECT_TRUE(between(csv.number(i, "error_bound"), 0, 1e-8));
    entropy[i] /= static_cast<double>(i + 1);
  }
  EXPECT_EQ(std::ranges::min_element(energy) - energy.begin(), 7 - 1);
  EXPECT_EQ(std::ranges::max_element(entropy) - entropy.begin(), 6 - 1);
  EXPECT_TRUE(within(energy[7 - 1], 0.9550360950, 1e-10));
  EXPECT_TRUE(within(energy[2000 - 1], 0.9991864060, 1e-10));
  EXPECT_TRUE(within(energy[1 - 1], 1, tolerance::energy_per_cell_constant_diagonal));
  EXPECT_TRUE(within(energy[2 - 1], 1, tolerance::energy_per_cell_constant_diagonal));
  EXPECT_TRUE(within(2000 * csv.number(1999, "t_opt") - std::log(2000.0), 1.74, 0.005));
}

}  // namespace
}  // namespace qbatt::test
