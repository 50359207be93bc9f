#include "io/formats.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "io/output_target.hpp"
#include "io/parts_folder.hpp"
#include "qbatt/errors.hpp"
#include "text/file_status.hpp"
#include "text/text.hpp"

namespace qbatt {

extern const ResultsFormat csv_format;
extern const ResultsFormat netcdf_format;

namespace {

constexpr std::array table{&csv_format, &netcdf_format};

bool is_named(const std::string& path, const ResultsFormat& format) {
  return path.ends_with(format.suffix) && path.size() > format.suffix.size();
}

// nullptr where the name tells of none.
const ResultsFormat* find_format(const std::string& path) {
  const auto* const found = std::ranges::find_if(table, [&](const ResultsFormat* format) { return is_named(path, *format); });
  return found == table.end() ? nullptr : *found;
}

}  // namespace

const ResultsFormat& format_of(const std::string& path) {
  const ResultsFormat* const found = find_format(path);
  return found == nullptr ? csv_format : *found;
}

std::string formats_in_words(std::string_view ResultsFormat::*word, bool ResultsFormat::*holds) {
  std::vector<std::string> words;
  for (const ResultsFormat* format : table)
    if (holds == nullptr || format->*holds) words.emplace_back(format->*word);
  return alternatives(words);
}

std::string results_path(const std::string& name) {
  std::string path = output_path(name);
  const ResultsFormat* const format = find_format(path);
  if (format != nullptr && find_format(name) != nullptr && format != find_format(name)) {
    throw InputError(fmt::format("-o: {} cannot be written: it leads to {}, whose end tells of another format", in_quotes(name),
                                 in_quotes(path)),
                     "-o");
  }
  if (is_stream(path) && find_format(name) != &netcdf_format) return path;
  if (format == nullptr) {
    const std::string link = path == name ? "" : fmt::format(", which leads to {},", in_quotes(path));
    throw InputError(
        fmt::format("-o: {}{} cannot be written: it must be a file that ends in {}, or - for CSV on the standard output",
                    in_quotes(name), link, formats_in_words(&ResultsFormat::suffix)),
        "-o");
  }
  if (!format->in_this_build) {
    throw InputError(
        fmt::format("-o: {} cannot be written: this build has no {}; it must be a file that ends in {}, or -", in_quotes(name),
                    format->name, formats_in_words(&ResultsFormat::suffix, &ResultsFormat::in_this_build)),
        "-o");
  }
  return path;
}

void check_replaces_results(const std::string& path) {
  if (!holds_something(path) || format_of(path).is_ours(path)) return;
  throw InputError(fmt::format("-o: {} is there and is not a file of results of qbatt: --overwrite replaces it", path), "-o");
}

std::unique_ptr<ResultWriter> open_results(const std::string& name, const ResultsLayout& layout, const Provenance& provenance,
                                           const ResultsBegin& begin) {
  const std::string path = results_path(name);
  if (begin.start == PartsStart::afresh) check_replaces_results(path);
  return format_of(path).open(path, layout, provenance, begin);
}

std::unique_ptr<ResultWriter> open_curve(const std::string& name, const ResultsLayout& layout, const Provenance& provenance,
                                         bool overwrite) {
  const std::string path = results_path(name);
  if (!overwrite) check_replaces_results(path);
  const PartsStart start = overwrite ? PartsStart::overwrite : PartsStart::afresh;
  return format_of(path).open_curve(path, layout, provenance, {.sweep = {}, .start = start});
}

std::vector<ResultsColumn> read_results_columns(const std::string& path, const std::vector<std::string>& names,
                                                const std::vector<std::string>& if_there) {
  const ResultsFormat& format = format_of(path);
  if (!format.in_this_build) throw FileError(fmt::format("cannot read {}: this build has no {}", path, format.name));
  return format.read_columns(path, names, if_there);
}

std::optional<FinishedRecord> find_record(const std::string& path) {
  const ResultsFormat& format = format_of(path);
  const bool readable = format.in_this_build && kind_of(path) == FileKind::file;
  return readable ? format.find_record(path) : std::nullopt;
}

std::optional<SweepRecord> find_earlier_sweep(const std::string& path) {
  if (auto sweep = sweep_of_parts(path)) return sweep;
  const auto record = find_record(path);
  return record ? std::optional(record->sweep) : std::nullopt;
}

}  // namespace qbatt
