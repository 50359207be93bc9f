#pragma once

#include <string_view>

namespace qbatt::cpu {

/// From here on kernel_set() is at most the one called `name`, as instruction_set() calls them. Called before anything is computed,
/// from one thread. A name that is not known changes nothing.
void use_at_most(std::string_view name);

}  // namespace qbatt::cpu
