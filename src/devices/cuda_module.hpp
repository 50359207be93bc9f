#pragma once

#include <filesystem>
#include <variant>

#include "cuda/module.hpp"
#include "devices/cuda_driver.hpp"

namespace qbatt {

/// The file of the CUDA module: the one that QBATT_CUDA_MODULE names, else libqbatt_cuda.so beside the running program or in
/// ../lib of it.
std::variant<std::filesystem::path, CudaAbsence> find_cuda_module();

/// Opens a module; it must be of this very build.
std::variant<const cuda::Module*, CudaAbsence> open_cuda_module(const std::filesystem::path& file);

}  // namespace qbatt
