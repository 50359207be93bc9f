#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <span>
#include <string_view>

#include "contract/contract.hpp"
#include "support/comparisons.hpp"
#include "support/random_systems.hpp"
#include "support/tolerances.hpp"

// Rows are the same bit for bit for any number of threads, order or split of the systems, but for eigenpairs from a library of
// the device.
namespace qbatt::test {
namespace {

std::vector<CentralSpin> mixed_systems() {
  std::vector<CentralSpin> systems = random_systems(61, 60, 40);
  for (const std::int64_t n : {1, 2, 100, 161, 300}) systems.push_back(CentralSpin::resonant(n, n));
  systems.push_back({.n_b = 5, .n_c = 5, .m = 0});
  systems.push_back({.n_b = 80, .n_c = 99, .m = 70, .omega_c = 2, .ising = 1.7});
  systems.push_back({.n_b = 100, .n_c = 100, .m = 100, .ising = 2});
  return systems;
}

Request everything(int threads) {
  Request request;
  request.times = grid(0, 3, 7, TimeUnit::absolute);
  request.populations = true;
  request.threads = threads;
  return request;
}

std::vector<std::uint64_t> bits_of(std::span<const double> values) {
  std::vector<std::uint64_t> bits;
  for (const double value : values) bits.push_back(std::bit_cast<std::uint64_t>(value));
  return bits;
}

std::vector<std::uint64_t> bits_of(const ObservableValues& values) {
  std::vector<std::uint64_t> bits;
  for (std::size_t o = 0; o < observable_count; ++o)
    bits.push_back(std::bit_cast<std::uint64_t>(values[static_cast<Observable>(o)]));
  return bits;
}

/// Of the eigenpairs that cuSOLVER returns only equality within the bound is promised.
bool promises_bits(const Row& row) {
  return Contract::GetParam().backend != std::string_view("cuda") || row.solver != Solver::dense;
}

/// A population or energy per cell of two states with these bounds.
void expect_within(double actual, double expected, double bound, double other_bound) {
  EXPECT_TRUE(within(actual, expected, tolerance::allowed_by(bound) + tolerance::allowed_by(other_bound)));
}

void expect_same(const Row& actual, const Row& expected) {
  SCOPED_TRACE(describe(expected.system));
  EXPECT_EQ(actual.system, expected.system);
  EXPECT_EQ(actual.status, expected.status);
  EXPECT_EQ(actual.solver, expected.solver);
  EXPECT_EQ(actual.n_eig, expected.n_eig);
  if (!promises_bits(expected)) {
    if (std::isfinite(expected.t_opt))
      expect_within(actual.at_optimum[Observable::energy_per_cell], expected.at_optimum[Observable::energy_per_cell],
                    actual.error_bound, expected.error_bound);
    return;
  }
  EXPECT_TRUE(same_bits(actual.error_bound, expected.error_bound));
  EXPECT_TRUE(same_bits(actual.t_opt, expected.t_opt));
  EXPECT_EQ(bits_of(actual.at_optimum), bits_of(expected.at_optimum));
}

void expect_within_bounds(const Series& actual, const Series& expected) {
  for (std::size_t i = 0; i < expected.t.size(); ++i) {
    const double bound = actual.error_bound[i];
    const double other_bound = expected.error_bound[i];
    expect_within(actual.values[i][Observable::energy_per_cell], expected.values[i][Observable::energy_per_cell], bound,
                  other_bound);
    const std::span<const double> p = populations_at(actual, i);
    const std::span<const double> q = populations_at(expected, i);
    for (std::size_t k = 0; k < q.size(); ++k) expect_within(p[k], q[k], bound, other_bound);
  }
}

void expect_same(const Series& actual, const Series& expected) {
  EXPECT_EQ(bits_of(actual.t), bits_of(expected.t));
  EXPECT_EQ(bits_of(actual.error_bound), bits_of(expected.error_bound));
  EXPECT_EQ(bits_of(actual.populations), bits_of(expected.populations));
  ASSERT_EQ(actual.values.size(), expected.values.size());
  for (const ObservableInfo& info : observable_info())
    EXPECT_EQ(bits_of(actual.values.column(info.id)), bits_of(expected.values.column(info.id))) << info.name;
}

void expect_same(const Table& actual, const Table& expected) {
  ASSERT_EQ(actual.rows.size(), expected.rows.size());
  ASSERT_EQ(actual.series.size(), expected.series.size());
  for (std::size_t i = 0; i < expected.rows.size(); ++i) expect_same(actual.rows[i], expected.rows[i]);
  for (std::size_t i = 0; i < expected.series.size(); ++i)
    if (promises_bits(expected.rows[i]))
      expect_same(actual.series[i], expected.series[i]);
    else
      expect_within_bounds(actual.series[i], expected.series[i]);
}

void append(Table& whole, Table&& part) {
  std::ranges::move(part.rows, std::back_inserter(whole.rows));
  std::ranges::move(part.series, std::back_inserter(whole.series));
}

TEST_P(Contract, AnyNumberOfThreads) {
  const std::vector<CentralSpin> systems = mixed_systems();
  const Table one = solve(systems, everything(1));
  ASSERT_EQ(one.rows.size(), systems.size());
  ASSERT_EQ(one.series.size(), systems.size());
  expect_same(solve(systems, everything(2)), one);
  expect_same(solve(systems, everything(3)), one);
  expect_same(solve(systems, everything(1)), one);
}

TEST_P(Contract, AnyOrder) {
  std::vector<CentralSpin> systems = mixed_systems();
  const Table forward = solve(systems, everything(2));
  std::ranges::reverse(systems);
  Table backward = solve(systems, everything(2));
  std::ranges::reverse(backward.rows);
  std::ranges::reverse(backward.series);
  expect_same(backward, forward);
}

// Batches of every size in turn, one system alone among them: nothing may be left over from the call before.
TEST_P(Contract, AnySplit) {
  const std::vector<CentralSpin> systems = mixed_systems();
  const Table whole = solve(systems, everything(2));
  for (const std::size_t first : {std::size_t{1}, std::size_t{5}, std::size_t{17}}) {
    Table pieces;
    std::size_t size = first;
    for (std::size_t begin = 0; begin < systems.size(); begin += size, size = size % 3 == 0 ? 1 : size + 1) {
      size = std::min(size, systems.size() - begin);
      append(pieces, solve(std::span(systems).subspan(begin, size), everything(2)));
    }
    expect_same(pieces, whole);
  }
}

// What memory allows cuts the work into chunks of other sizes, where the backend has such a limit.
TEST_P(Contract, AnyMemoryAndOnceMore) {
  const std::vector<CentralSpin> systems = mixed_systems();
  Request request = everything(2);
  const Table whole = solve(systems, request);
  expect_same(solve(systems, request), whole);
  for (const std::int64_t mebibytes : {40, 200}) {
    request.cuda.memory = mebibytes << 20U;
    expect_same(solve(systems, request), whole);
  }
}

TEST_P(Contract, ASystemDoesNotSeeItsNeighbors) {
  const std::vector<CentralSpin> systems = mixed_systems();
  const std::vector<Row> together = optima(systems);
  for (std::size_t i = 0; i < systems.size(); ++i) expect_same(optima(std::span(systems).subspan(i, 1))[0], together[i]);
  const std::vector<CentralSpin> copies(40, CentralSpin::resonant(23, 23));
  const std::vector<Row> same = optima(copies);
  for (const Row& row : same) expect_same(row, same[0]);
}

// Many small systems on more threads than cores, so that threads finish at the same time and are put to sleep in between.
TEST_P(Contract, ProgressNeverGoesBack) {
  std::vector<std::size_t> reports;
  const std::vector<CentralSpin> systems(5000, CentralSpin::resonant(2, 3));
  Request request;
  request.threads = 8;
  request.progress = [&](std::size_t finished, std::size_t total) {
    EXPECT_EQ(total, systems.size());
    reports.push_back(finished);
  };
  EXPECT_EQ(solve(systems, request).rows.size(), systems.size());
  ASSERT_FALSE(reports.empty());
  EXPECT_TRUE(std::ranges::is_sorted(reports));
  EXPECT_EQ(reports.back(), systems.size());
}

}  // namespace
}  // namespace qbatt::test
