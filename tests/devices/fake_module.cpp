#include <memory>
#include <utility>

#include "cuda/module.hpp"
#include "qbatt/errors.hpp"
#include "qbatt/version.hpp"

// A CUDA module without CUDA: one device that "solves" by writing what it was asked into the rows. FAKE_BUILD is its build string,
// FAKE_FIT whether its device can be used.
namespace qbatt::cuda {
namespace {

Row answer(const CentralSpin& system, const Request& request) {
  Row row;
  row.system = system;
  row.status = Status::ok;
  row.solver = Solver::dense;
  row.n_eig = static_cast<std::int64_t>(request.cuda.devices.size()) + (request.cuda.dense_routine == DenseRoutine::syev ? 100 : 0);
  row.error_bound = static_cast<double>(request.cuda.memory.value_or(0));
  row.t_opt = 42;
  return row;
}

class Answers final : public PreparedWork {
public:
  explicit Answers(Table table) : table_(std::move(table)) {}
  Table solve() override { return std::move(table_); }

private:
  Table table_;
};

std::unique_ptr<PreparedWork> prepare(std::span<const CentralSpin> systems, const Request& request,
                                      const SingularValues& /*singular_values*/) {
  if (request.solver == Solver::spectral) throw InputError("--solver spectral: the fake module has none");
  for (const int device : request.cuda.devices)
    if (device > 0) throw BackendError("--device 1: the fake module has device 0 only");
  Table table;
  for (const CentralSpin& system : systems) table.rows.push_back(answer(system, request));
  return std::make_unique<Answers>(std::move(table));
}

std::vector<DeviceReport> describe_devices() {
  if (FAKE_FIT) return {{.backend = "cuda", .found = true, .description = "0: fake card"}};
  return {{.backend = "cuda", .found = false, .description = "0: fake card: device too old: compute capability 3.5"}};
}

}  // namespace
}  // namespace qbatt::cuda

extern "C" const qbatt::cuda::Module* qbatt_cuda_module() {
  static const qbatt::cuda::Module module{
      .build = FAKE_BUILD, .prepare = qbatt::cuda::prepare, .describe_devices = qbatt::cuda::describe_devices};
  return &module;
}
