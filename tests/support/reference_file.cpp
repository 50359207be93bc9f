#include "support/reference_file.hpp"

#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace qbatt::test {

nlohmann::json reference_file(const std::string& name) {
  const char* const moved = std::getenv("QBATT_TEST_DATA");
  const std::string path = std::string(moved != nullptr ? moved : QBATT_TEST_DATA) + "/" + name;
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  return nlohmann::json::parse(file);
}

}  // namespace qbatt::test
