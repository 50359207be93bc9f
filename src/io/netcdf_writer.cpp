#include "io/netcdf_writer.hpp"

#include <chrono>
#include <utility>

#include "io/netcdf_results.hpp"
#include "io/output_file.hpp"
#include "io/parts_folder.hpp"

namespace qbatt {
namespace {

class NetcdfWriter : public ResultWriter {
public:
  NetcdfWriter(std::string path, ResultsLayout layout, Provenance provenance)
      : path_(std::move(path)), layout_(std::move(layout)), provenance_(std::move(provenance)), parts_(path_) {}

  void write(const Table& chunk) override {
    const std::string part = parts_.part(parts_.count());
    const NetcdfSizes sizes = sizes_of(chunk);
    NetcdfResults file(part + ".unfinished", layout_, sizes, NetcdfStorage::plain);
    file.append(chunk);
    file.close();
    publish_file(part + ".unfinished", part);
    parts_.add();
    total_.systems += sizes.systems;
    total_.samples += sizes.samples;
  }

  void finish() override {
    const std::string example = parts_.count() > 0 ? parts_.part(0) : "";
    NetcdfResults all(parts_.unfinished_file(), layout_, total_, NetcdfStorage::compressed, example);
    for (std::size_t i = 0; i < parts_.count(); ++i) all.append_file(parts_.part(i));
    const std::chrono::duration<double> wall_time = std::chrono::steady_clock::now() - start_;
    all.put_attributes(provenance_, wall_time.count());
    all.close();
    publish_file(parts_.unfinished_file(), path_);
    parts_.discard();
  }

  [[nodiscard]] std::string parts() const override { return parts_.path(); }

private:
  std::string path_;
  ResultsLayout layout_;
  Provenance provenance_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  PartsFolder parts_;
  NetcdfSizes total_;
};

}  // namespace

bool has_netcdf() {
  return true;
}

std::unique_ptr<ResultWriter> open_netcdf(const std::string& path, const ResultsLayout& layout, const Provenance& provenance) {
  return std::make_unique<NetcdfWriter>(path, layout, provenance);
}

}  // namespace qbatt
