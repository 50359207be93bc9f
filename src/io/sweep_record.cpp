#include "io/sweep_record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace qbatt {
namespace {

using Json = nlohmann::ordered_json;

Fingerprint with_range(const SweepRecord& record) {
  Fingerprint whole = record.fingerprint;
  whole.add("--shard", fmt::format("{}/{}", record.shard.index, record.shard.count));
  whole.add("rows", fmt::format("{} from {}", record.rows, record.first_row));
  return whole;
}

constexpr const char* version_key = "format_version";

// 1 where there is none, as in the records of the first version; 0 where the text is no record.
int version_of(const std::string& text) {
  const Json object = Json::parse(text, nullptr, false);
  if (!object.is_object() || !object.contains("fingerprint")) return 0;
  const auto found = object.find(version_key);
  if (found == object.end()) return 1;
  return found->is_number_integer() ? found->get<int>() : 0;
}

}  // namespace

std::string SweepRecord::difference(const SweepRecord& here, const std::string& where, const std::string& here_name) const {
  return with_range(*this).difference(with_range(here), where, here_name);
}

RowTally& RowTally::operator+=(const RowTally& other) {
  finished += other.finished;
  inaccurate += other.inaccurate;
  failed += other.failed;
  return *this;
}

RowTally tally_of(const Table& chunk) {
  return {.finished = static_cast<std::int64_t>(chunk.rows.size()),
          .inaccurate = std::ranges::count(chunk.rows, Status::inaccurate, &Row::status),
          .failed = std::ranges::count(chunk.rows, Status::failed, &Row::status)};
}

std::string FinishedRecord::json(const std::string& more) const {
  Json object = Json::parse(more);
  object[version_key] = format_version;
  object["shard"] = {{"index", sweep.shard.index}, {"count", sweep.shard.count}};
  object["first_row"] = sweep.first_row;
  object["rows"] = sweep.rows;
  object["inaccurate"] = tally.inaccurate;
  object["failed"] = tally.failed;
  if (checksum) {
    object["bytes"] = checksum->bytes;
    object["crc32"] = checksum->crc;
  }
  object["fingerprint"] = Json::parse(sweep.fingerprint.json());
  return object.dump(2, ' ', false, Json::error_handler_t::replace);
}

std::optional<FinishedRecord> FinishedRecord::from_json(const std::string& text) {
  try {
    const Json object = Json::parse(text);
    if (object.at(version_key).get<int>() != format_version) return std::nullopt;
    FinishedRecord record;
    record.sweep.fingerprint = Fingerprint::from_json(object.at("fingerprint").dump());
    record.sweep.shard = {object.at("shard").at("index").get<std::int64_t>(), object.at("shard").at("count").get<std::int64_t>()};
    record.sweep.first_row = object.at("first_row").get<std::int64_t>();
    record.sweep.rows = object.at("rows").get<std::int64_t>();
    record.tally = {record.sweep.rows, object.at("inaccurate").get<std::int64_t>(), object.at("failed").get<std::int64_t>()};
    if (object.contains("crc32"))
      record.checksum = {object.at("bytes").get<std::uint64_t>(), object.at("crc32").get<std::uint32_t>()};
    return record;
  } catch (const Json::exception&) {
    return std::nullopt;
  } catch (const std::invalid_argument&) {
    return std::nullopt;
  }
}

std::string FinishedRecord::why_not(const std::string& text) {
  if (from_json(text)) return "";
  const int version = version_of(text);
  if (version == 0 || version == format_version) return "its record cannot be understood";
  return fmt::format("another version of qbatt has written it: its format_version is {}, and this one needs {}", version,
                     format_version);
}

}  // namespace qbatt
