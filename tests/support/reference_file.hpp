#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace qbatt::test {

/// A file of tests/data, or of the folder that QBATT_TEST_DATA names: tests that were copied to another machine have their data
/// beside them. Throws std::runtime_error where it cannot be read.
nlohmann::json reference_file(const std::string& name);

/// The entries of a file that is one list, in its order.
template <class Entry>
std::vector<Entry> reference_entries(const std::string& name, Entry (*entry_from)(const nlohmann::json&)) {
  std::vector<Entry> all;
  for (const nlohmann::json& entry : reference_file(name)) all.push_back(entry_from(entry));
  return all;
}

}  // namespace qbatt::test
