#include "io/checksum.hpp"

#include <zlib.h>

#include "text/input_file.hpp"

namespace qbatt {

void ChecksumSum::add(std::string_view data) {
  sum_.bytes += data.size();
  sum_.crc = static_cast<std::uint32_t>(crc32_z(sum_.crc, reinterpret_cast<const Bytef*>(data.data()), data.size()));
}

Checksum checksum_of_file(const std::string& path) {
  ChecksumSum sum;
  read_blocks(path, [&](std::string_view block) { sum.add(block); });
  return sum.value();
}

}  // namespace qbatt
