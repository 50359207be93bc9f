#include "cli/config_file.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "qbatt/errors.hpp"
#include "text/input_file.hpp"
#include "text/text.hpp"

namespace qbatt::cli {
namespace {

std::string place(std::string_view name, std::int64_t line) {
  return fmt::format("{}: line {}", name, line);
}

// The key of a line that may be damaged behind it: "nb" in `nb = "1:20`, nothing in `[nb`.
std::string_view key_of_line(std::string_view text, std::int64_t line) {
  const std::vector<std::string_view> lines = split(text, '\n');
  const auto index = static_cast<std::size_t>(line - 1);
  if (line < 1 || index >= lines.size()) return {};
  constexpr std::string_view bare = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  const std::string_view found = lines[index].substr(std::min(lines[index].find_first_not_of(" \t"), lines[index].size()));
  return found.substr(0, found.find_first_not_of(bare));
}

[[noreturn]] void reject(std::string_view text, std::string_view name, const toml::parse_error& error) {
  const std::int64_t line = error.source().begin.line;
  const std::string_view key = key_of_line(text, line);
  throw InputError(fmt::format("{}: {}{}", place(name, line), key.empty() ? "" : fmt::format("{}: ", in_quotes(key)),
                               one_line(error.description())));
}

// A number or a string as it would stand on the command line; nullopt for anything else.
std::optional<std::string> scalar_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* whole = node.as_integer()) return fmt::format("{}", whole->get());
  if (const auto* real = node.as_floating_point()) return fmt::format("{}", real->get());
  return std::nullopt;
}

std::optional<std::vector<std::string>> list_texts(const toml::array& array) {
  std::vector<std::string> list;
  for (const toml::node& item : array) {
    const std::optional<std::string> text = scalar_text(item);
    if (!text) return std::nullopt;
    list.push_back(*text);
  }
  return list;
}

// A basic string of one line. (The library would write several, and lose a line end at the beginning.)
std::string toml_string(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x20 || code == 0x7f) {
      fmt::format_to(std::back_inserter(quoted), "\\u{:04x}", code);
    } else {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string_view type_name(const toml::node& node) {
  if (node.is_table()) return "a table";
  if (node.is_array()) return "an array of other things than numbers and strings";
  return "a date or time";
}

ConfigEntry entry_of(std::string_view name, std::string_view key, const toml::node& node) {
  const std::int64_t line = node.source().begin.line;
  if (const auto* flag = node.as_boolean()) return {std::string(key), flag->get(), line};
  if (node.is_array()) {
    if (const auto texts = list_texts(*node.as_array())) return {std::string(key), *texts, line};
  } else if (const auto text = scalar_text(node)) {
    return {std::string(key), *text, line};
  }
  throw InputError(fmt::format("{}: {} is {}: it must be a number, a string, true or false, or an array of numbers and strings",
                               place(name, line), in_quotes(key), type_name(node)));
}

}  // namespace

std::vector<ConfigEntry> parse_config(std::string_view text, std::string_view name) {
  toml::table table;
  try {
    table = toml::parse(text);
  } catch (const toml::parse_error& error) {
    reject(text, name, error);
  }
  std::vector<ConfigEntry> entries;
  for (const auto& [key, node] : table) entries.push_back(entry_of(name, key.str(), node));
  std::ranges::stable_sort(entries, {}, &ConfigEntry::line);
  return entries;
}

std::vector<ConfigEntry> read_config(const std::string& path) {
  return parse_config(read_file(path, "--config"), path);
}

std::string config_line(std::string_view key, const ConfigValue& value) {
  std::string text;
  if (const auto* flag = std::get_if<bool>(&value))
    text = *flag ? "true" : "false";
  else if (const auto* list = std::get_if<std::vector<std::string>>(&value))
    text = fmt::format("[{}]", listed(*list, toml_string));
  else
    text = toml_string(std::get<std::string>(value));
  return fmt::format("{} = {}\n", key, text);
}

}  // namespace qbatt::cli
