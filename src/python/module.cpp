// qbatt._core: what the Python of the package builds on. Only here are objects of Python touched.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/vector.h>

#include <array>
#include <chrono>
#include <exception>
#include <future>
#include <map>
#include <memory>
#include <utility>

#include "python/compute.hpp"
#include "qbatt/columns.hpp"
#include "qbatt/errors.hpp"
#include "qbatt/version.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace qbatt::python {
namespace {

/// Hands a vector over to NumPy, which owns it from then on.
template <typename Value>
nb::object array_of(std::vector<Value> values, const std::vector<std::size_t>& shape) {
  auto owner = std::make_unique<std::vector<Value>>(std::move(values));
  Value* const data = owner->data();
  const nb::capsule capsule(owner.release(), [](void* pointer) noexcept { delete static_cast<std::vector<Value>*>(pointer); });
  return nb::cast(nb::ndarray<nb::numpy, Value>(data, shape.size(), shape.data(), capsule));
}

std::vector<std::size_t> shape_of(const Variable& variable, const std::vector<SweepGrid::Dimension>& dimensions) {
  std::vector<std::size_t> shape;
  for (const std::string& name : variable.dimensions)
    for (const SweepGrid::Dimension& dimension : dimensions)
      if (dimension.name == name) shape.push_back(static_cast<std::size_t>(dimension.size));
  return shape;
}

/// (name, dimensions, long_name, units, array, words or None, whether it is a coordinate)
nb::tuple python_of(Variable variable, const std::vector<SweepGrid::Dimension>& dimensions) {
  const std::vector<std::size_t> shape = shape_of(variable, dimensions);
  nb::object words = nb::none();
  nb::object array;
  if (auto* const reals = std::get_if<std::vector<double>>(&variable.values)) {
    array = array_of(std::move(*reals), shape);
  } else if (auto* const numbers = std::get_if<std::vector<std::int64_t>>(&variable.values)) {
    array = array_of(std::move(*numbers), shape);
  } else {
    auto& texts = std::get<Words>(variable.values);
    words = nb::cast(texts.words);
    array = array_of(std::move(texts.codes), shape);
  }
  return nb::make_tuple(variable.name, nb::tuple(nb::cast(variable.dimensions)), variable.label.long_name, variable.label.units,
                        array, words, variable.is_coordinate);
}

nb::list python_of(Dataset dataset) {
  nb::list variables;
  for (Variable& variable : dataset.variables) variables.append(python_of(std::move(variable), dataset.dimensions));
  return variables;
}

Command command_of(std::string_view name) {
  for (const Command command : all_commands)
    if (to_string(command) == name) return command;
  throw std::out_of_range(std::string(name));
}

Call call_of(const std::string& name, const nb::dict& values, const std::string& command, const std::string& configuration) {
  Call call{.command = command_of(name), .options = {}, .systems = {}, .invocation = {command, configuration}};
  call.options = defaults(call.command);
  for (const auto [key, value] : values) {
    const auto option = nb::cast<std::string>(key);
    if (nb::isinstance<nb::bool_>(value))
      set(call.options, call.command, option, nb::cast<bool>(value));
    else
      set(call.options, call.command, option, nb::cast<std::string>(value));
  }
  return call;
}

using Doubles = nb::ndarray<const double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

/// Runs `job(watch)` on a thread of its own, so that this one can answer signals, and so that a forked process, whose threads are
/// gone, computes with fresh ones: the threads of OpenMP belong to the thread that started them. `tick(finished, total)` is called
/// ten times a second. What a signal or `tick` raises ends the job.
template <class Job>
auto on_own_thread(const Job& job, const nb::object& tick) {
  constexpr std::chrono::milliseconds interval(100);
  std::stop_source stop;
  Watch watch;
  watch.stop = stop.get_token();
  auto working = std::async(std::launch::async, [&] { return job(watch); });
  std::exception_ptr raised;
  while (true) {
    std::future_status status{};
    {
      const nb::gil_scoped_release others_run;
      status = working.wait_for(interval);
    }
    if (status == std::future_status::ready) break;
    if (raised) continue;
    try {
      if (PyErr_CheckSignals() != 0) throw nb::python_error();
      if (!tick.is_none()) tick(watch.finished.load(), watch.total.load());
    } catch (...) {
      raised = std::current_exception();
      stop.request_stop();
    }
  }
  if (raised) std::rethrow_exception(raised);
  return working.get();
}

nb::tuple compute_in_python(const std::string& name, const nb::dict& values, const std::optional<nb::dict>& systems,
                            const std::string& command, const std::string& configuration, const nb::object& tick) {
  Call call = call_of(name, values, command, configuration);
  std::vector<Doubles> held;  // while they are read
  if (systems) {
    call.systems.emplace();
    for (const auto [key, value] : *systems) {
      held.push_back(nb::cast<Doubles>(value));
      call.systems->push_back({nb::cast<std::string>(key), {held.back().data(), held.back().shape(0)}});
    }
  }
  Computed computed = on_own_thread([&](Watch& watch) { return compute(call, watch); }, tick);
  return nb::make_tuple(python_of(std::move(computed.dataset)), computed.attributes, computed.wall_time, computed.remarks,
                        !call.options.quiet);
}

nb::tuple layout_in_python(const std::string& name, const nb::dict& values) {
  Layout layout = layout_of(call_of(name, values, "", ""));
  nb::list coordinates = python_of(std::move(layout.coordinates));
  if (layout.times) {
    const std::vector<SweepGrid::Dimension> times{
        {layout.times->name, std::ssize(std::get<std::vector<double>>(layout.times->values))}};
    coordinates.append(python_of(std::move(*layout.times), times));
  }
  const std::size_t rows = layout.cells.size();
  return nb::make_tuple(coordinates, array_of(std::move(layout.cells), {rows}));
}

nb::tuple figures_in_python(const nb::dict& values) {
  const Call call = call_of("figures", values, "", "");
  FiguresReport report = on_own_thread([&](const Watch& watch) { return make_figures(call, watch); }, nb::none());
  return nb::make_tuple(report.lines, report.all_well);
}

nb::list keywords_in_python(const std::string& name) {
  nb::list all;
  for (const Keyword& keyword : keywords(command_of(name))) {
    const OptionInfo& info = keyword.info;
    all.append(nb::make_tuple(info.name, info.type, info.help, info.by_default, info.example,
                              std::vector<std::string>(info.choices.begin(), info.choices.end()), info.several, keyword.is_switch));
  }
  return all;
}

/// The exceptions of the library as classes of Python, called qbatt.InputError and so on.
template <typename Error>
void add_error(nb::module_& core, const char* name, PyObject* base, const char* meaning) {
  nb::exception<Error> type(core, name, base);
  type.attr("__module__") = "qbatt";
  type.attr("__doc__") = meaning;
}

void add_errors(nb::module_& core) {
  add_error<InputError>(core, "InputError", PyExc_ValueError,
                        "A value, a keyword or a system that is not physical or not understood. Its text names what is accepted.");
  add_error<FileError>(core, "FileError", PyExc_OSError, "A file that could not be read or written.");
  add_error<BackendError>(core, "BackendError", PyExc_RuntimeError,
                          "A backend, device or solver that was asked for and is not there; its text says why.");
  nb::register_exception_translator([](const std::exception_ptr& error, void*) {
    try {
      std::rethrow_exception(error);
    } catch (const Interrupted&) {
      PyErr_SetNone(PyExc_KeyboardInterrupt);
    }
  });
}

std::vector<std::string> columns_of_systems() {
  std::vector<std::string> names;
  for (const ParameterInfo& info : parameter_info()) names.emplace_back(info.column);
  return names;
}

/// The names that the values of a column of systems may have; columns of numbers are left out.
std::map<std::string, std::vector<std::string>> choices_of_systems() {
  std::map<std::string, std::vector<std::string>> choices;
  for (const ParameterInfo& info : parameter_info())
    if (!info.choices.empty()) choices[std::string(info.column)] = {info.choices.begin(), info.choices.end()};
  return choices;
}

/// The name of each column of a row, and what it holds: whole numbers (i), reals (f) or words (s).
std::vector<std::pair<std::string, std::string>> kinds_of_columns() {
  constexpr std::array kinds{"i", "f", "s"};  // in the order of Cell
  std::vector<std::pair<std::string, std::string>> columns;
  for (const qbatt::Column& column : row_columns()) columns.emplace_back(column.name, kinds.at(column.cell(Row{}).index()));
  return columns;
}

std::pair<std::string, std::string> label_of(const std::string& name) {
  const CfLabel label = cf_label(known_label(name));
  return {label.long_name, label.units};
}

}  // namespace
}  // namespace qbatt::python

NB_MODULE(_core, core) {
  using namespace qbatt;
  using namespace qbatt::python;
  core.doc() = "qbatt::solve and the language of sweeps; for the package qbatt alone";
  core.attr("version") = version();
  core.attr("system_columns") = columns_of_systems();
  core.attr("system_choices") = choices_of_systems();
  core.attr("row_columns") = kinds_of_columns();
  core.attr("absent") = absent;
  add_errors(core);
  core.def("keywords", &keywords_in_python, "command"_a);
  core.def("compute", &compute_in_python, "command"_a, "options"_a, "systems"_a.none(), "call"_a, "configuration"_a,
           "tick"_a.none());
  core.def("layout", &layout_in_python, "command"_a, "options"_a);
  core.def("figures", &figures_in_python, "options"_a);
  core.def("label", &label_of, "name"_a);
  core.def(
      "accepted_names", [](const std::string& word, const std::vector<std::string>& names) { return accepted_names(word, names); },
      "word"_a, "names"_a);
  core.def("devices", [] {
    std::vector<nb::tuple> reports;
    for (const DeviceReport& report : find_devices())
      reports.push_back(nb::make_tuple(report.backend, report.found, report.description));
    return reports;
  });
}
