#pragma once

#include <string_view>

namespace qbatt {

/// "0.2.0"
std::string_view version();

/// The git revision of the build ("-dirty" appended where the tree had changes), or "unknown".
std::string_view git_revision();

/// "0.2.0 (e468051a7c21)": what a program and a module of one build have in common.
const char* build_id();

}  // namespace qbatt
