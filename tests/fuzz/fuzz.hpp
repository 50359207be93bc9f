#pragma once

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "qbatt/errors.hpp"

namespace qbatt::fuzz {

inline void require(bool condition) {
  if (!condition) std::abort();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Whatever the input, `parse` succeeds or refuses it with an InputError of one line.
template <typename Parse>
void accepts_or_refuses(const Parse& parse) {
  try {
    parse();
  } catch (const InputError& error) {
    const std::string_view message = error.what();
    require(!message.empty() && message.find('\n') == std::string_view::npos);
  }
}

}  // namespace qbatt::fuzz
