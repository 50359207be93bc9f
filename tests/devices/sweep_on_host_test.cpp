#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/cli_fixture.hpp"
#include "support/csv.hpp"

// Whole sweeps through the CUDA backend, as on a GPU: its module is the pipeline compiled for the host.
namespace qbatt {
namespace {

using Environment = std::vector<std::pair<std::string, std::string>>;

const Environment on_host{{"LD_LIBRARY_PATH", QBATT_FAKES "/one_device"},
                          {"QBATT_CUDA_MODULE", QBATT_FAKES "/on_host/libqbatt_cuda.so"}};

struct Span {
  std::string step;
  double begin;
  double end;
  std::int64_t items;
};

std::vector<Span> spans_of(const std::string& trace) {
  std::vector<Span> spans;
  std::ifstream file(trace);
  for (std::string line; std::getline(file, line);) {
    const auto event = nlohmann::json::parse(line);
    const double begin = event["ts"];
    spans.push_back({event["name"], begin, begin + event["dur"].get<double>(), event["args"]["items"]});
  }
  return spans;
}

/// Whether some `first` and some `second` ran at the same time.
bool overlap(const std::vector<Span>& spans, const std::string& first, const std::string& second) {
  return std::ranges::any_of(
      spans,
      [&](const Span& a) {
        return a.step == first && std::ranges::any_of(
                                      spans, [&](const Span& b) { return b.step == second && a.begin < b.end && b.begin < a.end; });
      });
}

/// When the spans of a step began or ended, the earliest first.
std::vector<double> times_of(const std::vector<Span>& spans, const std::string& step, double Span::*when) {
  std::vector<double> times;
  for (const Span& span : spans)
    if (span.step == step) times.push_back(span.*when);
  std::ranges::sort(times);
  return times;
}

class SweepOnHost : public test::Cli {};

TEST_F(SweepOnHost, RowsAreThoseOfTheCpu) {
  const std::vector<std::string> sweep{"sweep", "--nb", "1:40", "--nc", "7,30", "--ising", "0,0.3"};
  std::vector<std::string> on_device = sweep;
  on_device.insert(on_device.end(), {"--backend", "cuda"});
  const test::Csv device(succeeds(on_device, {.environment = on_host}));
  const test::Csv cpu(succeeds(sweep));
  ASSERT_EQ(device.rows(), cpu.rows());
  for (std::size_t i = 0; i < cpu.rows(); ++i) {
    EXPECT_EQ(device.text(i, "status"), "ok") << i;
    EXPECT_NEAR(device.number(i, "energy_per_cell_opt"), cpu.number(i, "energy_per_cell_opt"), 1e-12) << i;
  }
}

// A chunk is written and the one after it read and planned while a chunk is solved.
TEST_F(SweepOnHost, ReadsPlansSolvesAndWritesAtTheSameTime) {
  Environment traced = on_host;
  traced.emplace_back("QBATT_TRACE", folder_.path("trace"));
  succeeds({"sweep", "--nb", "3", "--ising", "lin:0:0.5:40000", "--times", "0:1:64", "--series", "energy", "--backend", "cuda",
            "--solver", "spectral", "--quiet", "-o", folder_.path("rows.csv")},
           {.environment = traced});
  const std::vector<Span> spans = spans_of(folder_.path("trace"));
  EXPECT_TRUE(overlap(spans, "write", "solve"));
  // Either takes so short that it may be over when solving begins. A chunk has two spans of planning: its chains, and their
  // batches.
  EXPECT_LT(times_of(spans, "read", &Span::begin).at(1), times_of(spans, "solve", &Span::end).at(0));
  EXPECT_LT(times_of(spans, "plan", &Span::begin).at(2), times_of(spans, "solve", &Span::end).at(0));
  EXPECT_LT(times_of(spans, "plan", &Span::end).at(3), times_of(spans, "solve", &Span::end).at(0));
  std::int64_t solved = 0;
  for (const Span& span : spans)
    if (span.step == "solve") solved += span.items;
  EXPECT_EQ(solved, 40'000);
}

TEST_F(SweepOnHost, SoDoesTheCpu) {
  const Environment traced{{"QBATT_TRACE", folder_.path("trace")}};
  succeeds({"sweep", "--nb", "3", "--ising", "lin:0:0.5:40000", "--times", "0:1:64", "--series", "energy", "--backend", "cpu",
            "--quiet", "-o", folder_.path("rows.csv")},
           {.environment = traced});
  const std::vector<Span> spans = spans_of(folder_.path("trace"));
  EXPECT_TRUE(overlap(spans, "write", "solve"));
  EXPECT_LT(times_of(spans, "read", &Span::begin).at(1), times_of(spans, "solve", &Span::end).at(0));
  EXPECT_LT(times_of(spans, "plan", &Span::begin).at(1), times_of(spans, "solve", &Span::end).at(0));
}

}  // namespace
}  // namespace qbatt
