#pragma once

#include <string>
#include <utility>
#include <vector>

#include "io/result_writer.hpp"

namespace qbatt {

/// What the attribute `source` of results of qbatt begins with.
inline constexpr std::string_view source_prefix = "qbatt ";

/// The texts that results carry, in a file or in memory: names and values, after the CF conventions where these have a name.
std::vector<std::pair<std::string, std::string>> provenance_attributes(const Provenance& provenance);

}  // namespace qbatt
