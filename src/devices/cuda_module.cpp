#include "devices/cuda_module.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "devices/shared_library.hpp"
#include "qbatt/version.hpp"

namespace qbatt {
namespace {

constexpr std::string_view file_name = "libqbatt_cuda.so";

}  // namespace

std::variant<std::filesystem::path, CudaAbsence> find_cuda_module() {
  std::error_code ignored;
  const char* const named = std::getenv("QBATT_CUDA_MODULE");
  if (named != nullptr && *named != '\0') {
    std::filesystem::path file = std::filesystem::absolute(named, ignored);  // which the dynamic linker takes for a path
    if (std::filesystem::exists(file, ignored)) return file;
    return CudaAbsence{fmt::format("not built: QBATT_CUDA_MODULE = {} does not exist", named), "correct QBATT_CUDA_MODULE"};
  }
  if (std::string file = module_file(file_name); !file.empty()) return std::filesystem::path(std::move(file));
  return CudaAbsence{fmt::format("not built: there is no {} beside the program or in ../lib", file_name),
                     "build qbatt where nvcc is, with QBATT_CUDA=ON"};
}

std::variant<const cuda::Module*, CudaAbsence> open_cuda_module(const std::filesystem::path& file) {
  const SharedLibrary library(file.string());
  if (!library.is_open()) {
    return CudaAbsence{fmt::format("module does not open: {}", library.error()),
                       "install the libraries of the CUDA toolkit that it was built with"};
  }
  auto* const get_module = library.find<cuda::ModuleFunction>(cuda::module_symbol);
  if (get_module == nullptr)
    return CudaAbsence{fmt::format("module does not open: {} has no {}", file.string(), cuda::module_symbol), "build it again"};
  const cuda::Module* const module = get_module();
  if (std::string_view(module->build) != build_id()) {
    return CudaAbsence{fmt::format("module of another build: {} is {}, this is {}", file.string(), module->build, build_id()),
                       "build program and module together"};
  }
  return module;
}

}  // namespace qbatt
