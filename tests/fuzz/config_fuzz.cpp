#include "cli/config_file.hpp"
#include "fuzz/fuzz.hpp"

namespace qbatt::cli {
namespace {

bool is_bare(std::string_view key) {
  constexpr std::string_view bare = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  return !key.empty() && key.find_first_not_of(bare) == std::string_view::npos;
}

// What was understood, written as --print-config does, is understood as the same.
void parse_and_print(std::string_view text) {
  for (const ConfigEntry& entry : parse_config(text, "c.toml")) {
    fuzz::require(entry.line >= 1);
    if (!is_bare(entry.key)) continue;
    const std::vector<ConfigEntry> again = parse_config(config_line(entry.key, entry.value), "c.toml");
    fuzz::require(again.size() == 1 && again[0].key == entry.key && again[0].value == entry.value);
  }
}

}  // namespace
}  // namespace qbatt::cli

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  qbatt::fuzz::accepts_or_refuses([&] { qbatt::cli::parse_and_print(qbatt::fuzz::text_of(data, size)); });
  return 0;
}
