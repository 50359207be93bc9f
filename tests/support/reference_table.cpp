#include "support/reference_table.hpp"

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace qbatt::test {
namespace {

using nlohmann::json;

ReferenceState state_from(const json& j) {
  return {.t = j.at("t"),
          .energy_per_wb = j.at("energy_per_wb"),
          .entropy_bits = j.at("entropy_bits"),
          .purity = j.at("purity"),
          .variance_per_wb2 = j.at("variance_per_wb2"),
          .ergotropy_per_wb = j.at("ergotropy_dicke_per_wb"),
          .p_max = j.at("p_max"),
          .sum_sqrt_p = j.at("sum_sqrt_p"),
          .p_head = j.at("p_head"),
          .p_tail = j.at("p_tail")};
}

ReferenceSystem system_from(const json& j) {
  ReferenceSystem result{.system = {.n_b = j.at("nb"),
                                    .n_c = j.at("nc"),
                                    .m = j.at("m"),
                                    .omega_b = j.at("wb"),
                                    .omega_c = j.at("wc"),
                                    .coupling = j.at("a"),
                                    .ising = j.at("delta")},
                         .dim = j.at("dim"),
                         .first_peak = state_from(j.at("first_peak")),
                         .samples = {}};
  for (const json& sample : j.at("samples")) result.samples.push_back(state_from(sample));
  return result;
}

std::vector<ReferenceSystem> read_table() {
  // Tests that were copied to another machine have their data beside them.
  const char* const moved = std::getenv("QBATT_TEST_DATA");
  const std::string name = std::string(moved != nullptr ? moved : QBATT_TEST_DATA) + "/first_peak.json";
  std::ifstream file(name);
  if (!file) throw std::runtime_error("cannot read " + name);
  std::vector<ReferenceSystem> table;
  for (const json& entry : json::parse(file)) table.push_back(system_from(entry));
  return table;
}

}  // namespace

const std::vector<ReferenceSystem>& reference_table() {
  static const std::vector<ReferenceSystem> table = read_table();
  return table;
}

}  // namespace qbatt::test
