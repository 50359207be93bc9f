#include "run/crew.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <vector>

namespace qbatt {
namespace {

TEST(Crew, OfOneCountsUntilItStops) {
  const std::unique_ptr<Crew> crew = make_solo_crew();
  EXPECT_EQ(crew->claim({}), 0);
  EXPECT_EQ(crew->claim({.rows = 5}), 1);
  EXPECT_EQ(crew->claim({.stop = true}), std::nullopt);
  EXPECT_EQ(crew->share("text"), "text");
  EXPECT_EQ(crew->gather("text"), std::vector<std::string>{"text"});
  EXPECT_EQ(crew->others().rows, 0);
  EXPECT_EQ(threads_of_rank(*crew), 0);
}

TEST(Crew, ReportsAddUp) {
  WorkReport sum{.rows = 1, .seconds = 0.5};
  sum += {.rows = 2, .seconds = 1, .stop = true};
  sum += {.rows = 4, .seconds = 0.25};
  EXPECT_EQ(sum.rows, 7);
  EXPECT_EQ(sum.seconds, 1.75);
  EXPECT_TRUE(sum.stop);
  EXPECT_FALSE(sum.failed);
}

TEST(Crew, WithoutALauncherOrOfOneProcessNeedsNoMpi) {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMI_RANK", "PMIX_RANK"}) ::unsetenv(name);
  EXPECT_EQ(join_crew()->size(), 1);
  EXPECT_FALSE(is_silent_rank());
  ::setenv("OMPI_COMM_WORLD_SIZE", "1", 1);
  EXPECT_EQ(join_crew()->size(), 1);
  ::unsetenv("OMPI_COMM_WORLD_SIZE");
}

TEST(Crew, OneProcessSpeaksForAll) {
  ::setenv("OMPI_COMM_WORLD_SIZE", "3", 1);
  ::setenv("OMPI_COMM_WORLD_RANK", "0", 1);
  EXPECT_FALSE(is_silent_rank());
  ::setenv("OMPI_COMM_WORLD_RANK", "2", 1);
  EXPECT_TRUE(is_silent_rank());
  ::unsetenv("OMPI_COMM_WORLD_SIZE");
  ::unsetenv("OMPI_COMM_WORLD_RANK");
}

// Whoever shares a device counts the same processes there, and together they are all.
TEST(Crew, TheProcessesOfAMachineDivideItsDevices) {
  const std::vector<int> devices{4, 1, 7};
  for (int size = 1; size <= 10; ++size) {
    for (std::size_t count = 1; count <= devices.size(); ++count) {
      std::map<int, int> users;
      const auto share = [&](int rank) { return device_of_rank(rank, size, std::span(devices).first(count)); };
      for (int rank = 0; rank < size; ++rank) ++users[share(rank).device];
      EXPECT_EQ(users.size(), std::min(count, static_cast<std::size_t>(size)));
      for (int rank = 0; rank < size; ++rank) EXPECT_EQ(share(rank).processes, users[share(rank).device]) << rank << " of " << size;
    }
  }
}

}  // namespace
}  // namespace qbatt
