#include "cuda/architectures.hpp"

#include <algorithm>
#include <charconv>

namespace qbatt::cuda {
namespace {

bool one_runs_on(std::string_view architecture, int capability) {
  const std::string_view number = architecture.substr(0, architecture.find('-'));
  const std::string_view kind = architecture.substr(number.size());
  int own = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), own);
  if (error != std::errc{}) return true;
  if (end != number.data() + number.size()) return capability == own;
  const bool code = kind != "-virtual" && capability / 10 == own / 10 && capability >= own;
  const bool ptx = kind != "-real" && capability >= own;
  return code || ptx;
}

}  // namespace

bool runs_on(std::string_view architectures, int capability) {
  while (true) {
    const std::size_t end = std::min(architectures.find(';'), architectures.size());
    if (one_runs_on(architectures.substr(0, end), capability)) return true;
    if (end == architectures.size()) return false;
    architectures.remove_prefix(end + 1);
  }
}

std::string_view built_architectures() {
  return QBATT_CUDA_ARCHITECTURES;
}

}  // namespace qbatt::cuda
