#include "kernels/cuda/memory_pool.hpp"

#include <cstdint>

#include "kernels/cuda/allocation.hpp"
#include "kernels/cuda/status.hpp"

namespace qbatt::cuda {
namespace {

cudaMemPool_t make_pool(int device) {
  cudaMemPoolProps properties{};
  properties.allocType = cudaMemAllocationTypePinned;
  properties.location = {.type = cudaMemLocationTypeDevice, .id = device};
  cudaMemPool_t pool = nullptr;
  if (cudaMemPoolCreate(&pool, &properties) != cudaSuccess) {
    cudaGetLastError();  // so that the next check does not meet it
    check(cudaDeviceGetDefaultMemPool(&pool, device));
    return pool;
  }
  std::uint64_t keep = UINT64_MAX;
  int no = 0;
  check(cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &keep));
  check(cudaMemPoolSetAttribute(pool, cudaMemPoolReuseAllowInternalDependencies, &no));
  return pool;
}

}  // namespace

cudaMemPool_t memory_pool() {
  static auto* const pools = new PerDevice<cudaMemPool_t>;
  int device = 0;
  check(cudaGetDevice(&device));
  return pools->get(device, make_pool);
}

}  // namespace qbatt::cuda
