#include "cuda_machine.hpp"

namespace qbatt::bench {

std::optional<std::string> absence_of_machine() {
  return std::nullopt;
}

std::vector<std::pair<std::string, std::string>> describe_machine() {
  return {{"gpu", "none: the pipeline is compiled for the host, with loops in the place of launches"}};
}

CudaDeviceTraits machine_traits() {
  return {};
}

}  // namespace qbatt::bench
