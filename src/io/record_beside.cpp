#include "io/record_beside.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>

#include "io/output_file.hpp"
#include "io/output_target.hpp"
#include "qbatt/version.hpp"
#include "text/file_status.hpp"
#include "text/input_file.hpp"

namespace qbatt {
namespace {

using Json = nlohmann::ordered_json;

constexpr Shard whole_sweep{.index = 1, .count = 1};
constexpr Shard one_of_several{.index = 1, .count = 2};

// Where that of a file which is there lies: beside the name or, where that is a symbolic link, beside what it leads to.
std::string record_of_file(const std::string& path, const Shard& shard) {
  std::string beside = record_path(path, shard);
  return kind_of(beside) == FileKind::file ? beside : record_path(output_path(path), shard);
}

void put_beside(const std::string& path, const FinishedRecord& record, const Json& origin) {
  AtomicFile file(record_path(path, record.sweep.shard));
  file.write(record.json(origin.dump(-1, ' ', false, Json::error_handler_t::replace)) + "\n");
  file.commit();
  std::error_code ignored;  // that of the file which was replaced
  std::filesystem::remove(record_path(path, record.sweep.shard.count > 1 ? whole_sweep : one_of_several), ignored);
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
  put_beside(path, record, Json::parse(read_file(record_of_file(from, one_of_several))));
}

void remove_records_beside(const std::string& path) {
  std::error_code ignored;
  for (const Shard& shard : {whole_sweep, one_of_several})
    if (kind_of(record_path(path, shard)) == FileKind::file) std::filesystem::remove(record_path(path, shard), ignored);
}

std::optional<FinishedRecord> record_beside(const std::string& path) {
  for (const std::string& beside : {record_of_file(path, whole_sweep), record_of_file(path, one_of_several)}) {
    if (kind_of(beside) != FileKind::file) continue;
    std::optional<FinishedRecord> record = FinishedRecord::from_json(read_file(beside));
    std::error_code error;
    const bool same = record && record->checksum && std::filesystem::file_size(path, error) == record->checksum->bytes &&
                      checksum_of_file(path) == *record->checksum;
    if (same) return record;
  }
  return std::nullopt;
}

std::string why_no_record_beside(const std::string& path) {
  for (const std::string& beside : {record_path(path, one_of_several), record_path(path, whole_sweep)}) {
    if (kind_of(beside) != FileKind::file) continue;
    const std::string why = FinishedRecord::why_not(read_file(beside));
    return why.empty() ? beside + " is of another file" : fmt::format("{}: {}", beside, why);
  }
  return fmt::format("neither {} nor {} is there", record_path(path, whole_sweep), record_path(path, one_of_several));
}

}  // namespace qbatt
