#include "io/netcdf_writer.hpp"

#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>

#include "io/netcdf_results.hpp"
#include "io/output_file.hpp"
#include "io/parts_writer.hpp"

namespace qbatt {
namespace {

class NetcdfWriter : public PartsWriter {
public:
  NetcdfWriter(std::string path, ResultsLayout layout, Provenance provenance, const ResultsBegin& begin)
      : PartsWriter(std::move(path), std::move(provenance), begin), layout_(std::move(layout)) {}

  void write(std::size_t part, const Table& chunk) override {
    const std::string path = parts_.part(part);
    const NetcdfSizes sizes = sizes_of(chunk);
    NetcdfResults file(path + ".unfinished", layout_, sizes, NetcdfStorage::plain);
    file.append(chunk);
    file.close();
    publish_file(path + ".unfinished", path);
    parts_.add({.part = part,
                .tally = tally_of(chunk),
                .samples = static_cast<std::int64_t>(sizes.samples),
                .checksum = checksum_of_file(path)});
  }

  void finish(std::size_t parts) override {
    FinishedRecord record{.sweep = sweep_, .tally = {}, .checksum = {}};
    NetcdfSizes total;
    const std::vector<PartRecord> written = parts_.all(parts);
    for (const PartRecord& part : written) {
      record.tally += part.tally;
      total.samples += static_cast<std::size_t>(part.samples);
    }
    total.systems = static_cast<std::size_t>(record.tally.finished);
    const std::string example = written.empty() ? "" : parts_.part(0);
    NetcdfResults all(parts_.unfinished_file(), layout_, total, NetcdfStorage::compressed, example);
    for (const PartRecord& part : written) all.append_file(parts_.part(part.part));
    const std::chrono::duration<double> wall_time = std::chrono::steady_clock::now() - start_;
    all.put_attributes(provenance_, wall_time.count());
    if (!sweep_.fingerprint.empty()) all.put_record(record);
    all.close();
    publish_file(parts_.unfinished_file(), path_);
    parts_.discard();
  }

private:
  ResultsLayout layout_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// A file that goes away unless it is published.
class UnfinishedFile {
public:
  explicit UnfinishedFile(std::string path) : path_(std::move(path)) {}
  UnfinishedFile(const UnfinishedFile&) = delete;
  UnfinishedFile& operator=(const UnfinishedFile&) = delete;
  ~UnfinishedFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  [[nodiscard]] const std::string& path() const { return path_; }

private:
  std::string path_;
};

}  // namespace

std::unique_ptr<ResultWriter> open_netcdf(const std::string& path, const ResultsLayout& layout, const Provenance& provenance,
                                          const ResultsBegin& begin) {
  return std::make_unique<NetcdfWriter>(path, layout, provenance, begin);
}

std::optional<FinishedRecord> netcdf_record(const std::string& path) {
  const std::optional<std::string> text = NetcdfResults::record_of(path);
  return text ? FinishedRecord::from_json(*text) : std::nullopt;
}

void merge_netcdf(const std::vector<std::string>& files, const FinishedRecord& record, const std::string& path) {
  const ResultsLayout layout = NetcdfResults::layout_of(files.front());
  NetcdfSizes total;
  for (const std::string& file : files) {
    const NetcdfSizes sizes = NetcdfResults::sizes_of_file(file);
    total.systems += sizes.systems;
    total.samples += sizes.samples;
  }
  const UnfinishedFile unfinished(path + ".unfinished");
  NetcdfResults all(unfinished.path(), layout, total, NetcdfStorage::compressed, files.front());
  for (const std::string& file : files) all.append_file(file);
  all.copy_attributes(files.front());
  all.put_record(record);
  all.close();
  publish_file(unfinished.path(), path);
}

}  // namespace qbatt
