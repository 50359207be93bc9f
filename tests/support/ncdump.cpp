#include "support/ncdump.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "support/run_command.hpp"

namespace qbatt::test {

bool Ncdump::available() {
  return run_command({"/bin/sh", "-c", "command -v ncdump"}).exit_code == 0;
}

Ncdump::Ncdump(const std::string& path) {
  const CommandResult result = run_command({"ncdump", "-p", "9,17", path});
  if (result.exit_code != 0) throw std::runtime_error("ncdump: " + result.err);
  const std::size_t data = result.out.find("\ndata:\n");
  header_ = result.out.substr(0, data);
  std::erase(header_, '\t');
  data_ = data == std::string::npos ? "" : result.out.substr(data);
}

std::vector<double> Ncdump::values(const std::string& variable) const {
  const std::string begin = "\n " + variable + " =";
  const std::size_t at = data_.find(begin);
  if (at == std::string::npos) throw std::runtime_error("no variable " + variable);
  std::string list = data_.substr(at + begin.size(), data_.find(';', at) - at - begin.size());
  std::ranges::replace(list, ',', ' ');
  std::istringstream words(list);
  std::vector<double> values;
  for (std::string word; words >> word;) values.push_back(std::stod(word));  // NaN included
  return values;
}

}  // namespace qbatt::test
