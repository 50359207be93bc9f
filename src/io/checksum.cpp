#include "io/checksum.hpp"

#include "text/input_file.hpp"

namespace qbatt {

void ChecksumSum::add(std::string_view data) {
  bytes_ += data.size();
  crc_.process_bytes(data.data(), data.size());
}

Checksum checksum_of_file(const std::string& path) {
  ChecksumSum sum;
  read_blocks(path, [&](std::string_view block) { sum.add(block); });
  return sum.value();
}

}  // namespace qbatt
