#include "cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string_view>

namespace qbatt::cli {
namespace {

// 0 where it is not set, or not to a whole number.
std::size_t columns_of_environment() {
  const char* text = std::getenv("COLUMNS");
  if (text == nullptr) return 0;
  const std::string_view digits = text;
  std::size_t columns = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), columns);
  return result.ec == std::errc() && result.ptr == digits.data() + digits.size() ? columns : 0;
}

// 0 where it is none, or does not say.
std::size_t columns_of_terminal(int descriptor) {
  winsize size{};
  return ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

}  // namespace

std::size_t columns_of(int descriptor) {
  constexpr std::size_t otherwise = 80;
  constexpr std::size_t least = 20;
  const std::size_t wanted = columns_of_environment();
  const std::size_t there = columns_of_terminal(descriptor);
  if (wanted == 0 && there == 0) return otherwise;
  return std::max(least, wanted == 0 || there == 0 ? wanted + there : std::min(wanted, there));
}

bool rewrites_lines(int descriptor) {
  const char* kind = std::getenv("TERM");
  const std::string_view name = kind == nullptr ? "" : kind;
  return ::isatty(descriptor) == 1 && !name.empty() && name != "dumb";
}

}  // namespace qbatt::cli
