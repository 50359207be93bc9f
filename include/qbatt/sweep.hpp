#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "qbatt/central_spin.hpp"

namespace qbatt {

inline constexpr std::size_t parameter_count = 9;

struct ParameterInfo {
  Parameter id;
  std::string_view name;          ///< in links, and behind "--" as an option: "omega-b"
  std::string_view column;        ///< in files: "omega_b"
  std::string_view default_axis;  ///< what is taken where nothing is given: a number, a name or a link; empty: it must be given
  bool whole;                     ///< takes whole numbers only; m where the charger is in a Dicke or Fock state
  std::string_view accepted;      ///< the accepted values in words, for messages; empty where `choices` are
  /// Of a parameter whose values are names: those names; the value itself is the number of one.
  std::span<const std::string_view> choices = {};
};

/// All parameters in the order of the enumeration. Where the charger is a boson, n_c is 0 and the default of m is n_b.
std::span<const ParameterInfo> parameter_info();
const ParameterInfo& parameter_info(Parameter parameter);

/// The order in which options and columns are written for people: numbers first, then the charger and its state.
inline constexpr std::array<Parameter, parameter_count> written_order{
    Parameter::n_b,      Parameter::n_c,   Parameter::m,       Parameter::omega_b,      Parameter::omega_c,
    Parameter::coupling, Parameter::ising, Parameter::charger, Parameter::charger_state};

/// One value for each parameter; whole ones are held exactly.
using ParameterValues = std::array<double, parameter_count>;

/// The text of each axis as the user wrote it; nullopt: not given.
using AxisTexts = std::array<std::optional<std::string>, parameter_count>;

/// More combinations than this are refused: the fastest machine would take weeks for the smallest systems.
inline constexpr std::int64_t max_combinations = 1'000'000'000'000;

/// What became of values of whole parameters that links, lin: and log: gave.
struct Rounding {
  std::int64_t rounded = 0;   ///< were not whole
  std::int64_t repeated = 0;  ///< were left out, as rounding made them equal to others
  bool all = true;            ///< false: so many and more, not all were looked at
};

/// What is known of a sweep before anything is computed.
struct SweepSummary {
  std::int64_t systems = 0;  ///< physical systems, the rows to come
  std::int64_t dropped = 0;  ///< unphysical combinations left out
  std::int64_t smallest_dim = 0;
  std::int64_t largest_dim = 0;
  bool ensembles = false;  ///< there may be chargers in other states than a Dicke or Fock state
};

/// How whoever waits for a plan follows and ends its making. That takes an instant unless very many combinations have to be looked
/// at one by one, as where unphysical ones lie scattered among them.
struct Planning {
  std::stop_token stop;  ///< where a stop is requested, Interrupted is thrown soon after
  /// Called now and then with the number of combinations that have been looked at; may be empty.
  std::function<void(std::int64_t combinations)> progress;
};

/// The combinations of a plan as the cells of an array: the shape of what a program holds of a sweep. Every combination has a cell,
/// the unphysical ones too; where a linked axis has fewer values than elsewhere there are cells without a combination.
///
///     --nb 1:3 --nc nb:2nb --ising 0.1    n_b: 3 values; nc_index: 4, of which n_b = 1 has 2, n_b = 2 has 3; 12 cells for 9
///     systems
struct SweepGrid {
  struct Dimension {
    std::string name;       ///< the column of a free axis: "n_b"; of a linked one, whose values it counts, "nc_index"; "system"
    std::int64_t size = 0;  ///< of a linked axis, the most values that it has anywhere
  };
  /// The values of a parameter: an array over some of the dimensions, in their order, the last fastest.
  struct Values {
    std::vector<std::size_t> dimensions;  ///< by their numbers; none for one value
    std::vector<double> values;           ///< NaN where there is no combination
  };

  /// An axis of several values each, in the order of the loops, the last fastest. Of a list of systems one: "system".
  std::vector<Dimension> dimensions;
  /// In the order of Parameter.
  std::array<Values, parameter_count> values;

