#include "io/netcdf_file.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netcdf.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "text/input_file.hpp"

namespace qbatt {
namespace {

constexpr const char* locking_variable = "HDF5_USE_FILE_LOCKING";
constexpr const char* in_use = "another process is using it";

// What the system refuses for a reason of its own, whatever the library makes of it.
bool is_of_the_system(int error) {
  constexpr std::array errors{ENOSPC, EFBIG, EDQUOT, EIO, EMFILE, ENFILE, ENOMEM, ESTALE};
  return std::ranges::find(errors, error) != errors.end();
}

// What HDF5 offers under this name; null where it does not, or is not behind this netCDF.
template <class Function>
Function hdf5(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_DEFAULT, name));
}

// HDF5 on a thread: it prints none of the errors that netCDF reports, and forgets them when the thread ends.
class QuietHdf5 {
public:
  QuietHdf5() {
    auto* const set_auto = hdf5<int (*)(std::int64_t stack, void* print, void* data)>("H5Eset_auto2");
    if (set_auto != nullptr) set_auto(default_stack, nullptr, nullptr);
  }
  QuietHdf5(const QuietHdf5&) = delete;
  QuietHdf5& operator=(const QuietHdf5&) = delete;
  ~QuietHdf5() {
    auto* const clear = hdf5<int (*)(std::int64_t stack)>("H5Eclear2");
    if (clear != nullptr) clear(default_stack);
  }

private:
  static constexpr std::int64_t default_stack = 0;
};

// Behind netCDF stands HDF5, which is told two things before its first call. At the end of the program it writes once more what it
// could not write before, as to a full disk, and crashes: files are closed by then, or given up. And it is to use no locks.
void prepare_hdf5() {
  static const bool prepared = [] {
    constexpr int keep_that_of_the_user = 0;
    ::setenv(locking_variable, "FALSE", keep_that_of_the_user);
    auto* const dont_atexit = hdf5<int (*)()>("H5dont_atexit");
    return dont_atexit != nullptr && dont_atexit() >= 0;
  }();
  static_cast<void>(prepared);
  thread_local const QuietHdf5 quiet;
}

std::string message(bool writes, const std::string& path, std::string_view reason) {
  return fmt::format("cannot {} {}: {}", writes ? "write" : "read", path, reason);
}

// Why the system would not let HDF5 open the file; empty where it would.
std::string refusal_of_system(const std::string& path, bool writes) {
  const int descriptor = ::open(path.c_str(), writes ? O_RDWR | O_CREAT | O_CLOEXEC : O_RDONLY | O_CLOEXEC, 0666);
  if (descriptor < 0) return std::strerror(errno);
  const int error = ::flock(descriptor, (writes ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0 ? 0 : errno;
  ::close(descriptor);
  if (error == 0) return "";
  if (error == EWOULDBLOCK) return in_use;
  return fmt::format("HDF5 wants to lock it, and its file system has no locks ({}): set {}=FALSE in the environment",
                     std::strerror(error), locking_variable);
}

}  // namespace

ReadLock::ReadLock(const std::string& path) : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
  if (descriptor_ < 0) throw_cannot_read(path, errno);
  if (::flock(descriptor_, LOCK_SH | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
  ::close(descriptor_);
  throw FileError(message(false, path, in_use));
}

ReadLock::ReadLock(ReadLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

ReadLock::~ReadLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

NetcdfFile::NetcdfFile(std::string path, bool writes, ReadLock lock)
    : path_(std::move(path)), writes_(writes), lock_(std::move(lock)) {
  prepare_hdf5();
}

NetcdfFile NetcdfFile::create(const std::string& path) {
  NetcdfFile file(path, true, {});
  errno = 0;
  file.check_opened(nc_create(path.c_str(), NC_NETCDF4 | NC_CLOBBER, &file.id_));
  return file;
}

NetcdfFile NetcdfFile::open(const std::string& path) {
  NetcdfFile file(path, false, ReadLock(path));
  errno = 0;
  file.check_opened(nc_open(path.c_str(), NC_NOWRITE, &file.id_));
  return file;
}

NetcdfFile::NetcdfFile(NetcdfFile&& other) noexcept
    : path_(std::move(other.path_)), writes_(other.writes_), lock_(std::move(other.lock_)), id_(std::exchange(other.id_, -1)) {}

NetcdfFile::~NetcdfFile() {
  if (id_ >= 0) nc_close(id_);
}

// Where HDF5 fails to open a file, netCDF says "HDF error" or, of a new one, "Permission denied", whatever the reason was.
void NetcdfFile::check_opened(int status) const {
  if (status == NC_NOERR || is_of_the_system(errno)) return check(status);
  const std::string refusal = refusal_of_system(path_, writes_);
  if (!refusal.empty()) throw FileError(message(writes_, path_, refusal));
  check(status);
}

void NetcdfFile::check(int status) const {
  if (status == NC_NOERR) return;
  const bool may_be_of_system = status > 0 || status <= NC_EHDFERR;
  if (may_be_of_system && is_of_the_system(errno)) throw FileError(message(writes_, path_, std::strerror(errno)));
  if (status > 0) throw FileError(message(writes_, path_, std::strerror(status)));
  if (writes_) throw FileError(message(writes_, path_, nc_strerror(status)));
  const bool damaged = status == NC_EHDFERR || status == NC_EFILTER;
  throw NotNetcdf(message(writes_, path_, damaged ? "it is damaged or not complete" : nc_strerror(status)));
}

void NetcdfFile::put_text(int variable, const char* name, std::string_view text) const {
  check(nc_put_att_text(id_, variable, name, text.size(), text.data()));
}

std::optional<std::string> NetcdfFile::text(int variable, const char* name) const {
  std::size_t length = 0;
  nc_type type = NC_NAT;
  if (nc_inq_att(id_, variable, name, &type, &length) != NC_NOERR || type != NC_CHAR) return std::nullopt;
  std::string text(length, '\0');
  check(nc_get_att_text(id_, variable, name, text.data()));
  return text;
}

void NetcdfFile::close() {
  errno = 0;
  check(nc_close(std::exchange(id_, -1)));
}

}  // namespace qbatt
