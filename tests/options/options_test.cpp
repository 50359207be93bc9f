#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "io/temporary_folder.hpp"
#include "options/series_options.hpp"
#include "options/system_options.hpp"
#include "options/work_options.hpp"
#include "support/errors.hpp"

namespace qbatt {
namespace {

using test::message_of;
using testing::ElementsAre;
using testing::HasSubstr;

// The option that the error of `make` is about.
template <typename Make>
std::string option_at_fault(const Make& make) {
  try {
    make();
  } catch (const InputError& error) {
    return error.option();
  }
  return "none";
}

TEST(SystemOptions, AreCalledAsTheParameters) {
  for (const ParameterInfo& info : parameter_info()) {
    EXPECT_EQ(system_option(info.id, false).name, "--" + std::string(info.name));
    const std::string_view by_default = system_option(info.id, false).by_default;  // and behind it that for a boson
    EXPECT_EQ(by_default.substr(0, by_default.find(';')), info.default_axis.empty() ? "required" : info.default_axis);
  }
  EXPECT_EQ(system_option(Parameter::n_b, true).type, "AXIS");
}

TEST(SystemOptions, AxesAndAFileExcludeEachOther) {
  const test::TemporaryFolder folder;
  SystemOptions options{.axes = {}, .systems = folder.write("systems.csv", "n_b\n5\n")};
  options.axes[static_cast<std::size_t>(Parameter::ising)] = "0,1";
  EXPECT_THAT(message_of<InputError>([&] { make_plan(options); }),
              HasSubstr("--ising: `0,1` is an axis, which cannot be combined with --systems"));
  EXPECT_EQ(option_at_fault([&] { make_plan(options); }), "--ising");
  options.axes[static_cast<std::size_t>(Parameter::ising)] = "1";
  EXPECT_EQ(make_plan(options).systems().next()->ising, 1);
}

// Every example is a value that the option takes.
TEST(WorkOptions, ExamplesAreUnderstood) {
  std::set<std::string_view> names;
  for (const OptionEntry<WorkOptions>& entry : work_options()) {
    WorkOptions options;
    options.*entry.text = std::string(entry.info.example);
    if (entry.info.name == "--window") options.optimum = "global";
    EXPECT_NO_THROW(make_request(options)) << entry.info.name;
    EXPECT_TRUE(names.insert(entry.info.name).second);
  }
}

// What help, completion and manual show: a sentence without line ends, a default, an example; and choices that are taken.
TEST(Tables, EveryOptionIsExplained) {
  std::vector<OptionInfo> all{output_option, systems_file_option.info};
  for (const ParameterInfo& info : parameter_info())
    for (const bool axes : {false, true}) all.push_back(system_option(info.id, axes));
  for (const OptionEntry<WorkOptions>& entry : work_options()) all.push_back(entry.info);
  for (const OptionEntry<SeriesOptions>& entry : series_options({.times = "none", .unit = "absolute"})) all.push_back(entry.info);
  for (const OptionInfo& info : all) {
    for (const std::string_view text : {info.name, info.type, info.help, info.by_default, info.example}) {
      EXPECT_FALSE(text.empty()) << info.name;
      EXPECT_EQ(text.find('\n'), std::string_view::npos) << info.name;
    }
    EXPECT_FALSE(info.help.ends_with('.')) << info.name << ": the full stop is added where one is wanted";
    EXPECT_EQ(info.type == "NAME" || info.type == "NAMES", !info.choices.empty()) << info.name << ": names are out of a known set";
  }
}

TEST(Tables, EveryChoiceIsTaken) {
  for (const OptionEntry<WorkOptions>& entry : work_options()) {
    for (const std::string_view choice : entry.info.choices) {
      WorkOptions options;
      options.*entry.text = std::string(choice);
      EXPECT_NO_THROW(make_request(options)) << entry.info.name << " " << choice;
    }
  }
  for (const OptionEntry<SeriesOptions>& entry : series_options({.times = "none", .unit = "absolute"})) {
    for (const std::string_view choice : entry.info.choices) {
      SeriesOptions options;
      options.*entry.text = std::string(choice);
      Request request;
      EXPECT_NO_THROW(request_series(request, parse_times(options), options)) << entry.info.name << " " << choice;
    }
  }
}

TEST(WorkOptions, ErrorsNameTheirOption) {
  for (const OptionEntry<WorkOptions>& entry : work_options()) {
    WorkOptions options;
    options.*entry.text = "?";
    EXPECT_EQ(option_at_fault([&] { make_request(options); }), entry.info.name);
  }
}

TEST(WorkOptions, GoIntoTheRequest) {
  WorkOptions options;
  options.optimum = "global";
  options.window = "25";
  options.dense_routine = "syev";
  options.device = "1,0";
  options.memory = "1kB";
  const Request request = make_request(options);
  EXPECT_EQ(request.optimum, OptimumRule::global);
  EXPECT_EQ(request.window, 25);
  EXPECT_EQ(request.cuda.dense_routine, DenseRoutine::syev);
  EXPECT_THAT(request.cuda.devices, ElementsAre(1, 0));
  EXPECT_EQ(request.cuda.memory, 1000);
}

TEST(SeriesOptions, GridAndColumns) {
  SeriesOptions options;
  EXPECT_EQ(parse_times(options), std::nullopt);
  options.times = "0:10:201";
  options.series = "entropy,error_bound";
  Request request;
  const ResultsLayout layout = request_series(request, parse_times(options), options);
  EXPECT_EQ(request.times->count, 201);
  EXPECT_EQ(request.times->unit, TimeUnit::absolute);
  EXPECT_THAT(request.series_observables, ElementsAre(Observable::entropy));
  EXPECT_EQ(layout.series.size(), 2U);
}

TEST(SeriesOptions, ErrorsNameTheirOption) {
  for (const OptionEntry<SeriesOptions>& entry : series_options({.times = "", .unit = ""})) {
    SeriesOptions options;
    options.*entry.text = "?";
    Request request;
    EXPECT_EQ(option_at_fault([&] { request_series(request, parse_times(options), options); }), entry.info.name);
  }
  SeriesOptions populations;
  populations.populations = true;
  EXPECT_EQ(option_at_fault([&] { refuse_without_times(populations); }), "--populations");
}

}  // namespace
}  // namespace qbatt
