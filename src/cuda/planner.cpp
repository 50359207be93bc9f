#include "cuda/planner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "cuda/chip_states.hpp"
#include "cuda/on_all_cores.hpp"
#include "kernels/cuda/chebyshev_plan.hpp"
#include "model/stop.hpp"
#include "model/trace.hpp"
#include "qbatt/errors.hpp"

namespace qbatt::cuda {

bool Room::takes(Method method, const LevelChain& chain) const {
  constexpr std::size_t margin = 4;  // for the workspace of a diagonalization beside the buffers of one system
  const std::int64_t n = padded_levels(chain.dim);
  if (method != Method::dense) return chebyshev_bytes(n, chain.constant_diagonal, times_of_expansions()).of(1) <= memory.alone;
  return n <= largest_matrix && margin * bytes_per_system(n, chain.constant_diagonal, times_at_once(), populations) <= memory.alone;
}

index Room::times_at_once() const {
  return many_times ? BatchStates::most_times : kernels::PeakSearch::most_samples;
}

void Planner::plan(Method method, std::vector<std::size_t> numbers, const Push& push) {
  // No switch: a solver that only the CPU has needs nothing here.
  if (method == Method::dense) return push(plan_dense(numbers));
  if (method.solver == Solver::chebyshev)
    return push(plan_chebyshev_batches(chains_, numbers, room_.memory, room_.times_of_expansions()));
  if (method == Method::spectral) return plan_spectral(std::move(numbers), push);
  throw BackendError(fmt::format("solver (--solver) = {} is not there on backend cuda", to_string(method.solver)));
}

std::vector<Batch> Planner::plan_dense(std::span<const std::size_t> numbers) const {
  use_device(device_.device);
  return plan_dense_batches(chains_, numbers, [&](std::int64_t n, bool constant_diagonal) {
    const auto bytes = [&](std::int64_t count) { return dense_bytes(n, constant_diagonal, count); };
    return room_.memory.most([&](std::size_t room) { return largest_batch(n, {.memory = room}, bytes); });
  });
}

std::size_t Planner::dense_bytes(std::int64_t n, bool constant_diagonal, std::int64_t count) const {
  constexpr auto greatest = std::numeric_limits<std::size_t>::max();
  const std::size_t workspace = device_.linear_algebra.workspace_bytes(n, count);
  const std::size_t buffers =
      static_cast<std::size_t>(count) * bytes_per_system(n, constant_diagonal, room_.times_at_once(), room_.populations);
  return workspace > greatest - buffers ? greatest : workspace + buffers;
}

void Planner::plan_spectral(std::vector<std::size_t> numbers, const Push& push) {
  const auto on_chip = std::ranges::partition(numbers, [this](std::size_t i) { return !solved_on_chip(i); });
  const std::vector<std::size_t> by_teams(on_chip.begin(), on_chip.end());
  numbers.erase(on_chip.begin(), on_chip.end());
  plan_longer_chains(std::move(numbers), push);
  push(plan_on_chip(by_teams));
}

bool Planner::solved_on_chip(std::size_t number) const {
  const std::int64_t levels = chain_to_shoot_at(chains_[number]).levels;
  return levels <= most_chip_levels && !long_chains_.include(chains_[number].dim);
}

void Planner::plan_longer_chains(std::vector<std::size_t> numbers, const Push& push) {
  constexpr std::size_t piece = 16'384;
  plans_.resize(numbers.empty() ? plans_.size() : chains_.size());
  sizes_.resize(plans_.size());
  std::ranges::stable_sort(numbers, std::ranges::greater{}, [&](std::size_t i) { return chains_[i].dim; });
  for (std::size_t first = 0; first < numbers.size(); first += piece) {
    throw_if_stopped(request_);
    std::vector<std::size_t> some(numbers.begin() + static_cast<std::ptrdiff_t>(first),
                                  numbers.begin() + static_cast<std::ptrdiff_t>(std::min(first + piece, numbers.size())));
    std::ranges::sort(some);
    push(plan_piece(some));
  }
}

std::vector<Batch> Planner::plan_piece(std::span<const std::size_t> numbers) {
  const TraceSpan span("plan", std::ssize(numbers));
  on_all_cores(numbers.size(), request_.threads, [&](std::size_t j) {
    const LevelChain& chain = chains_[numbers[j]];
    const ShootingPlan plan = plan_shooting(chain);
    plans_[numbers[j]] = plan;
    sizes_[numbers[j]] = {chain.dim, plan.descriptor.levels, plan.pairs, chain.constant_diagonal};
  });
  return plan_spectral_batches(chains_, numbers, sizes_, long_chains_,
                               {.memory = room_.memory, .times = room_.times_at_once(), .populations = room_.populations});
}

/// What teams solve, which needs no plan of the host.
std::vector<Batch> Planner::plan_on_chip(std::span<const std::size_t> numbers) const {
  const TraceSpan span("plan", std::ssize(numbers));
  return plan_chip_batches(chains_, numbers, room_.memory.several, [this](std::int64_t dim) {
    return ChipStates::bytes_a_chain(dim, room_.many_times, room_.populations);
  });
}

}  // namespace qbatt::cuda
