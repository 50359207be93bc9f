#include "support/reference_table.hpp"

#include <nlohmann/json.hpp>

#include "support/reference_file.hpp"

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

}  // namespace

const std::vector<ReferenceSystem>& reference_table() {
  static const std::vector<ReferenceSystem> table = reference_entries("first_peak.json", system_from);
  return table;
}

}  // namespace qbatt::test
