#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "contract/checksum_record.hpp"
#include "contract/checksummed_sweeps.hpp"
#include "support/bit_checksum.hpp"

// Rows and series are bit for bit those of the revision that tests/data/row_checksums.json names, on every instruction set: what is
// moved, renamed or made faster must not change a result unseen.
//
// A change that is meant is recorded, on a machine with all instruction sets, by
//
//     export QBATT_RECORD_CHECKSUMS=tests/data/row_checksums.json OPENBLAS_CORETYPE=Haswell
//     for set in x86-64-v2 x86-64-v3 x86-64-v4; do QBATT_ISA=$set build/row_checksums_test; done
//     build/cuda_on_host_row_checksums_test
//
// QBATT_RECORD_CHECKSUMS=FILE compares nothing: each sweep's checksum is printed and put into FILE, beside what it already holds.
// OPENBLAS_CORETYPE=Haswell is what CTest sets too. Without it, what OpenBLAS has a part in is skipped, with the reason.
namespace qbatt::test {
namespace {

struct Case {
  Implementation implementation;
  Sweep sweep;

  [[nodiscard]] std::string name() const {
    return std::string(implementation.backend) + "_" + std::string(to_string(implementation.solver)) + "_" + sweep.name;
  }
  /// Whether the rows are made by LAPACK and BLAS: so are the states of all eigenpairs on CUDA.
  [[nodiscard]] bool on_blas() const {
    return implementation.backend == "cpu" ? implementation.solver == Solver::dense : implementation.solver != Solver::chebyshev;
  }
  /// Under which name the record has it.
  [[nodiscard]] std::string instruction_set() const {
    const bool any = implementation.backend != "cpu" || implementation.solver == Solver::dense;
    return any ? "any" : std::string(qbatt::instruction_set());
  }
};

void PrintTo(const Case& a_case, std::ostream* out) {
  *out << a_case.name();
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const Implementation& implementation : implementations())
    for (Sweep& sweep : checksummed_sweeps(implementation)) all.push_back({implementation, std::move(sweep)});
  return all;
}

/// The observables that there were when the checksums were recorded.
std::span<const ObservableInfo> recorded_observables() {
  return observable_info().first(static_cast<std::size_t>(Observable::p_full) + 1);
}

void add(BitChecksum& sum, const CentralSpin& system) {
  for (const std::int64_t number : {system.n_b, system.n_c, static_cast<std::int64_t>(system.m)}) sum.add(number);
  for (const double number : {system.omega_b, system.omega_c, system.coupling, system.ising}) sum.add(number);
}

void add(BitChecksum& sum, const Row& row) {
  add(sum, row.system);
  sum.add(to_string(row.status));
  sum.add(to_string(row.solver));
  sum.add(row.n_eig);
  sum.add(row.error_bound);
  sum.add(row.t_opt);
  for (const ObservableInfo& info : recorded_observables()) sum.add(row.at_optimum[info.id]);
}

void add(BitChecksum& sum, std::span<const double> numbers) {
  sum.add(numbers.size());
  for (const double number : numbers) sum.add(number);
}

void add(BitChecksum& sum, const Series& series) {
  add(sum, series.t);
  for (const ObservableInfo& info : recorded_observables()) add(sum, series.values.column(info.id));
  add(sum, series.error_bound);
  add(sum, series.populations);
}

/// "2320 rows, 12 left to dense, checksum 0123456789abcdef". Rows that another solver left to `dense` are counted alone, since
/// their bits are OpenBLAS's; where `dense` is what was asked for, the checksum is over them.
std::string summary(const Table& table, bool dense_too) {
  BitChecksum sum;
  std::size_t left_out = 0;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    if (table.rows[i].solver == Solver::dense && !dense_too) {
      ++left_out;
      continue;
    }
    add(sum, table.rows[i]);
    if (!table.series.empty()) add(sum, table.series[i]);
  }
  char text[100];
  std::snprintf(text, sizeof text, "%zu rows, %zu left to dense, checksum %016llx", table.rows.size(), left_out,
                static_cast<unsigned long long>(sum.value()));
  return text;
}

std::string solve_and_sum(const Case& a_case) {
  const SweepPlan plan = SweepPlan::from_axes(a_case.sweep.axes, true);
  const std::vector<CentralSpin> systems = plan.systems().take(static_cast<std::size_t>(plan.summary().systems));
  Request request = a_case.sweep.request;
  request.solver = a_case.implementation.solver;
  return summary(a_case.implementation.solve(systems, request), a_case.on_blas());
}

/// Empty where the bits must be those of the record.
std::string why_not_comparable(const Case& a_case, const Surroundings& recorded) {
  const Surroundings here = surroundings();
  if (here.elementary_functions != recorded.elementary_functions) {
    return "recorded with \"" + recorded.elementary_functions + "\", here is \"" + here.elementary_functions +
           "\": sines and logarithms may differ in their last bits";
  }
  if (a_case.on_blas() && here.blas != recorded.blas)
    return "recorded with \"" + recorded.blas + "\", here is \"" + here.blas + "\": sums of products may differ in their last bits";
  if (a_case.implementation.solver == Solver::automatic && here.blas == "none")
    return "recorded with dense among the solvers, here is none";
  return {};
}

/// Tests that were copied to another machine have their data beside them.
std::string record_path() {
  const char* const moved = std::getenv("QBATT_TEST_DATA");
  return std::string(moved != nullptr ? moved : QBATT_TEST_DATA) + "/row_checksums.json";
}

class RowChecksums : public testing::TestWithParam<Case> {
protected:
  static void SetUpTestSuite() { use_one_blas_thread(); }
};

INSTANTIATE_TEST_SUITE_P(Every, RowChecksums, testing::ValuesIn(cases()), [](const auto& test) { return test.param.name(); });

TEST_P(RowChecksums, AreThoseOfTheRecord) {
  const std::string name = GetParam().name();
  const std::string instruction_set = GetParam().instruction_set();
  if (const char* const file = std::getenv("QBATT_RECORD_CHECKSUMS")) {
    const std::string actual = solve_and_sum(GetParam());
    std::printf("%s, instruction set %s: %s\n", name.c_str(), instruction_set.c_str(), actual.c_str());
    ChecksumRecord(file).put(name, instruction_set, actual);
    return;
  }
  const ChecksumRecord record(record_path());
  const std::string obstacle = why_not_comparable(GetParam(), record.made_in());
  if (!obstacle.empty()) GTEST_SKIP() << obstacle;
  const std::string actual = solve_and_sum(GetParam());
  const std::optional<std::string> expected = record.find(name, instruction_set);
  ASSERT_TRUE(expected) << record_path() << " lacks " << name << ", instruction set " << instruction_set << ": " << actual;
  EXPECT_EQ(actual, *expected) << "The rows of " << name << ", instruction set " << instruction_set
                               << ", are no longer those of revision " << record.revision()
                               << ". If this is meant, record it as row_checksums_test.cpp tells.";
}

}  // namespace
}  // namespace qbatt::test
