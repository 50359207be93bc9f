#include "cpu/isa/isa.hpp"
#include "cpu/isa/instruction_set.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <string_view>

#include "qbatt/errors.hpp"
#include "qbatt/solve.hpp"

namespace qbatt::cpu {

namespace v2 {
extern const KernelSet kernel_set_instance;
}
namespace v3 {
extern const KernelSet kernel_set_instance;
}
namespace v4 {
extern const KernelSet kernel_set_instance;
}

namespace {

const KernelSet& choose_kernel_set() {
  const char* const forced = std::getenv("QBATT_ISA");
  for (const KernelSet* set : kernel_sets()) {
    const bool wanted = forced == nullptr || *forced == '\0' || std::string_view(set->name) == forced;
    if (wanted && set->supported()) return *set;
  }
  if (forced != nullptr && *forced != '\0') {
    throw InputError(
        fmt::format("QBATT_ISA = {} is not available: x86-64-v2, x86-64-v3 or x86-64-v4, as far as the processor has it", forced));
  }
  throw BackendError("this processor lacks x86-64-v2 (SSE4.2), the least that qbatt needs");
}

const KernelSet*& chosen() {
  static const KernelSet* set = &choose_kernel_set();
  return set;
}

}  // namespace

std::span<const KernelSet* const> kernel_sets() {
  static constexpr std::array<const KernelSet*, 3> sets{&v4::kernel_set_instance, &v3::kernel_set_instance,
                                                        &v2::kernel_set_instance};
  return sets;
}

const KernelSet& kernel_set() {
  return *chosen();
}

// What stands behind another in the list is part of it, so that a processor which has the one has the other.
void use_at_most(std::string_view name) {
  const auto sets = kernel_sets();
  const auto most = std::ranges::find(sets, name, [](const KernelSet* set) { return std::string_view(set->name); });
  if (most != sets.end() && most > std::ranges::find(sets, chosen())) chosen() = *most;
}

}  // namespace qbatt::cpu

namespace qbatt {

std::string_view instruction_set() {
  return cpu::kernel_set().name;
}

}  // namespace qbatt
