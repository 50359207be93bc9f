#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace qbatt {

/// Length and CRC-32 (as of zlib and PNG) of bytes: tells whether a file is the one that was written.
struct Checksum {
  std::uint64_t bytes = 0;
  std::uint32_t crc = 0;
  bool operator==(const Checksum&) const = default;
};

/// Adds up bytes as they come.
class ChecksumSum {
public:
  void add(std::string_view data);
  [[nodiscard]] Checksum value() const { return sum_; }

private:
  Checksum sum_;
};

/// Of a whole file. Throws FileError where it cannot be read.
Checksum checksum_of_file(const std::string& path);

}  // namespace qbatt
