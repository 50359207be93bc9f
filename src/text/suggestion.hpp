#pragma once

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qbatt {

/// The one of `names` that who wrote `word` probably meant; nullopt where none is near. Near is, in this order: the same but for
/// capitals and for - and _; a few letters wrong, missing or swapped (a third of them at most); the beginning of a name (`--pop`);
/// a name with something behind it (`--threads-each`), of which `-o` is one for `--output`. Of several that are equally near, the
/// first.
///     nearest_name("--omega_b", {"--omega-b", "--omega-c"}) is "--omega-b"
std::optional<std::string> nearest_name(std::string_view word, const std::vector<std::string>& names);

/// The end of every message that refuses a name out of a known set: "it must be one of a, b, c", and "did you mean `a`?" before it
/// where `word` is near to one of them. `lead`: other words than "it must be one of".
std::string accepted_names(std::string_view word, const std::vector<std::string>& names,
                           std::string_view lead = "it must be one of");

/// The same for the names of all elements of `range`.
template <typename Range, typename Name>
std::string accepted_names_of(std::string_view word, const Range& range, const Name& name,
                              std::string_view lead = "it must be one of") {
  std::vector<std::string> names;
  std::ranges::transform(range, std::back_inserter(names), [&](const auto& element) { return std::string(name(element)); });
  return accepted_names(word, names, lead);
}

}  // namespace qbatt
