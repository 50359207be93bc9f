#include "io/netcdf_columns.hpp"

#include <fmt/format.h>
#include <netcdf.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

#include "io/netcdf_file.hpp"
#include "qbatt/errors.hpp"
#include "text/suggestion.hpp"
#include "text/text.hpp"

namespace qbatt {
namespace {

// A variable of the systems or of the samples (the levels of all systems, one behind the other), and perhaps of times.
struct Variable {
  PlotLabel label;
  std::vector<double> values;
  std::vector<std::string> words;  // that values number, of a variable with flags
  bool of_samples = false;
  std::size_t times = 1;
};

std::vector<std::string> variable_names(const NetcdfFile& file) {
  int count = 0;
  file.check(nc_inq_nvars(file.id(), &count));
  std::vector<std::string> names;
  for (int id = 0; id < count; ++id) {
    std::array<char, NC_MAX_NAME + 1> name{};
    file.check(nc_inq_varname(file.id(), id, name.data()));
    names.emplace_back(name.data());
  }
  return names;
}

class Reader {
public:
  explicit Reader(const std::string& path) : path_(path), file_(NetcdfFile::open(path)), names_(variable_names(file_)) {}

  [[nodiscard]] bool has(const std::string& name) const { return std::ranges::find(names_, name) != names_.end(); }

  [[nodiscard]] Variable read(const std::string& name) const {
    const auto found = std::ranges::find(names_, name);
    if (found == names_.end())
      throw InputError(fmt::format("{}: there is no column {}: {}", path_, in_quotes(name), accepted_names(name, names_)));
    const auto id = static_cast<int>(found - names_.begin());
    Variable variable;
    if (const auto meanings = file_.text(id, "flag_meanings"))
      for (const std::string_view word : split(*meanings, ' ')) variable.words.emplace_back(word);
    variable.label = label_of_cf({file_.text(id, "long_name").value_or(name), file_.text(id, "units").value_or("1")});
    read_values(id, name, variable);
    return variable;
  }

private:
  void read_values(int id, const std::string& name, Variable& variable) const {
    int rank = 0;
    std::array<int, NC_MAX_VAR_DIMS> dimensions{};
    file_.check(nc_inq_var(file_.id(), id, nullptr, nullptr, &rank, dimensions.data(), nullptr));
    std::size_t count = 1;
    for (int i = 0; i < rank; ++i) {
      std::array<char, NC_MAX_NAME + 1> dimension{};
      std::size_t length = 0;
      file_.check(nc_inq_dim(file_.id(), dimensions[static_cast<std::size_t>(i)], dimension.data(), &length));
      const std::string_view called = dimension.data();
      const bool known = i == 0 ? called == "system" || called == "sample" : i == 1 && called == "time";
      if (!known) throw InputError(fmt::format("{}: {} is no column: qbatt writes no dimension {} there", path_, name, called));
      if (i == 0) variable.of_samples = called == "sample";
      if (i == 1) variable.times = length;
      count *= length;
    }
    variable.values.resize(count);
    file_.check(nc_get_var_double(file_.id(), id, variable.values.data()));
  }

  std::string path_;
  NetcdfFile file_;
  std::vector<std::string> names_;
};

// The system of each sample, counted off by the levels of each system.
std::vector<std::size_t> systems_of_samples(const Variable& dim) {
  std::vector<std::size_t> systems;
  for (std::size_t s = 0; s < dim.values.size(); ++s)
    systems.insert(systems.end(), static_cast<std::size_t>(std::llround(dim.values[s])), s);
  return systems;
}

// The values of a variable at each row, a system or a sample, and each of `times`.
std::vector<double> spread(const Variable& variable, bool samples, const std::vector<std::size_t>& system_of, std::size_t times) {
  if (variable.values.empty()) return {};
  const std::size_t rows = samples ? system_of.size() : variable.values.size() / variable.times;
  std::vector<double> values;
  values.reserve(rows * times);
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t mine = samples && !variable.of_samples ? system_of[row] : row;
    for (std::size_t i = 0; i < times; ++i) values.push_back(variable.values[mine * variable.times + (variable.times > 1 ? i : 0)]);
  }
  return values;
}

}  // namespace

std::vector<ResultsColumn> read_netcdf_columns(const std::string& path, const std::vector<std::string>& names,
                                               const std::vector<std::string>& if_there) {
  const Reader reader(path);
  std::vector<Variable> variables;
  variables.reserve(names.size() + if_there.size());
  for (const std::string& name : names) variables.push_back(reader.read(name));
  const std::size_t times = std::ranges::max(variables, {}, &Variable::times).times;
  const bool samples = std::ranges::any_of(variables, &Variable::of_samples);
  for (const std::string& name : if_there) {
    Variable variable = reader.has(name) ? reader.read(name) : Variable();
    const bool fits = variable.times <= times && (samples || !variable.of_samples);
    variables.push_back(fits ? std::move(variable) : Variable());
  }
  std::vector<std::size_t> system_of;
  if (samples) system_of = systems_of_samples(reader.read("dim"));
  std::vector<ResultsColumn> columns;
  columns.reserve(variables.size());
  for (Variable& variable : variables) {
    std::vector<double> values = spread(variable, samples, system_of, times);
    columns.push_back({std::move(variable.label), std::move(values), std::move(variable.words)});
  }
  return columns;
}

}  // namespace qbatt
