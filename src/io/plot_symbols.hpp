#pragma once

#include <string>
#include <string_view>

namespace qbatt {

/// The symbol of a column in gnuplot's enhanced text, letters in italics: "{/:Italic N}_b" of n_b. Columns at the optimum have the
/// symbol of their observable. Empty where there is none.
std::string symbol_of(std::string_view column);

}  // namespace qbatt
