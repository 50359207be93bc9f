#include "io/fingerprint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace qbatt {
namespace {

using Json = nlohmann::ordered_json;

}  // namespace

const std::string* Fingerprint::find(const std::string& name) const {
  const auto found = std::ranges::find(entries_, name, [](const auto& entry) { return entry.first; });
  return found == entries_.end() ? nullptr : &found->second;
}

std::string Fingerprint::difference(const Fingerprint& here, const std::string& where, const std::string& here_name) const {
  const auto value = [](const Fingerprint& print, const std::string& name) {
    const std::string* const text = print.find(name);
    return text == nullptr || text->empty() ? "not given" : *text;
  };
  for (const Fingerprint* side : {&here, this}) {
    for (const auto& [name, ignored] : side->entries_) {
      const std::string theirs = value(*this, name);
      const std::string ours = value(here, name);
      if (theirs != ours) return fmt::format("{} is {} in {} and {} {}", name, theirs, where, ours, here_name);
    }
  }
  return {};
}

std::string Fingerprint::json() const {
  Json object = Json::object();
  for (const auto& [name, value] : entries_) object[name] = value;
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Fingerprint Fingerprint::from_json(const std::string& text) {
  const Json object = Json::parse(text, nullptr, false);
  if (!object.is_object()) throw std::invalid_argument("a fingerprint must be a JSON object");
  Fingerprint print;
  for (const auto& [name, value] : object.items()) {
    if (!value.is_string()) throw std::invalid_argument("the values of a fingerprint must be texts");
    print.add(name, value.get<std::string>());
  }
  return print;
}

}  // namespace qbatt
