#include "io/finished_file.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "io/input_file.hpp"
#include "io/netcdf_writer.hpp"
#include "io/output_file.hpp"
#include "qbatt/version.hpp"

namespace qbatt {
namespace {

using Json = nlohmann::ordered_json;

bool is_file(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored);
}

void put_beside(const std::string& path, const FinishedRecord& record, const Json& origin) {
  AtomicFile file(record_path(path, record.sweep.shard));
  file.write(record.json(origin.dump(-1, ' ', false, Json::error_handler_t::replace)) + "\n");
  file.commit();
}

}  // namespace

std::string record_path(const std::string& path, const Shard& shard) {
  return path + (shard.count > 1 ? ".shard.json" : ".sweep.json");
}

void write_record_beside(const std::string& path, const FinishedRecord& record, const Provenance& provenance) {
  const Json origin{{"command", provenance.command}, {"version", version()},        {"git_revision", git_revision()},
                    {"backend", provenance.backend}, {"device", provenance.device}, {"instruction_set", instruction_set()}};
  put_beside(path, record, origin);
}

void copy_record_beside(const std::string& from, const std::string& path, const FinishedRecord& record) {
  constexpr Shard one_of_several{.index = 1, .count = 2};
  put_beside(path, record, Json::parse(read_file(record_path(from, one_of_several))));
}

std::optional<FinishedRecord> find_record(const std::string& path, const Shard& shard) {
  if (!is_file(path)) return std::nullopt;
  if (is_netcdf_name(path)) return netcdf_record(path);
  const std::string beside = record_path(path, shard);
  if (!is_file(beside)) return std::nullopt;
  std::optional<FinishedRecord> record = FinishedRecord::from_json(read_file(beside));
  const bool same = record && record->checksum && std::filesystem::file_size(path) == record->checksum->bytes &&
                    checksum_of_file(path) == *record->checksum;
  return same ? record : std::nullopt;
}

}  // namespace qbatt
