#pragma once

#include <algorithm>
#include <barrier>
#include <cstddef>
#include <thread>
#include <vector>

namespace qbatt::test {

/// A team of threads of the host, see kernels/team/team.hpp: slow, but its threads really run side by side.
class HostTeam {
public:
  static constexpr bool tensor = false;

  /// What the threads of a team share.
  struct Meeting {
    explicit Meeting(int threads) : count(threads), barrier(threads), values(static_cast<std::size_t>(threads)) {}
    int count;
    std::barrier<> barrier;
    std::vector<double> values;
  };

  HostTeam(Meeting& meeting, int rank) : meeting_(meeting), rank_(rank) {}

  [[nodiscard]] int threads() const { return meeting_.count; }
  [[nodiscard]] int rank() const { return rank_; }
  void barrier() { meeting_.barrier.arrive_and_wait(); }

  template <int count>
  void sums(double (&values)[count]) {
    for (double& value : values) {
      const std::vector<double> all = gather(value);
      value = 0.0;
      for (const double other : all) value += other;
    }
  }

  double smallest(double value) { return std::ranges::min(gather(value)); }

private:
  std::vector<double> gather(double value) {
    meeting_.values[static_cast<std::size_t>(rank_)] = value;
    barrier();
    std::vector<double> all = meeting_.values;
    barrier();
    return all;
  }

  Meeting& meeting_;
  int rank_;
};

/// work(team) by each thread of a team.
template <class Work>
void run_by_team(int threads, const Work& work) {
  HostTeam::Meeting meeting(threads);
  std::vector<std::jthread> crew;
  for (int rank = 0; rank < threads; ++rank) {
    crew.emplace_back([&meeting, &work, rank] {
      HostTeam team(meeting, rank);
      work(team);
    });
  }
}

}  // namespace qbatt::test