  [[nodiscard]] std::int64_t cells() const;
};

/// One of the columns that make a table of systems: one of those of ParameterInfo. Names are given by their numbers among the
/// choices.
struct SystemColumn {
  std::string name;
  std::span<const double> values;  ///< one a row
};

/// Walks through the physical systems of a plan in their order. Cheap to make; a plan may have many.
class SweepCursor {
public:
  class Source;
  explicit SweepCursor(std::unique_ptr<Source> source);
  SweepCursor(SweepCursor&&) noexcept;
  SweepCursor& operator=(SweepCursor&&) noexcept;
  ~SweepCursor();

  /// The next physical system; nullopt behind the last.
  std::optional<CentralSpin> next();

  /// The next `count` systems, or as many as are left.
  std::vector<CentralSpin> take(std::size_t count);

  /// Passes over `count` systems, or as many as are left, in about the same short time for any number.
  void skip(std::int64_t count);

private:
  std::unique_ptr<Source> source_;
};

struct SystemRows;

/// A list of systems, in order: a Cartesian product of axes or the rows of a file. A plan of axes is a function from the number of
/// a row to its system: one of 10^12 systems takes no more memory than one of ten. The rows of a file are held.
class SweepPlan {
public:
  /// Axes as in docs/sweeps.md: values, lists, ranges, lin:, log:, links; lists of names for the charger and its state. Free axes
  /// form the Cartesian product in the order of Parameter, the last fastest; a linked axis varies inside what it refers to.
  /// Throws InputError for an axis that is not understood, a cycle of links, too many combinations and, unless `skip_invalid`,
  /// for the first unphysical combination; with it, where no physical system is left.
  static SweepPlan from_axes(const AxisTexts& texts, bool skip_invalid, const Planning& planning = {});

  /// The rows of a CSV file, or of the standard input where `path` is "-", with any of the columns of ParameterInfo; columns of
  /// results are passed over. A column left out takes its value from `constants`, a number or a link each, or its default; n_b has
  /// none. Throws FileError where the file cannot be read, InputError naming line and column where it is not understood, and naming
  /// the option for a constant that is an axis or has a column too.
  static SweepPlan from_file(const std::string& path, const AxisTexts& constants, bool skip_invalid);

  /// The same of columns in memory, all of one length. Columns of results are passed over, whatever they hold. Throws InputError
  /// naming the row, from 0, and the column.
  static SweepPlan from_columns(std::span<const SystemColumn> columns, const AxisTexts& constants, bool skip_invalid);

  [[nodiscard]] const SweepSummary& summary() const { return summary_; }
  [[nodiscard]] SweepCursor systems() const;
  [[nodiscard]] Rounding rounding() const;

  /// Holds every value of every axis. Throws InputError where there would be more than max_combinations cells.
  [[nodiscard]] SweepGrid grid() const;
  /// Each call of what it returns tells the cell of the next row, 0 <= cell < grid.cells(), from the first row on. `grid` is that
  /// of this plan.
  [[nodiscard]] std::function<std::int64_t()> cells(const SweepGrid& grid) const;

  /// No system of the rows first, ..., last - 1 has more levels than this, 0 <= first < last <= summary().systems. Known from the
  /// ends of axes; it may be too large.
  [[nodiscard]] std::int64_t most_levels(std::int64_t first, std::int64_t last) const;

private:
  struct Content;
  static SweepPlan from_rows(const SystemRows& rows, bool skip_invalid);
  explicit SweepPlan(std::shared_ptr<const Content> content);
  std::shared_ptr<const Content> content_;
  SweepSummary summary_;
};

/// The one system whose parameters are given, each a number or a link. Throws InputError for axes of several values and for an
/// unphysical system.
CentralSpin single_system(const AxisTexts& texts);

/// What rounding makes of it.
Rounding rounding_of(const AxisTexts& texts);

}  // namespace qbatt
