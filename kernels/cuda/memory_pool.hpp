#pragma once

#include <cuda_runtime_api.h>

namespace qbatt::cuda {

/// What device memory is allocated from on the current device: a pool of our own, so that the one that other code of the process
/// uses stays as it is. It keeps what is freed for the next allocation, and lets no stream wait for another's memory. Made at the
/// first call, for the life of the process. Throws BackendError.
cudaMemPool_t memory_pool();

}  // namespace qbatt::cuda
