#pragma once

// Memory and streams, for any C++ compiler. Two implementations of one interface:
// - device_runtime.hpp: the GPU;
// - host_runtime.hpp, where QBATT_CUDA_ON_HOST is defined: ordinary memory. With loops instead of launches (launch.hpp) and
// Thrust's CPP
//   device system every stage runs, and is tested, on a machine without a GPU.
//
// What both offer:
//   class Stream                        work in order; synchronize() waits for it
//   class Event                         a mark in a stream; milliseconds_since() another
//   class DeviceBuffer<T>(n, stream)    n elements of device memory, uninitialized; freed in the order of the stream
//   class PinnedBuffer<T>(n)            n elements of host memory that copies reach asynchronously
//   copy(to, from, n, stream)           n elements between any two kinds of memory, in the order of the stream
//   use_device(device)                  makes a device the current one of this thread
//   upload(to, from, stream)            a span of host memory, which may go at once
//   trim_memory(kept)                   hands freed memory of the current device back
//   fused_multiply_add                  whether the bodies' multiply-adds round once
//   device_count(), compute_capability(device)   of the machine; 10 major + minor
//   free_memory()                       of the current device, in bytes
#if defined(QBATT_CUDA_ON_HOST)
#include "kernels/cuda/host_runtime.hpp"
#else
#include "kernels/cuda/device_runtime.hpp"
#endif
