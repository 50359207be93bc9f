#include "cuda/ensemble_work.hpp"

#include <memory>
#include <utility>
#include <vector>

#include "cuda/make_states.hpp"
#include "cuda/on_all_cores.hpp"

namespace qbatt::cuda {

ChainWork chain_work(const Offer& offer, const Request& request, const LongChains& long_chains, const Room& room,
                     std::span<const HeldStream> streams) {
  const auto cut = [&request, &long_chains, &room, streams](Method method, std::span<const LevelChain> chains,
                                                            std::span<const std::size_t> numbers) {
    const auto planner = std::make_shared<Planner>(chains, request, long_chains, room, *streams.front());
    std::vector<ChainWork::Portion> portions;
    const auto push = [&](std::vector<Batch> batches) {
      for (Batch& batch : batches) {
        DeviceStream& device = *streams[portions.size() % streams.size()];
        std::vector<std::size_t> own = batch.systems;
        portions.push_back({std::move(own),
                            [planner, chains, &request, &device, batch = std::move(batch)] {
                              const BatchStates::Turn turn(device.staging);
                              return make_states(chains, planner->plans(), batch, {.more_times = true}, request, device);
                            }});
      }
    };
    planner->plan(method, {numbers.begin(), numbers.end()}, push);
    return portions;
  };
  const auto for_each = [threads = request.threads](std::size_t count, const std::function<void(std::size_t)>& step) {
    on_all_cores(count, threads, step, 1);
  };
  return {.offer = offer, .cut = cut, .for_each = for_each, .times_at_once = BatchStates::most_times};
}

}  // namespace qbatt::cuda
