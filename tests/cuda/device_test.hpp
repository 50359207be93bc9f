#pragma once

#include <gtest/gtest.h>

#include <optional>

#include "cuda/batch_states.hpp"
#include "kernels/cuda/linear_algebra.hpp"
#include "kernels/cuda/runtime.hpp"
#if !defined(QBATT_CUDA_ON_HOST)
#include "support/gpu.hpp"
#endif

namespace qbatt::test {

/// A test of the CUDA pipeline that it is linked to. It needs a device, unless that is compiled for the host, where there is one.
/// What takes one is made when it is first asked for, after SetUp().
class DeviceTest : public testing::Test {
protected:
  void SetUp() override {
#if !defined(QBATT_CUDA_ON_HOST)
    require_gpu();
#endif
  }

  [[nodiscard]] const cuda::Stream& stream() {
    if (!stream_) stream_.emplace();
    return *stream_;
  }

  [[nodiscard]] const cuda::LinearAlgebra& linear_algebra() {
    if (!linear_algebra_) linear_algebra_.emplace(DenseRoutine::syevj, stream());
    return *linear_algebra_;
  }

  [[nodiscard]] cuda::BatchStates::Staging& staging() {
    if (!staging_) staging_.emplace();
    return *staging_;
  }

private:
  std::optional<cuda::Stream> stream_;
  std::optional<cuda::LinearAlgebra> linear_algebra_;
  std::optional<cuda::BatchStates::Staging> staging_;
};

}  // namespace qbatt::test
