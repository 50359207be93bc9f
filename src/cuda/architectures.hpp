#pragma once

#include <string_view>

namespace qbatt::cuda {

/// Whether code compiled for `architectures`, as CMake lists them ("80-real;90"), runs on a device of this compute capability, 10
/// major + minor: machine code (-real, or without a suffix) on its own major version from its minor one on, PTX (-virtual, or
/// without a suffix) on all later ones, what is named with a letter ("90a") on that device alone. True for names that are no
/// numbers ("native", "all", "host").
bool runs_on(std::string_view architectures, int capability);

/// The architectures of this build.
std::string_view built_architectures();

}  // namespace qbatt::cuda
