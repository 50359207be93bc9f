#include "io/parts_folder.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <filesystem>
#include <iterator>
#include <system_error>

#include "io/output_file.hpp"
#include "qbatt/errors.hpp"

namespace qbatt {
namespace {

namespace fs = std::filesystem;

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

bool is_journal(const std::string& name) {
  return name == "journal" || name.starts_with("journal.");
}

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    names.push_back(entry->path().filename().string());
  return names;
}

// Why the file is not the part that was written; empty where it is.
std::string damage_of(const std::string& path, const PartRecord& part) {
  std::error_code error;
  const std::uintmax_t bytes = fs::file_size(path, error);
  if (error) return "it is not there";
  if (bytes != part.checksum.bytes) return fmt::format("it has {} bytes in place of {}", bytes, part.checksum.bytes);
  return checksum_of_file(path) == part.checksum ? "" : "its checksum is wrong";
}

}  // namespace

PartsFolder::PartsFolder(const std::string& file, const SweepRecord& sweep, PartsStart start, int rank)
    : suffix_(fs::path(file).extension().string()), folder_(file + ".parts"), start_(start) {
  if (start == PartsStart::look) {
    if (is_folder(folder_)) take_over(file, sweep);
    return;
  }
  if (start != PartsStart::join) make_folder(file);
  journal_ = std::make_unique<Journal>(journal_path(rank));
  if (start == PartsStart::join) {
    if (!read_journal(journal_path(rank)).sweep) journal_->begin(sweep);
    return;
  }
  journal_->lock(file);
  begin_journal(file, sweep, start);
}

PartsFolder::~PartsFolder() {
  if (start_ == PartsStart::join || start_ == PartsStart::look) return;
  try {
    if (finished().empty()) discard();
  } catch (const Error&) {
    // what cannot be read stays
  }
}

void PartsFolder::make_folder(const std::string& file) const {
  if (is_folder(file)) throw_cannot_write(file, EISDIR);
  if (::mkdir(folder_.c_str(), 0777) != 0 && errno != EEXIST) throw_cannot_write(file, errno);
  if (!is_folder(folder_)) throw_cannot_write(folder_, ENOTDIR);
}

void PartsFolder::begin_journal(const std::string& file, const SweepRecord& sweep, PartsStart start) {
  if (start == PartsStart::resume && take_over(file, sweep)) return check_parts();
  remove_files(false);
  journal_->begin(sweep);
}

bool PartsFolder::take_over(const std::string& file, const SweepRecord& sweep) {
  const std::optional<SweepRecord> there = read_journal(journal_path(0)).sweep;
  if (!there) {
    const std::vector<std::string> names = names_in(folder_);
    if (std::ranges::none_of(names, [this](const std::string& name) { return is_part(name); })) return false;
    throw InputError(fmt::format("--resume: {} holds parts, but its journal does not say of which sweep; give no --resume to begin "
                                 "{} afresh",
                                 folder_, file),
                     "--resume");
  }
  const std::string difference = there->difference(sweep, folder_, "here");
  if (difference.empty()) return true;
  throw InputError(fmt::format("--resume: {} is of another sweep: {}; give the same options, or no --resume to begin {} afresh",
                               folder_, difference, file),
                   "--resume");
}

void PartsFolder::check_parts() {
  std::vector<PartRecord> parts = records();
  std::ranges::stable_sort(parts, {}, &PartRecord::part);
  for (auto first = parts.begin(); first != parts.end();) {
    const auto last = std::find_if(first, parts.end(), [&](const PartRecord& p) { return p.part != first->part; });
    const std::string path = part(first->part);
    const bool good = std::any_of(first, last, [&](const PartRecord& p) { return damage_of(path, p).empty(); });
    if (!good) {
      damaged_.push_back(fmt::format("{} is damaged ({})", path, damage_of(path, *(last - 1))));
      std::error_code ignored;
      fs::remove(path, ignored);
    }
    first = last;
  }
}

std::string PartsFolder::journal_path(int rank) const {
  return rank == 0 ? folder_ + "/journal" : fmt::format("{}/journal.{}", folder_, rank);
}

std::string PartsFolder::part(std::size_t i) const {
  return fmt::format("{}/{:08}{}", folder_, i, suffix_);
}

std::string PartsFolder::unfinished_file() const {
  return fmt::format("{}/all{}.unfinished", folder_, suffix_);
}

void PartsFolder::add(const PartRecord& part) {
  journal_->append(part);
}

std::vector<PartRecord> PartsFolder::records() const {
  std::vector<PartRecord> parts;
  for (const std::string& name : names_in(folder_))
    if (is_journal(name)) std::ranges::copy(read_journal(folder_ + "/" + name).parts, std::back_inserter(parts));
  return parts;
}

std::vector<PartRecord> PartsFolder::finished() const {
  std::vector<PartRecord> parts = records();
  std::ranges::stable_sort(parts, {}, &PartRecord::part);
  const auto same = [](const PartRecord& a, const PartRecord& b) { return a.part == b.part; };
  parts.erase(std::unique(parts.begin(), parts.end(), same), parts.end());
  std::erase_if(parts, [&](const PartRecord& p) {
    std::error_code ignored;
    return !fs::exists(part(p.part), ignored);
  });
  return parts;
}

std::vector<PartRecord> PartsFolder::all(std::size_t count) const {
  std::vector<PartRecord> parts = finished();
  for (std::size_t i = 0; i < count; ++i)
    if (i >= parts.size() || parts[i].part != i) throw FileError(fmt::format("cannot read {}: it has vanished", part(i)));
  parts.resize(count);
  return parts;
}

bool PartsFolder::is_part(const std::string& name) const {
  const std::size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
  const std::string rest = name.substr(digits);
  return (digits >= 8 && (rest == suffix_ || rest == suffix_ + ".unfinished")) || name == "all" + suffix_ + ".unfinished";
}

// The journals last: without the parts that they list they say nothing wrong.
void PartsFolder::remove_files(bool journals) const noexcept {
  std::error_code ignored;
  const std::vector<std::string> names = names_in(folder_);
  for (const std::string& name : names)
    if (is_part(name)) fs::remove(folder_ + "/" + name, ignored);
  for (const std::string& name : names)
    if (is_journal(name) && (journals || name != "journal")) fs::remove(folder_ + "/" + name, ignored);
}

void PartsFolder::discard() noexcept {
  remove_files(true);
  std::error_code error;
  fs::remove(folder_, error);  // fails, as it should, where other files lie there
}

bool has_parts(const std::string& file) {
  std::error_code ignored;
  const std::string journal = file + ".parts/journal";
  return fs::is_regular_file(journal, ignored) && read_journal(journal).sweep.has_value();
}

void discard_parts_of(const std::string& file, const SweepRecord& sweep) noexcept {
  if (!is_folder(file + ".parts")) return;
  try {
    PartsFolder(file, sweep, PartsStart::resume).discard();
  } catch (const std::exception&) {
    // not ours
  }
}

}  // namespace qbatt
