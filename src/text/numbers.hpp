#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace qbatt {

/// The longest number at the beginning of a text: [sign] digits [. digits] [e [sign] digits], decimal only.
struct ScannedNumber {
  enum class Outcome { none, overflow, underflow, number };
  Outcome outcome = Outcome::none;
  double value = 0;
  std::size_t length = 0;  ///< characters it takes; 0 where there is none
};
ScannedNumber scan_number(std::string_view text);

/// Where a text comes from.
struct Origin {
  std::string_view name;    ///< in messages: an option or a part of one, or a place in a file
  std::string_view option;  ///< that it belongs to; empty where it is of none

  Origin(std::string_view the_name, std::string_view its_option) : name(the_name), option(its_option) {}
  /// The whole of an option.
  template <std::convertible_to<std::string_view> Text>
  Origin(const Text& the_option) : name(the_option), option(the_option) {}
};

/// The whole of `text` as a finite number. `accepted` says which values are taken; it goes with the origin into the message of the
/// InputError that everything else throws: empty, nan, inf, hexadecimal, trailing text, magnitudes beyond what a double can hold.
double parse_real(std::string_view text, const Origin& origin, std::string_view accepted = "any finite number");

/// The same for a whole number, which may be written 1e6 or 2.50e2. The largest magnitude is 2^53.
double parse_whole_real(std::string_view text, const Origin& origin, std::string_view accepted);

/// A whole number from `low` to `high`.
std::int64_t parse_whole(std::string_view text, const Origin& origin, std::int64_t low, std::int64_t high);

/// A number with a unit of memory behind it, in whole bytes from 1 to 2^60: `8GiB`, `1.5 TB`, `512B`. Units: B, kB, MB, GB, TB
/// (powers of 1000) and KiB, MiB, GiB, TiB (powers of 1024).
std::int64_t parse_bytes(std::string_view text, const Origin& origin);

}  // namespace qbatt
