#include "io/netcdf_file.hpp"

#include <dlfcn.h>
#include <fmt/format.h>
#include <netcdf.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "qbatt/errors.hpp"

namespace qbatt {
namespace {

// The library does not say why the system refused; the system itself does.
std::string reason(int status, int system_error) {
  if (status > 0) return std::strerror(status);
  const bool disk = system_error == ENOSPC || system_error == EFBIG || system_error == EDQUOT || system_error == EIO;
  return disk ? std::strerror(system_error) : nc_strerror(status);
}

// Behind netCDF stands HDF5. At the end of the program it writes once more what it could not write before, as to a full disk, and
// crashes: it is told not to. Files are closed by then, or given up.
void forbid_late_writing() {
  static const bool forbidden = [] {
    using DontAtexit = int (*)();
    const auto dont_atexit = reinterpret_cast<DontAtexit>(::dlsym(RTLD_DEFAULT, "H5dont_atexit"));
    return dont_atexit != nullptr && dont_atexit() >= 0;
  }();
  static_cast<void>(forbidden);
}

}  // namespace

NetcdfFile NetcdfFile::create(const std::string& path) {
  forbid_late_writing();
  NetcdfFile file(path, true);
  file.check(nc_create(path.c_str(), NC_NETCDF4 | NC_CLOBBER, &file.id_));
  return file;
}

NetcdfFile NetcdfFile::open(const std::string& path) {
  NetcdfFile file(path, false);
  file.check(nc_open(path.c_str(), NC_NOWRITE, &file.id_));
  return file;
}

NetcdfFile::NetcdfFile(NetcdfFile&& other) noexcept
    : path_(std::move(other.path_)), writes_(other.writes_), id_(std::exchange(other.id_, -1)) {}

NetcdfFile::~NetcdfFile() {
  if (id_ >= 0) nc_close(id_);
}

void NetcdfFile::check(int status) const {
  if (status == NC_NOERR) return;
  throw FileError(fmt::format("cannot {} {}: {}", writes_ ? "write" : "read", path_, reason(status, errno)));
}

void NetcdfFile::put_text(int variable, const char* name, std::string_view text) const {
  check(nc_put_att_text(id_, variable, name, text.size(), text.data()));
}

void NetcdfFile::close() {
  errno = 0;
  check(nc_close(std::exchange(id_, -1)));
}

}  // namespace qbatt
