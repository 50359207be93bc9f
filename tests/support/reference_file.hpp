#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace qbatt::test {

/// A file of tests/data, or of the folder that QBATT_TEST_DATA names: tests that were copied to another machine have their data
/// beside them. Throws std::runtime_error where it cannot be read.
nlohmann::json reference_file(const std::string& name);

}  // namespace qbatt::test
