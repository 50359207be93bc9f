#include "io/fingerprint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace qbatt {
namespace {

using Json = nlohmann::ordered_json;

const std::string words_of = "words of ";

}  // namespace

std::string Fingerprint::value_of(const std::string& name) const {
  const auto found = std::ranges::find(entries_, name, &Entry::name);
  return found == entries_.end() ? "" : found->value;
}

std::string Fingerprint::difference(const Fingerprint& here, const std::string& where, const std::string& here_name) const {
  const auto same = [&](const std::string& name) {
    return !name.empty() && !value_of(name).empty() && value_of(name) == here.value_of(name);
  };
  const auto in_words = [](const std::string& value) { return value.empty() ? "not given" : value; };
  for (const Fingerprint* side : {&here, this}) {
    for (const Entry& entry : side->entries_) {
      const std::string theirs = value_of(entry.name);
      const std::string ours = here.value_of(entry.name);
      if (theirs == ours || same(entry.part_of)) continue;
      return fmt::format("{} is {} in {} and {} {}", entry.name, in_words(theirs), where, in_words(ours), here_name);
    }
  }
  return {};
}

std::string Fingerprint::json() const {
  Json object = Json::object();
  for (const Entry& entry : entries_)
    if (entry.part_of.empty())
      object[entry.name] = entry.value;
    else
      object[words_of + entry.part_of][entry.name] = entry.value;
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Fingerprint Fingerprint::from_json(const std::string& text) {
  const Json object = Json::parse(text, nullptr, false);
  if (!object.is_object()) throw std::invalid_argument("a fingerprint must be a JSON object");
  Fingerprint print;
  const auto take = [&](const std::string& name, const Json& value, const std::string& part_of) {
    if (!value.is_string()) throw std::invalid_argument("the values of a fingerprint must be texts");
    print.add(name, value.get<std::string>(), part_of);
  };
  for (const auto& [name, value] : object.items()) {
    if (!value.is_object()) {
      take(name, value, "");
      continue;
    }
    if (!name.starts_with(words_of)) throw std::invalid_argument("a fingerprint holds words of nothing");
    for (const auto& [part, words] : value.items()) take(part, words, name.substr(words_of.size()));
  }
  return print;
}

}  // namespace qbatt
