#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace qbatt::cli {

using ConfigValue = std::variant<bool, std::string, std::vector<std::string>>;

/// One key of a configuration file.
struct ConfigEntry {
  std::string key;
  /// A switch, or what would stand behind the option on the command line, an array item by item.
  ConfigValue value;
  std::int64_t line = 0;
};

/// The keys of a TOML text in the order of its lines. `name` is the file in messages.
/// Throws InputError naming file, line and, where there is one, key: for what is not TOML, a key that stands twice, and a value
/// that no option can have (a table, a date, an array of other things than numbers and strings).
std::vector<ConfigEntry> parse_config(std::string_view text, std::string_view name);

/// The same from a file; throws FileError where it cannot be read.
std::vector<ConfigEntry> read_config(const std::string& path);

/// The line of a configuration file that sets `key` to `value`, its line end included.
std::string config_line(std::string_view key, const ConfigValue& value);

}  // namespace qbatt::cli
