#include "io/plot_symbols.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace qbatt {
namespace {

struct Symbol {
  std::string_view column;
  std::string_view markup;
};

constexpr std::array symbols{
    Symbol{"n_b", "{/:Italic N}_b"},
    Symbol{"n_c", "{/:Italic N}_c"},
    Symbol{"m", "{/:Italic m}"},
    Symbol{"omega_b", "{/:Italic ω}_b"},
    Symbol{"omega_c", "{/:Italic ω}_c"},
    Symbol{"coupling", "{/:Italic A}"},
    Symbol{"ising", "Δ"},
    Symbol{"dim", "{/:Italic d}"},
    Symbol{"error_bound", "{/:Italic ε}"},
    Symbol{"t", "{/:Italic t}"},
    Symbol{"t_opt", "{/:Italic t}_{opt}"},
    Symbol{"energy", "{/:Italic E}"},
    Symbol{"energy_per_cell", "{/:Italic E}/{/:Italic ω}_b{/:Italic N}_b"},
    Symbol{"power", "{/:Italic P}"},
    Symbol{"instantaneous_power", "d{/:Italic E}/d{/:Italic t}"},
    Symbol{"variance", "{/:Italic σ}_{/:Italic E}^2"},
    Symbol{"entropy", "{/:Italic S}"},
    Symbol{"purity", "Tr {/:Italic ρ}_b^2"},
    Symbol{"renyi2", "{/:Italic S}_2"},
    Symbol{"log_negativity", "{/:Italic E}_{/:Italic N}"},
    Symbol{"ergotropy", "{/:Italic W}"},
    Symbol{"ergotropy_full", "{/:Italic W}_{full}"},
    Symbol{"ergotropy_incoherent", "{/:Italic W}_{inc}"},
    Symbol{"local_ergotropy", "{/:Italic W}_{loc}"},
    Symbol{"capacity", "{/:Italic C}"},
    Symbol{"capacity_full", "{/:Italic C}_{full}"},
    Symbol{"sectors", "chains"},
    Symbol{"p_full", "{/:Italic p}_{full}"},
};

// p_12, the population of a level.
bool is_level(std::string_view column) {
  return column.starts_with("p_") && column.size() > 2 && column.find_first_not_of("0123456789", 2) == std::string_view::npos;
}

}  // namespace

std::string symbol_of(std::string_view column) {
  const auto find = [](std::string_view name) { return std::ranges::find(symbols, name, &Symbol::column); };
  if (const auto* const found = find(column); found != symbols.end()) return std::string(found->markup);
  constexpr std::string_view at_optimum = "_opt";
  if (column.ends_with(at_optimum)) return symbol_of(column.substr(0, column.size() - at_optimum.size()));
  return is_level(column) ? fmt::format("{{/:Italic p}}_{{{}}}", column.substr(2)) : "";
}

}  // namespace qbatt
