#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>
#include <variant>

#include "qbatt/errors.hpp"
#include "qbatt/sweep.hpp"
#include "sweep/box.hpp"
#include "sweep/grid.hpp"
#include "sweep/rounding.hpp"
#include "sweep/row_index.hpp"
#include "sweep/source.hpp"
#include "text/text.hpp"

namespace qbatt {

/// Gives the systems one after the other.
class SweepCursor::Source {
public:
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;

  virtual std::optional<CentralSpin> next() = 0;
  virtual void skip(std::int64_t count) = 0;
};

/// Of axes, or the systems of a file or of columns.
struct SweepPlan::Content {
  struct OfAxes {
    AxisTexts texts;  // the axes point into them
    Axes axes;
    RowIndex index;
  };
  struct OfRows {
    std::vector<CentralSpin> physical;
    std::vector<std::pair<std::int64_t, CentralSpin>> dropped;  // with their places among all rows
    std::int64_t rounded = 0;
  };

  std::variant<OfAxes, OfRows> systems;
};

namespace {

// What is wrong with `parameter` in row i.
std::string why_refused(const SystemRows& rows, std::size_t i, Parameter parameter) {
  return fmt::format("{}, column {}: {}", place_of(rows, i), parameter_info(parameter).column,
                     why_unphysical(rows.systems[i], parameter));
}

class AxesSource : public SweepCursor::Source {
public:
  /// The content may outlive its plan.
  AxesSource(std::shared_ptr<const void> keep, const Axes& axes, const RowIndex& index)
      : keep_(std::move(keep)), reader_(axes, index) {}
  std::optional<CentralSpin> next() override { return reader_.next(); }
  void skip(std::int64_t count) override { reader_.skip(count); }

private:
  std::shared_ptr<const void> keep_;
  RowReader reader_;
};

class RowsSource : public SweepCursor::Source {
public:
  RowsSource(std::shared_ptr<const void> keep, std::span<const CentralSpin> systems) : keep_(std::move(keep)), rest_(systems) {}
  std::optional<CentralSpin> next() override {
    if (rest_.empty()) return std::nullopt;
    const CentralSpin system = rest_.front();
    rest_ = rest_.subspan(1);
    return system;
  }
  void skip(std::int64_t count) override { rest_ = rest_.subspan(std::min(static_cast<std::size_t>(count), rest_.size())); }

private:
  std::shared_ptr<const void> keep_;
  std::span<const CentralSpin> rest_;
};

}  // namespace

SweepPlan::SweepPlan(std::shared_ptr<const Content> content) : content_(std::move(content)) {}

SweepPlan SweepPlan::from_axes(const AxisTexts& texts, bool skip_invalid, const Planning& planning) {
  auto content = std::make_shared<Content>();
  auto& own = std::get<Content::OfAxes>(content->systems);
  own.texts = texts;
  own.axes = parse_axes(own.texts);
  const bool several = !std::ranges::all_of(own.axes, &Axis::single);
  const Complain complain = [&](const CentralSpin& system, Parameter parameter) {
    throw InputError(fmt::format("{} (in {}{})", why_unphysical(system, parameter), describe(system),
                                 several ? "; --skip-invalid drops such combinations" : ""),
                     option_name(parameter));
  };
  own.index = find_rows(own.axes, skip_invalid ? Complain() : complain, planning);
  SweepPlan plan(content);
  plan.summary_ = own.index.summary;
  plan.summary_.ensembles = own.axes[static_cast<std::size_t>(Parameter::m)].whole != Whole::always;
  return plan;
}

SweepPlan SweepPlan::from_file(const std::string& path, const AxisTexts& constants, bool skip_invalid) {
  return from_rows(read_systems(path, constants), skip_invalid);
}

SweepPlan SweepPlan::from_columns(std::span<const SystemColumn> columns, const AxisTexts& constants, bool skip_invalid) {
  return from_rows(systems_of_columns(columns, constants), skip_invalid);
}

SweepPlan SweepPlan::from_rows(const SystemRows& rows, bool skip_invalid) {
  auto content = std::make_shared<Content>();
  auto& own = content->systems.emplace<Content::OfRows>();
  SweepSummary summary;
  for (std::size_t i = 0; i < rows.systems.size(); ++i) {
    const CentralSpin& system = rows.systems[i];
    if (const auto parameter = first_unphysical(system)) {
      if (!skip_invalid) throw InputError(why_refused(rows, i, *parameter), "--systems");
      own.dropped.emplace_back(i, system);
      continue;
    }
    own.physical.push_back(system);
    summary.ensembles = summary.ensembles || !system.is_chain();
    const std::int64_t dim = system.dim();
    summary.smallest_dim = summary.systems == 0 ? dim : std::min(summary.smallest_dim, dim);
    summary.largest_dim = std::max(summary.largest_dim, dim);
    ++summary.systems;
  }
  summary.dropped = std::ssize(own.dropped);
  if (summary.systems == 0) {
    throw InputError(fmt::format("none of {} is physical: {}", counted(summary.dropped, "row"),
                                 why_refused(rows, 0, *first_unphysical(rows.systems[0]))),
                     "--systems");
  }
  own.rounded = rows.rounded;
  SweepPlan plan(content);
  plan.summary_ = summary;
  return plan;
}

Rounding SweepPlan::rounding() const {
  if (const auto* const axes = std::get_if<Content::OfAxes>(&content_->systems)) return count_rounding(axes->axes);
  return {.rounded = std::get<Content::OfRows>(content_->systems).rounded};
}

SweepCursor SweepPlan::systems() const {
  if (const auto* const axes = std::get_if<Content::OfAxes>(&content_->systems))
    return SweepCursor(std::make_unique<AxesSource>(content_, axes->axes, axes->index));
  return SweepCursor(std::make_unique<RowsSource>(content_, std::get<Content::OfRows>(content_->systems).physical));
}

SweepGrid SweepPlan::grid() const {
  if (const auto* const axes = std::get_if<Content::OfAxes>(&content_->systems)) return grid_of(axes->axes);
  const auto& rows = std::get<Content::OfRows>(content_->systems);
  std::vector<CentralSpin> all;
  all.reserve(rows.physical.size() + rows.dropped.size());
  auto physical = rows.physical.begin();
  for (const auto& [place, system] : rows.dropped) {
    const auto before = place - std::ssize(all);
    all.insert(all.end(), physical, physical + before);
    physical += before;
    all.push_back(system);
  }
  all.insert(all.end(), physical, rows.physical.end());
  return grid_of(all);
}

std::function<std::int64_t()> SweepPlan::cells(const SweepGrid& grid) const {
  if (const auto* const axes = std::get_if<Content::OfAxes>(&content_->systems)) {
    return [keep = content_, reader = std::make_shared<RowReader>(axes->axes, axes->index), strides = strides_of(axes->axes, grid),
            row = std::int64_t{0}]() mutable {
      const Places& places = reader->at(row++).places();
      return std::inner_product(places.begin(), places.end(), strides.begin(), std::int64_t{0});
    };
  }
  const auto& rows = std::get<Content::OfRows>(content_->systems);
  return [keep = content_, dropped = std::span(rows.dropped), next = std::int64_t{0}]() mutable {
    for (; !dropped.empty() && dropped.front().first == next; ++next) dropped = dropped.subspan(1);
    return next++;
  };
}

std::int64_t SweepPlan::most_levels(std::int64_t first, std::int64_t last) const {
  if (const auto* const rows = std::get_if<Content::OfRows>(&content_->systems)) {
    const auto some = std::span(rows->physical).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first));
    return std::ranges::max(some, {}, &CentralSpin::dim).dim();
  }
  const auto& axes = std::get<Content::OfAxes>(content_->systems);
  RowReader reader(axes.axes, axes.index);
  const Places end = reader.at(last - 1).places();
  const Odometer& odometer = reader.at(first);
  const auto differ = std::ranges::mismatch(odometer.places(), end);
  if (differ.in1 == odometer.places().end()) return odometer.system().dim();
  const auto level = static_cast<std::size_t>(differ.in1 - odometer.places().begin());
  return static_cast<std::int64_t>(Box(odometer, level, *differ.in1, *differ.in2 + 1).dims().high);
}

SweepCursor::SweepCursor(std::unique_ptr<Source> source) : source_(std::move(source)) {}
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

Rounding rounding_of(const AxisTexts& texts) {
  return count_rounding(parse_axes(texts));
}

CentralSpin single_system(const AxisTexts& texts) {
  const Axes axes = parse_axes(texts);
  for (const Axis& axis : axes) {
    if (axis.single()) continue;
    const ParameterInfo& info = parameter_info(axis.parameter);
    throw InputError(fmt::format("--{}: `{}` is an axis, which only qbatt sweep takes: it must be {}", info.name, axis.text,
                                 accepted_values(info)),
                     option_name(info.id));
  }
  Odometer odometer(axes);
  odometer.turn_to_first(0);
  const CentralSpin system = odometer.system();
  validate(system);
  return system;
}

}  // namespace qbatt
