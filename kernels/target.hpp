#pragma once

#include <cstdint>

// The bodies in this folder are compiled for CUDA devices and, on the CPU, once per instruction set. QBATT_TARGET names the copy:
// each lives in an inline namespace of its own, so that the linker can never mix the code of one instruction set into another.
#if !defined(QBATT_TARGET)
#define QBATT_TARGET generic
#endif

#if defined(__CUDACC__)
#define QBATT_HD __host__ __device__
#define QBATT_INLINE __forceinline__
#else
#define QBATT_HD
/// For what is done at every level: a call would send packs through memory.
#define QBATT_INLINE inline __attribute__((always_inline))
#endif

/// Before a loop whose arrays are to live in registers: they do where every index is known.
#if defined(__CUDA_ARCH__)
#define QBATT_UNROLL _Pragma("unroll")
#define QBATT_DO_NOT_UNROLL _Pragma("unroll 1")
#else
#define QBATT_UNROLL
#define QBATT_DO_NOT_UNROLL
#endif

namespace qbatt::kernels {

/// Level numbers and counts: chains reach 10^10 levels.
using index = std::int64_t;

}  // namespace qbatt::kernels
