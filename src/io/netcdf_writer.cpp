#include <chrono>
#include <utility>

#include "io/formats.hpp"
#include "io/netcdf_columns.hpp"
#include "io/netcdf_results.hpp"
#include "io/output_file.hpp"
#include "io/parts_writer.hpp"
#include "qbatt/columns.hpp"

namespace qbatt {
namespace {

class NetcdfWriter : public PartsWriter {
public:
  NetcdfWriter(std::string path, ResultsLayout layout, Provenance provenance, const ResultsBegin& begin)
      : PartsWriter(std::move(path), std::move(provenance), begin), layout_(std::move(layout)) {}

private:
  void write_part(std::size_t part, const Table& chunk) override {
    const std::string path = parts_.part(part);
    const NetcdfSizes sizes = sizes_of(chunk);
    AtomicFile file(path);
    NetcdfResults results(file.unfinished_path(), layout_, sizes, NetcdfStorage::plain);
    results.append(chunk);
    results.close();
    const Checksum checksum = checksum_of_file(file.unfinished_path());  // under its name it may soon be another's
    file.commit();
    parts_.add({.part = part, .tally = tally_of(chunk), .samples = static_cast<std::int64_t>(sizes.samples), .checksum = checksum});
  }

  void put_together(std::size_t parts) override {
    FinishedRecord record{.sweep = sweep_, .tally = {}, .checksum = {}};
    NetcdfSizes total;
    const std::vector<PartRecord> written = parts_.all(parts);
    for (const PartRecord& part : written) {
      record.tally += part.tally;
      total.samples += static_cast<std::size_t>(part.samples);
    }
    total.systems = static_cast<std::size_t>(record.tally.finished);
    const std::string example = written.empty() ? "" : parts_.part(0);
    AtomicFile file(path_, parts_.whole());
    NetcdfResults all(file.unfinished_path(), layout_, total, NetcdfStorage::compressed, example);
    for (const PartRecord& part : written) {
      if (checksum_of_file(parts_.part(part.part)) != part.checksum) throw_changed_part(parts_.part(part.part));
      all.append_file(parts_.part(part.part));
    }
    const std::chrono::duration<double> wall_time = std::chrono::steady_clock::now() - start_;
    all.put_attributes(provenance_, wall_time.count());
    if (!sweep_.fingerprint.empty()) all.put_record(record);
    all.close();
    file.commit();
    parts_.discard();
  }

  ResultsLayout layout_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

std::unique_ptr<ResultWriter> open_netcdf(const std::string& path, const ResultsLayout& layout, const Provenance& provenance,
                                          const ResultsBegin& begin) {
  return std::make_unique<NetcdfWriter>(path, layout, provenance, begin);
}

void merge(const std::vector<std::string>& files, const FinishedRecord& record, const std::string& path, const std::string& stem) {
  const ResultsLayout layout = NetcdfResults::layout_of(files.front());
  NetcdfSizes total;
  for (const std::string& file : files) {
    const NetcdfSizes sizes = NetcdfResults::sizes_of_file(file);
    total.systems += sizes.systems;
    total.samples += sizes.samples;
  }
  AtomicFile whole(path, stem);
  NetcdfResults all(whole.unfinished_path(), layout, total, NetcdfStorage::compressed, files.front());
  for (const std::string& file : files) all.append_file(file);
  all.copy_attributes(files.front());
  all.put_record(record);
  all.close();
  whole.commit();
}

std::string why_no_record(const std::string& path) {
  const std::optional<std::string> text = NetcdfResults::record_text(path);
  if (!text) return "it has no attribute sweep that says so";
  const std::string why = FinishedRecord::why_not(*text);
  return why.empty() ? "its data are not those that its record was written for" : why;
}

double bytes(const ResultsLayout& layout, double systems, double levels) {
  const auto times = static_cast<double>(layout.times);
  const double series = layout.times > 0 ? static_cast<double>(layout.series.size() + 1) * times : 0.0;
  const double populations = layout.populations ? levels * (times + 1) : 0.0;
  return 8 * (systems * (static_cast<double>(row_columns().size()) + series) + populations);
}

}  // namespace

extern const ResultsFormat netcdf_format;
constinit const ResultsFormat netcdf_format{.suffix = ".nc",
                                            .name = "netCDF",
                                            .in_this_build = true,
                                            .holds_populations = true,
                                            .compresses = true,
                                            .open = open_netcdf,
                                            .open_curve = open_netcdf,
                                            .read_columns = read_netcdf_columns,
                                            .is_ours = NetcdfResults::is_ours,
                                            .find_record = NetcdfResults::record_of,
                                            .why_no_record = why_no_record,
                                            .merge = merge,
                                            .bytes = bytes};

}  // namespace qbatt
