#pragma once

#include <cstdint>
#include <istream>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "qbatt/sweep.hpp"
#include "sweep/axis_values.hpp"
#include "sweep/loops.hpp"

namespace qbatt {

/// All combinations of a sweep, physical or not, one after the other.
class SweepSource {
public:
  SweepSource() = default;
  SweepSource(const SweepSource&) = delete;
  SweepSource& operator=(const SweepSource&) = delete;
  virtual ~SweepSource() = default;

  /// The next combination; nullopt behind the last.
  virtual std::optional<CentralSpin> next() = 0;

  /// Passes over `count` of them, or as many as are left.
  virtual void skip(std::int64_t count);
};

CentralSpin make_system(const ParameterValues& values);

/// The Cartesian product of axes, an odometer of at most seven wheels.
class AxesSource : public SweepSource {
public:
  /// `axes` must outlive the source.
  explicit AxesSource(const Axes& axes);
  std::optional<CentralSpin> next() override;
  /// In steps of the innermost axis that has several values, as far as those are evenly spaced.
  void skip(std::int64_t count) override;

  /// An upper bound, as far as it is known without walking: linked axes count as one value.
  [[nodiscard]] double combinations_of_free_axes();

private:
  /// A set of parameters, one bit each.
  using ParameterSet = std::uint32_t;

  /// Sets the wheels from `level` inwards to their first values; `changed` holds what has changed further out.
  void reset_from(std::size_t level, ParameterSet changed);
  /// Returns the parameter if its value is another than before.
  ParameterSet take_value(std::size_t level);

  const Axes& axes_;
  std::array<Parameter, parameter_count> order_;
  std::array<ParameterSet, parameter_count> references_{};  // of each level
  std::array<AxisValues, parameter_count> wheels_;
  ParameterValues values_{};
  std::size_t innermost_ = 0;  // level whose axis has several values, or 0
  bool started_ = false;
};

/// The rows of a systems file, with the line each came from.
struct SystemRows {
  std::string path;
  std::vector<CentralSpin> systems;
  std::vector<std::int64_t> lines;
};

/// Reads `in`, which messages call `path`. Throws InputError naming line and column where it is not understood, and FileError where
/// reading fails. Rows need not be physical.
SystemRows read_systems(std::istream& in, const std::string& path);

/// Throws FileError where the file cannot be read, InputError naming line and column where it is not understood. Rows need not be
/// physical.
SystemRows read_systems(const std::string& path);

class RowsSource : public SweepSource {
public:
  /// `systems` must outlive the source.
  explicit RowsSource(std::span<const CentralSpin> systems) : rest_(systems) {}
  std::optional<CentralSpin> next() override;
  void skip(std::int64_t count) override;

private:
  std::span<const CentralSpin> rest_;
};

}  // namespace qbatt
