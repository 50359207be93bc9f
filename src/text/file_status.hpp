#pragma once

#include <string>
#include <vector>

namespace qbatt {

enum class FileKind { none, file, folder, other };

/// What a name leads to, behind symbolic links too. `none` only where nothing is there. Throws FileError where the system does not
/// say, as where a folder on the way must not be searched.
FileKind kind_of(const std::string& path);

/// The names in a folder, in any order; none where the folder is not there. Throws FileError where it cannot be read, as where the
/// process has too many files open.
std::vector<std::string> names_in(const std::string& folder);

}  // namespace qbatt
