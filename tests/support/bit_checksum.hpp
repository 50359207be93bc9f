#pragma once

#include <bit>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <string_view>

namespace qbatt::test {

/// FNV-1a of 64 bits over bytes: whether two streams of numbers are the same bit for bit, wherever and whenever they were made.
class BitChecksum {
public:
  void add(std::string_view text) {
    for (const char c : text) add_byte(static_cast<unsigned char>(c));
    add_byte(0);  // so that words do not run into each other
  }

  /// The bytes of an integer, the lowest first, whatever the machine's order is.
  template <std::integral Integer>
  void add(Integer number) {
    const auto bits = static_cast<std::uint64_t>(number);
    for (unsigned shift = 0; shift < 64; shift += 8) add_byte(static_cast<unsigned char>(bits >> shift));
  }

  /// Zeros of either sign differ. All that is not a number counts as one: which of its bits are set, compilers may choose.
  void add(double number) {
    constexpr std::uint64_t not_a_number = 0x7ff8000000000000U;
    add(std::isnan(number) ? not_a_number : std::bit_cast<std::uint64_t>(number));
  }

  [[nodiscard]] std::uint64_t value() const { return value_; }

private:
  void add_byte(unsigned char byte) {
    constexpr std::uint64_t prime = 0x100000001b3U;
    value_ = (value_ ^ byte) * prime;
  }

  std::uint64_t value_ = 0xcbf29ce484222325U;
};

}  // namespace qbatt::test
