#include "io/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <sstream>

#include "io/output_file.hpp"
#include "qbatt/errors.hpp"
#include "text/input_file.hpp"

namespace qbatt {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* run_key = "run";
constexpr const char* replaces_key = "replaces";

std::string run_of(const Json& line) {
  const auto found = line.is_object() ? line.find(run_key) : line.end();
  return found != line.end() && found->is_string() ? found->get<std::string>() : "";
}

std::string line_of(const PartRecord& part, const std::string& run) {
  const Json line{{"part", part.part},
                  {"rows", part.tally.finished},
                  {"inaccurate", part.tally.inaccurate},
                  {"failed", part.tally.failed},
                  {"samples", part.samples},
                  {"bytes", part.checksum.bytes},
                  {"crc32", part.checksum.crc},
                  {run_key, run}};
  return line.dump();
}

std::optional<PartRecord> part_of(const std::string& text, const std::string& run) {
  const Json line = Json::parse(text, nullptr, false);
  if (!line.is_object() || run_of(line) != run) return std::nullopt;
  try {
    return PartRecord{.part = line.at("part").get<std::size_t>(),
                      .tally = {line.at("rows").get<std::int64_t>(), line.at("inaccurate").get<std::int64_t>(),
                                line.at("failed").get<std::int64_t>()},
                      .samples = line.at("samples").get<std::int64_t>(),
                      .checksum = {line.at("bytes").get<std::uint64_t>(), line.at("crc32").get<std::uint32_t>()}};
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

std::string line_of(const SweepRecord& sweep, const FileStamp& replaces, const std::string& run) {
  Json line = Json::parse(FinishedRecord{.sweep = sweep, .tally = {}, .checksum = {}}.json());
  line[replaces_key] = {{"bytes", replaces.bytes}, {"modified", replaces.modified}};
  line[run_key] = run;
  return line.dump();
}

FileStamp stamp_of(const std::string& text) {
  const Json line = Json::parse(text, nullptr, false);
  try {
    return {.bytes = line.at(replaces_key).at("bytes").get<std::int64_t>(),
            .modified = line.at(replaces_key).at("modified").get<std::int64_t>()};
  } catch (const Json::exception&) {
    return {};
  }
}

}  // namespace

FileStamp FileStamp::of(const std::string& path) {
  constexpr std::int64_t nanoseconds = 1'000'000'000;
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return {};
  return {.bytes = found.st_size, .modified = nanoseconds * found.st_mtim.tv_sec + found.st_mtim.tv_nsec};
}

Journal::Journal(const std::string& path)
    : path_(path), descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0) throw_cannot_write(path_, errno);
}

Journal::~Journal() {
  ::close(descriptor_);
}

void Journal::lock(const std::string& results) const {
  const bool refused = ::flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  struct stat found {};
  const bool gone = ::fstat(descriptor_, &found) == 0 && found.st_nlink == 0;  // its owner has just finished
  if (refused || gone) throw_written_by_another(results);
}

void Journal::begin(const SweepRecord& sweep, const FileStamp& replaces, const std::string& run) {
  if (::ftruncate(descriptor_, 0) != 0) throw_cannot_write(path_, errno);
  put(line_of(sweep, replaces, run));
}

void Journal::append(const PartRecord& part, const std::string& run) {
  put(line_of(part, run));
}

void Journal::put(std::string line) {
  char last = '\n';
  const off_t size = ::lseek(descriptor_, 0, SEEK_END);
  if (size > 0 && ::pread(descriptor_, &last, 1, size - 1) == 1 && last != '\n') line.insert(0, 1, '\n');
  line += '\n';
  const ssize_t written = ::write(descriptor_, line.data(), line.size());
  if (written < 0) throw_cannot_write(path_, errno);
  if (static_cast<std::size_t>(written) < line.size()) throw_cannot_write(path_, ENOSPC);
  if (::fsync(descriptor_) != 0) throw_cannot_write(path_, errno);
}

void throw_written_by_another(const std::string& file) {
  throw FileError(fmt::format("cannot write {}: another process is writing it", file));
}

JournalContent read_journal(const std::string& path) {
  JournalContent content;
  std::istringstream lines(read_file(path));
  std::string line;
  for (bool first = true; std::getline(lines, line); first = false) {
    if (first) {
      if (const auto record = FinishedRecord::from_json(line)) content.sweep = record->sweep;
      content.why_no_sweep = FinishedRecord::why_not(line);
      content.replaces = stamp_of(line);
      content.run = run_of(Json::parse(line, nullptr, false));
    } else if (const auto part = part_of(line, content.run)) {
      content.parts.push_back(*part);
    }
  }
  return content;
}

std::string run_of_journal(const std::string& path) {
  std::string line;
  InputText file(path);
  std::getline(file.stream(), line);
  return run_of(Json::parse(line, nullptr, false));
}

}  // namespace qbatt
