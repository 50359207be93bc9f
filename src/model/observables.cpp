#include "qbatt/observables.hpp"

#include <limits>

namespace qbatt {
namespace {

using enum Observable;

constexpr std::array<ObservableInfo, observable_count> table{{
    {energy, "energy", "energy stored in the battery", "energy", "omega_b sum_k k p_k", true, true},
    {energy_per_cell, "energy_per_cell", "energy per cell", "1", "energy / (omega_b N_b)", true, true},
    {power, "power", "average charging power", "energy^2", "energy / t, 0 at t = 0", true, true},
    {instantaneous_power, "instantaneous_power", "instantaneous charging power", "energy^2", "dE/dt", false, false},
    {variance, "variance", "energy variance of the battery", "energy^2", "omega_b^2 sum_k (k - <k>)^2 p_k", true, true},
    {entropy, "entropy", "entropy of the battery", "bit", "-sum_j r_j log2 r_j", true, true},
    {purity, "purity", "purity of the battery", "1", "sum_j r_j^2", true, true},
    {renyi2, "renyi2", "Renyi-2 entropy of the battery", "bit", "-log2 sum_j r_j^2", false, false},
    {log_negativity, "log_negativity", "logarithmic negativity", "bit", "2 log2 sum_j sqrt(r_j), none in mixtures", true, false},
    {ergotropy, "ergotropy", "ergotropy in the symmetric space", "energy", "omega_b (<k> - sum_j j r_j), r descending", true, true},
    {ergotropy_full, "ergotropy_full", "ergotropy in the full 2^N_b space", "energy", "omega_b (<k> - (1 - max_j r_j))", true,
     false},
    {p_full, "p_full", "population of the full battery", "1", "p_k at k = N_b, 0 where no level is so high", true, false},
    {local_ergotropy, "local_ergotropy", "ergotropy of the cells one by one", "energy",
     "omega_b (x + sqrt(x^2 + 4 |<S^->|^2)) / 2, x = 2 <k> - N_b", true, false},
    {capacity, "capacity", "battery capacity in the symmetric space", "energy", "omega_b sum_j (N_b - 2j) r_j, r descending", true,
     false},
    {capacity_full, "capacity_full", "battery capacity in the full 2^N_b space", "energy", "omega_b (N_b - 2 (1 - max_j r_j))",
     true, false},
    {ergotropy_incoherent, "ergotropy_incoherent", "ergotropy without coherences", "energy",
     "omega_b (<k> - sum_j j p_j), p descending", true, false},
}};

}  // namespace

ObservableColumns::ObservableColumns(std::span<const Observable> held, std::size_t times)
    : times_(times), values_(held.size() * times) {
  std::uint8_t columns = 0;
  for (const Observable o : held) place_[static_cast<std::size_t>(o)] = ++columns;
}

ObservableValues ObservableColumns::operator[](std::size_t time) const {
  auto values = ObservableValues::filled(std::numeric_limits<double>::quiet_NaN());
  for (const ObservableInfo& info : observable_info())
    if (holds(info.id)) values[info.id] = column(info.id)[time];
  return values;
}

std::span<const ObservableInfo> observable_info() {
  return table;
}

std::optional<Observable> find_observable(std::string_view name) {
  for (const auto& info : table)
    if (info.name == name) return info.id;
  return std::nullopt;
}

}  // namespace qbatt
