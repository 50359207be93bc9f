// Which charger fills ten battery spins best? Those of eight to twelve spins, solved by the library.
#include <cstdint>
#include <cstdio>
#include <vector>

#include "qbatt/errors.hpp"
#include "qbatt/solve.hpp"

int main() try {
  std::vector<qbatt::CentralSpin> systems;
  for (std::int64_t n_c = 8; n_c <= 12; ++n_c) systems.push_back(qbatt::CentralSpin::resonant(10, n_c));
  const qbatt::Table table = qbatt::solve(systems, qbatt::Request{});
  for (const qbatt::Row& row : table.rows) {
    std::printf("N_c = %2lld  energy per cell %.10f  at t = %.10f  error bound %.1e\n", static_cast<long long>(row.system.n_c),
                row.at_optimum[qbatt::Observable::energy_per_cell], row.t_opt, row.error_bound);
  }
} catch (const qbatt::Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return error.exit_code();
}
