#pragma once

#include <algorithm>
#include <cstddef>
#include <future>
#include <thread>
#include <vector>

namespace qbatt::cuda {

/// step(i) for 0 <= i < count, on so many threads (0: all cores) or as many as have `least_each` steps to do. Throws what a step
/// throws.
template <class Step>
void on_all_cores(std::size_t count, int threads, const Step& step, std::size_t least_each = 16) {
  const std::size_t cores = threads > 0 ? static_cast<std::size_t>(threads) : std::thread::hardware_concurrency();
  const std::size_t workers = std::clamp<std::size_t>(count / least_each, 1, std::max<std::size_t>(1, cores));
  const auto share = [&](std::size_t worker) {
    for (std::size_t i = worker; i < count; i += workers) step(i);
  };
  std::vector<std::future<void>> others;
  for (std::size_t worker = 1; worker < workers; ++worker) others.push_back(std::async(std::launch::async, share, worker));
  share(0);
  std::ranges::for_each(others, &std::future<void>::get);
}

}  // namespace qbatt::cuda
