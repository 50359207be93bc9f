#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

#include "kernels/cuda/linear_algebra.hpp"
#include "kernels/cuda/workspace.hpp"
#include "qbatt/errors.hpp"

// LinearAlgebra by cuSOLVER.
namespace qbatt::cuda {
namespace {

constexpr std::size_t more_than_any_memory = std::numeric_limits<std::size_t>::max();

// cuSOLVER 11.7.1 of toolkit 12.6 update 2 is the first with cusolverDnXsyevBatched.
#if CUSOLVER_VERSION >= 11701
constexpr bool has_syev = true;
#else
constexpr bool has_syev = false;

template <class... Arguments>
cusolverStatus_t cusolverDnXsyevBatched_bufferSize(Arguments&&...) {
  return CUSOLVER_STATUS_NOT_SUPPORTED;
}
template <class... Arguments>
cusolverStatus_t cusolverDnXsyevBatched(Arguments&&...) {
  return CUSOLVER_STATUS_NOT_SUPPORTED;
}
#endif

}  // namespace

// A handle takes memory of the device and milliseconds: each is made when it is first needed.
struct LinearAlgebra::Implementation {
  struct Solver {
    explicit Solver(const Stream& stream) : handle(stream) {}
    CusolverHandle handle;
    SyevjInfo jacobi;
    CusolverParams params;
    std::vector<unsigned char> host_workspace;
  };

  DenseRoutine routine;
  const Stream& stream;
  std::optional<Solver> solver;

  Solver& cusolver() {
    if (!solver) solver.emplace(stream);
    return *solver;
  }

  struct SyevWorkspace {
    std::size_t device = 0;
    std::size_t host = 0;
  };

  SyevWorkspace syev_workspace(index n, index count) {
    SyevWorkspace bytes;
    const cusolverStatus_t status = cusolverDnXsyevBatched_bufferSize(
        cusolver().handle.get(), cusolver().params.get(), CUSOLVER_EIG_MODE_VECTOR, CUBLAS_FILL_MODE_LOWER, n, CUDA_R_64F, nullptr,
        n, CUDA_R_64F, nullptr, CUDA_R_64F, &bytes.device, &bytes.host, count);
    if (status == CUSOLVER_STATUS_INVALID_VALUE)  // more matrices than the routine takes
      return {more_than_any_memory, 0};
    check(status);
    return bytes;
  }

  /// In doubles.
  int syevj_workspace(index n, index count) {
    int size = 0;
    check(cusolverDnDsyevjBatched_bufferSize(cusolver().handle.get(), CUSOLVER_EIG_MODE_VECTOR, CUBLAS_FILL_MODE_LOWER,
                                             static_cast<int>(n), nullptr, static_cast<int>(n), nullptr, &size,
                                             cusolver().jacobi.get(), static_cast<int>(count)));
    return size;
  }

  /// What the routine itself asks for where it can still count it; by extrapolation, see extrapolated_workspace(), it may be more.
  std::size_t syevj_doubles(index n, index count) {
    const std::size_t size = extrapolated_workspace(syevj_workspace(n, 1), syevj_workspace(n, 2), count);
    if (size == more_than_any_memory) return size;
    return std::max(size, static_cast<std::size_t>(std::max(0, syevj_workspace(n, count))));
  }
};

LinearAlgebra::LinearAlgebra(DenseRoutine routine, const Stream& stream)
    : implementation_(new Implementation{.routine = routine, .stream = stream, .solver = {}}) {
  if (routine == DenseRoutine::syev && !has_syev)
    throw BackendError("dense routine (--dense-routine) = syev is not there: this build's toolkit is older than 12.6 update 2");
}

LinearAlgebra::~LinearAlgebra() = default;

std::size_t LinearAlgebra::workspace_bytes(index n, index count) const {
  if (implementation_->routine == DenseRoutine::syev) return implementation_->syev_workspace(n, count).device;
  const std::size_t size = implementation_->syevj_doubles(n, count);
  return size > more_than_any_memory / sizeof(double) ? more_than_any_memory : size * sizeof(double);
}

void LinearAlgebra::diagonalize(index n, index count, double* matrices, double* eigenvalues, int* info, void* workspace,
                                std::size_t bytes) const {
  Implementation::Solver& self = implementation_->cusolver();
  if (implementation_->routine == DenseRoutine::syev) {
    self.host_workspace.resize(implementation_->syev_workspace(n, count).host);
    check(cusolverDnXsyevBatched(self.handle.get(), self.params.get(), CUSOLVER_EIG_MODE_VECTOR, CUBLAS_FILL_MODE_LOWER, n,
                                 CUDA_R_64F, matrices, n, CUDA_R_64F, eigenvalues, CUDA_R_64F, workspace, bytes,
                                 self.host_workspace.data(), self.host_workspace.size(), info, count));
  } else {
    const int order = static_cast<int>(n);
    check(cusolverDnDsyevjBatched(self.handle.get(), CUSOLVER_EIG_MODE_VECTOR, CUBLAS_FILL_MODE_LOWER, order, matrices, order,
                                  eigenvalues, static_cast<double*>(workspace), static_cast<int>(bytes / sizeof(double)), info,
                                  self.jacobi.get(), static_cast<int>(count)));
  }
}

}  // namespace qbatt::cuda
