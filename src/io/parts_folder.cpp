#include "io/parts_folder.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <filesystem>
#include <iterator>
#include <span>
#include <system_error>

#include "io/output_file.hpp"
#include "io/output_target.hpp"
#include "qbatt/errors.hpp"
#include "text/file_status.hpp"
#include "text/text.hpp"

namespace qbatt {
namespace {

namespace fs = std::filesystem;

bool is_folder(const std::string& path) {
  return kind_of(path) == FileKind::folder;
}

bool is_journal(const std::string& name) {
  return name == "journal" || name.starts_with("journal.");
}

// Why the file is not the part that was written; empty where it is.
std::string damage_of(const std::string& path, const PartRecord& part) {
  if (kind_of(path) != FileKind::file) return "it is not there";
  std::error_code error;
  const std::uintmax_t bytes = fs::file_size(path, error);
  if (error) return error.message();
  if (bytes != part.checksum.bytes) return fmt::format("it has {} bytes in place of {}", bytes, part.checksum.bytes);
  return checksum_of_file(path) == part.checksum ? "" : "its checksum is wrong";
}

// Of several records of one part, as after a damaged one was computed again, the one that the file agrees with.
const PartRecord& matching_record(const std::string& path, std::span<const PartRecord> same) {
  const auto differs = [&](const PartRecord& p) { return p.checksum != same.front().checksum; };
  if (std::ranges::none_of(same, differs)) return same.front();
  const auto found = std::ranges::find_if(same, [&](const PartRecord& p) { return damage_of(path, p).empty(); });
  return found == same.end() ? same.front() : *found;
}

// Hands over the records of one part together, part by part.
template <typename Take>
void visit_parts(std::vector<PartRecord> records, const Take& take) {
  std::ranges::stable_sort(records, {}, &PartRecord::part);
  for (auto first = records.begin(); first != records.end();) {
    const auto last = std::find_if(first, records.end(), [&](const PartRecord& p) { return p.part != first->part; });
    take(std::span<const PartRecord>(first, last));
    first = last;
  }
}

}  // namespace

PartsFolder::PartsFolder(const std::string& file, const SweepRecord& sweep, PartsStart start, int rank)
    : file_(file),
      suffix_(fs::path(file).extension().string()),
      folder_(file + ".parts"),
      start_(start),
      kept_(!sweep.fingerprint.empty()) {
  if (start == PartsStart::look) {
    if (is_folder(folder_)) take_over(file, sweep);
    return;
  }
  if (start != PartsStart::join) make_folder(file);
  journal_ = open_journal(file, rank);
  if (start == PartsStart::join) {
    run_ = run_of_journal(journal_path(0));
    if (const JournalContent own = read_journal(journal_path(rank)); !own.sweep || own.run != run_)
      journal_->begin(sweep, {}, run_);
    return;
  }
  journal_->lock(file);
  begin_journal(file, sweep, start);
}

PartsFolder::~PartsFolder() {
  if (start_ == PartsStart::join || start_ == PartsStart::look || discarded_) return;
  try {
    if (!kept_ || finished().empty()) discard();
  } catch (const Error&) {
    // what cannot be read stays
  }
}

void PartsFolder::make_folder(const std::string& file) const {
  check_can_be_file(file);
  if (::mkdir(folder_.c_str(), 0777) != 0 && errno != EEXIST) throw_cannot_write(file, errno);
  const FileKind there = kind_of(folder_);
  if (there == FileKind::none) throw_written_by_another(file);  // which has just finished and removed the folder
  if (there != FileKind::folder) throw_cannot_write(folder_, ENOTDIR);
}

std::unique_ptr<Journal> PartsFolder::open_journal(const std::string& file, int rank) const {
  try {
    return std::make_unique<Journal>(journal_path(rank));
  } catch (const FileError&) {
    if (is_folder(folder_)) throw;
    throw_written_by_another(file);
  }
}

void PartsFolder::begin_journal(const std::string& file, const SweepRecord& sweep, PartsStart start) {
  if (start == PartsStart::resume && take_over(file, sweep)) return check_parts();
  const std::ptrdiff_t parts = count_parts();
  if (start == PartsStart::afresh && parts > 0 && !are_of_no_sweep()) {
    throw InputError(fmt::format("-o: {} has {} of an interrupted sweep: qbatt sweep --resume goes on from there, --overwrite "
                                 "discards {}",
                                 folder_, counted(parts, "finished chunk"), parts == 1 ? "it" : "them"),
                     "-o");
  }
  remove_files(false);
  run_ = random_digits();
  journal_->begin(sweep, FileStamp::of(file), run_);
}

// Left by a process that wrote a file in one piece and was killed: nobody can go on from them.
bool PartsFolder::are_of_no_sweep() const {
  const std::optional<SweepRecord> sweep = read_journal(journal_path(0)).sweep;
  return sweep && sweep->fingerprint.empty();
}

bool PartsFolder::take_over(const std::string& file, const SweepRecord& sweep) {
  if (count_parts() == 0) return false;
  const JournalContent journal = read_journal(journal_path(0));
  const std::optional<SweepRecord>& there = journal.sweep;
  if (!there) {
    throw InputError(
        fmt::format("--resume: {} holds parts, but its journal does not say of which sweep ({}); --overwrite in place of "
                    "--resume discards them and begins {} afresh",
                    folder_, journal.why_no_sweep, file),
        "--resume");
  }
  const std::string difference = there->difference(sweep, folder_, "here");
  if (difference.empty()) {
    run_ = journal.run;
    return true;
  }
  throw InputError(
      fmt::format("--resume: {} is of another sweep: {}; give the same options, or --overwrite in place of --resume to "
                  "begin {} afresh",
                  folder_, difference, file),
      "--resume");
}

void PartsFolder::check_parts() {
  visit_parts(
      records(),
      [this](std::span<const PartRecord> same) {
        const std::string path = part(same.front().part);
        if (std::ranges::any_of(
                same, [&](const PartRecord& p) { return damage_of(path, p).empty(); }))
          return;
        damaged_.push_back(fmt::format("{} is damaged ({})", path, damage_of(path, same.back())));
        std::error_code ignored;
        fs::remove(path, ignored);
      });
}

std::string PartsFolder::journal_path(int rank) const {
  return rank == 0 ? folder_ + "/journal" : fmt::format("{}/journal.{}", folder_, rank);
}

std::string PartsFolder::part(std::size_t i) const {
  return fmt::format("{}/{:08}{}", folder_, i, suffix_);
}

std::string PartsFolder::whole() const {
  return fmt::format("{}/all{}", folder_, suffix_);
}

void PartsFolder::add(const PartRecord& part) {
  check_ours();
  journal_->append(part, run_);
}

// Whoever finds no journal meets another error, that of the file which is missing.
bool PartsFolder::is_taken() const {
  return kind_of(journal_path(0)) == FileKind::file && run_of_journal(journal_path(0)) != run_;
}

void PartsFolder::check_ours() {
  if (!is_taken()) return;
  discarded_ = true;  // what is there belongs to another
  throw_written_by_another(file_);
}

std::vector<PartRecord> PartsFolder::records() const {
  std::vector<PartRecord> parts;
  for (const std::string& name : names_in(folder_)) {
    if (!is_journal(name)) continue;
    const JournalContent journal = read_journal(folder_ + "/" + name);
    if (journal.run == run_) std::ranges::copy(journal.parts, std::back_inserter(parts));
  }
  return parts;
}

std::vector<PartRecord> PartsFolder::finished() const {
  std::vector<PartRecord> parts;
  visit_parts(records(), [&](std::span<const PartRecord> same) {
    const std::string path = part(same.front().part);
    if (kind_of(path) != FileKind::none) parts.push_back(matching_record(path, same));
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

std::ptrdiff_t PartsFolder::count_parts() const {
  return std::ranges::count_if(
      names_in(folder_), [this](const std::string& name) { return is_part(name); });
}

bool PartsFolder::is_part(const std::string& name) const {
  const std::size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
  return digits >= 8 && name.substr(digits) == suffix_;
}

// Of a part, or of the whole: left by a process that was killed.
bool PartsFolder::is_unfinished(const std::string& name) const {
  const std::string rest = name.substr(std::min(name.find_first_not_of("0123456789"), name.size()));
  const bool ours = rest.starts_with(rest.size() < name.size() ? suffix_ + "." : "all" + suffix_ + ".");
  return ours && name.ends_with(TemporaryName::suffix);
}

// The journals last: without the parts that they list they say nothing wrong.
void PartsFolder::remove_files(bool journals) const noexcept {
  std::error_code ignored;
  std::vector<std::string> names;
  try {
    names = names_in(folder_);
  } catch (const FileError&) {
    return;  // what cannot be read stays
  }
  for (const std::string& name : names)
    if (is_part(name) || is_unfinished(name)) fs::remove(folder_ + "/" + name, ignored);
  for (const std::string& name : names)
    if (is_journal(name) && (journals || name != "journal")) fs::remove(folder_ + "/" + name, ignored);
}

void PartsFolder::discard() noexcept {
  discarded_ = true;  // from here on the folder may be another process's
  try {
    if (is_taken()) return;
  } catch (const std::exception&) {
    return;  // what cannot be read stays
  }
  remove_files(true);
  std::error_code error;
  fs::remove(folder_, error);  // fails, as it should, where other files lie there
}

void throw_changed_part(const std::string& path) {
  throw FileError(fmt::format("cannot read {}: it is not what was written there", path));
}

namespace {

JournalContent journal_beside(const std::string& file) {
  const std::string journal = file + ".parts/journal";
  return kind_of(journal) == FileKind::file ? read_journal(journal) : JournalContent{};
}

}  // namespace

std::optional<SweepRecord> sweep_of_parts(const std::string& file) {
  return journal_beside(file).sweep;
}

bool is_being_replaced(const std::string& file) {
  const JournalContent content = journal_beside(file);
  return content.sweep && content.replaces == FileStamp::of(file);
}

void discard_parts_of(const std::string& file, const SweepRecord& sweep) noexcept {
  try {
    if (!is_folder(file + ".parts")) return;
    PartsFolder(file, sweep, PartsStart::resume).discard();
  } catch (const std::exception&) {
    // not ours
  }
}

}  // namespace qbatt
