#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "qbatt/errors.hpp"
#include "qbatt/sweep.hpp"
#include "sweep/source.hpp"

namespace qbatt {

struct SweepPlan::Content {
  AxisTexts texts;  // the axes point into them
  Axes axes;
  SystemRows rows;
  bool from_file = false;

  [[nodiscard]] std::unique_ptr<SweepSource> source() const {
    if (from_file) return std::make_unique<RowsSource>(rows.systems);
    return std::make_unique<AxesSource>(axes);
  }
};

namespace {

void parse_axes(const AxisTexts& texts, Axes& axes) {
  for (const ParameterInfo& info : parameter_info()) {
    const auto i = static_cast<std::size_t>(info.id);
    if (!texts[i] && info.default_axis.empty())
      throw InputError(fmt::format("--{} is required: {}", info.name, info.accepted), option_name(info.id));
    axes[i] = parse_axis(info.id, texts[i] ? std::string_view(*texts[i]) : info.default_axis);
  }
}

void throw_too_many() {
  throw InputError(fmt::format("the axes have more than {} combinations: split the sweep", max_combinations));
}

void count_system(SweepSummary& summary, std::int64_t dim) {
  summary.smallest_dim = summary.systems == 0 ? dim : std::min(summary.smallest_dim, dim);
  summary.largest_dim = std::max(summary.largest_dim, dim);
  ++summary.systems;
  ++summary.systems_by_size[static_cast<std::size_t>(std::bit_width(static_cast<std::uint64_t>(dim)) - 1)];
}

// Walks once through all combinations; `complain` throws for the unphysical ones unless they are dropped.
template <typename Complain>
SweepSummary examine(SweepSource& source, bool skip_invalid, const Complain& complain) {
  SweepSummary summary;
  while (const auto system = source.next()) {
    if (const auto parameter = first_unphysical(*system)) {
      if (!skip_invalid) complain(*system, *parameter, static_cast<std::size_t>(summary.systems));
      ++summary.dropped;
    } else {
      count_system(summary, system->dim());
    }
    if (summary.systems + summary.dropped > max_combinations) throw_too_many();
  }
  if (summary.systems == 0) throw InputError(fmt::format("none of the {} combinations is physical", summary.dropped));
  return summary;
}

}  // namespace

SweepPlan::SweepPlan(std::shared_ptr<const Content> content) : content_(std::move(content)) {}

SweepPlan SweepPlan::from_axes(const AxisTexts& texts, bool skip_invalid) {
  auto content = std::make_shared<Content>();
  content->texts = texts;
  parse_axes(content->texts, content->axes);
  AxesSource source(content->axes);
  if (source.combinations_of_free_axes() > static_cast<double>(max_combinations)) throw_too_many();
  SweepPlan plan(content);
  const bool several = !std::ranges::all_of(content->axes, &Axis::single);
  plan.summary_ = examine(source, skip_invalid, [&](const CentralSpin& system, Parameter parameter, std::size_t) {
    throw InputError(fmt::format("{} (in {}{})", why_unphysical(system, parameter), describe(system),
                                 several ? "; --skip-invalid drops such combinations" : ""),
                     option_name(parameter));
  });
  return plan;
}

SweepPlan SweepPlan::from_file(const std::string& path, bool skip_invalid) {
  auto content = std::make_shared<Content>();
  content->rows = read_systems(path);
  content->from_file = true;
  RowsSource source(content->rows.systems);
  SweepPlan plan(content);
  plan.summary_ = examine(source, skip_invalid, [&](const CentralSpin& system, Parameter parameter, std::size_t row) {
    throw InputError(fmt::format("--systems: {}: line {}, column {}: {}", path, content->rows.lines[row],
                                 parameter_info(parameter).column, why_unphysical(system, parameter)),
                     "--systems");
  });
  return plan;
}

// The physical systems among all combinations. It may outlive the plan, whose content it shares.
class SweepPlan::PhysicalSource : public SweepSource {
public:
  PhysicalSource(std::shared_ptr<const Content> content, bool all_physical)
      : content_(std::move(content)), source_(content_->source()), all_physical_(all_physical) {}

  std::optional<CentralSpin> next() override {
    auto system = source_->next();
    while (!all_physical_ && system && first_unphysical(*system)) system = source_->next();
    return system;
  }
  void skip(std::int64_t count) override { all_physical_ ? source_->skip(count) : SweepSource::skip(count); }

private:
  std::shared_ptr<const Content> content_;
  std::unique_ptr<SweepSource> source_;
  bool all_physical_;  // as was found when the plan was made
};

SweepCursor SweepPlan::systems() const {
  return SweepCursor(std::make_unique<PhysicalSource>(content_, summary_.dropped == 0));
}

SweepCursor::SweepCursor(std::unique_ptr<SweepSource> source) : source_(std::move(source)) {}
SweepCursor::SweepCursor(SweepCursor&&) noexcept = default;
SweepCursor& SweepCursor::operator=(SweepCursor&&) noexcept = default;
SweepCursor::~SweepCursor() = default;

std::optional<CentralSpin> SweepCursor::next() {
  return source_->next();
}

std::vector<CentralSpin> SweepCursor::take(std::size_t count) {
  std::vector<CentralSpin> systems;
  systems.reserve(count);
  while (systems.size() < count) {
    const auto system = next();
    if (!system) break;
    systems.push_back(*system);
  }
  return systems;
}

void SweepCursor::skip(std::int64_t count) {
  source_->skip(count);
}

CentralSpin single_system(const AxisTexts& texts) {
  Axes axes;
  parse_axes(texts, axes);
  for (const Axis& axis : axes) {
    if (axis.single()) continue;
    const ParameterInfo& info = parameter_info(axis.parameter);
    throw InputError(
        fmt::format("--{}: `{}` is an axis, which only qbatt sweep takes: it must be {}", info.name, axis.text, info.accepted),
        option_name(info.id));
  }
  const CentralSpin system = AxesSource(axes).next().value();
  validate(system);
  return system;
}

}  // namespace qbatt
