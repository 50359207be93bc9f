#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "io/checksum.hpp"
#include "io/netcdf_file.hpp"

namespace qbatt {

/// Hands over the values of a variable, from its front, in blocks of whole elements of its first dimension: about a million values
/// at a time, as they lie in memory, the first element and the number of them.
void read_blocks_of(const NetcdfFile& file, int variable,
                    const std::function<void(std::span<const char> values, std::size_t first, std::size_t count)>& take);

/// Tells whether the data of a file are those that were written: the lengths of its dimensions, and name, type, dimensions and
/// every bit of the values of each variable, in the order of their names. Attributes, storage and the order of the variables are no
/// data. `bytes` is the length of all values.
Checksum checksum_of_data(const NetcdfFile& file);

/// The same where what the variables hold is known: `of_values`, by the number of the variable.
Checksum checksum_of_data(const NetcdfFile& file, const std::function<Checksum(int variable)>& of_values);

}  // namespace qbatt
