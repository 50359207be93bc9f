#include "qbatt/columns.hpp"

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace qbatt {
namespace {

// clang-format off
constexpr std::array system_columns{
    Column{"n_b", "battery spins", "1", [](const Row& r) -> Cell { return r.system.n_b; }},
    Column{"n_c", "charger spins", "1", [](const Row& r) -> Cell { return r.system.n_c; }},
    Column{"m", "excitations of the charger at t = 0, on average", "1", [](const Row& r) -> Cell { return r.system.m; }},
    Column{"omega_b", "battery splitting", "energy", [](const Row& r) -> Cell { return r.system.omega_b; }},
    Column{"omega_c", "charger splitting", "energy", [](const Row& r) -> Cell { return r.system.omega_c; }},
    Column{"coupling", "flip-flop coupling A", "energy", [](const Row& r) -> Cell { return r.system.coupling; }},
    Column{"ising", "Ising coupling Delta", "energy", [](const Row& r) -> Cell { return r.system.ising; }},
    Column{"dim", "number of levels", "1", [](const Row& r) -> Cell { return r.system.dim(); }},
    Column{"status", "status of the row", "1", [](const Row& r) -> Cell { return to_string(r.status); }},
    Column{"solver", "solver of the row", "1", [](const Row& r) -> Cell { return to_string(r.solver); }},
    Column{"n_eig", "eigenpairs used", "1", [](const Row& r) -> Cell { return r.n_eig; }},
    Column{"error_bound", "bound on the error of the state", "1", [](const Row& r) -> Cell { return r.error_bound; }},
    Column{"t_opt", "charging time", "1/energy", [](const Row& r) -> Cell { return r.t_opt; }},
};

/// What makes a system besides, in front of the observables that came with it.
constexpr std::array charger_columns{
    Column{"charger", "charger", "1", [](const Row& r) -> Cell { return to_string(r.system.charger); }},
    Column{"charger_state", "state of the charger at t = 0", "1", [](const Row& r) -> Cell { return to_string(r.system.charger_state); }},
    Column{"sectors", "chains of levels in the state of the charger", "1", [](const Row& r) -> Cell { return r.sectors; }},
};
constexpr Observable first_behind_charger = Observable::ergotropy_incoherent;
// clang-format on

template <std::size_t I>
Cell at_optimum(const Row& row) {
  return row.at_optimum[static_cast<Observable>(I)];
}

template <std::size_t... I>
constexpr auto optimum_cells(std::index_sequence<I...>) {
  return std::array<Cell (*)(const Row&), sizeof...(I)>{at_optimum<I>...};
}

struct ColumnTable {
  std::array<std::string, observable_count> names;
  std::array<std::string, observable_count> long_names;
  std::vector<Column> columns{system_columns.begin(), system_columns.end()};

  ColumnTable() {
    constexpr auto cells = optimum_cells(std::make_index_sequence<observable_count>{});
    for (std::size_t i = 0; i < observable_count; ++i) {
      const ObservableInfo& info = observable_info()[i];
      if (info.id == first_behind_charger) columns.insert(columns.end(), charger_columns.begin(), charger_columns.end());
      if (info.in_row) {
        names[i] = std::string(info.name) + "_opt";
        long_names[i] = std::string(info.long_name) + " at the optimum";
        columns.push_back({names[i], long_names[i], info.units, cells[i]});
      }
    }
  }
};

}  // namespace

std::span<const Column> row_columns() {
  static const ColumnTable table;
  return table.columns;
}

}  // namespace qbatt
