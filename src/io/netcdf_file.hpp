#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "qbatt/errors.hpp"

namespace qbatt {

/// A file that is no netCDF, or a damaged one: what the system says is in order.
class NotNetcdf : public FileError {
public:
  using FileError::FileError;
};

/// An open file with a shared lock: who writes it with HDF5 keeps an exclusive one. Where the file system has no locks, there is
/// none.
class ReadLock {
public:
  /// None.
  ReadLock() = default;
  /// Throws FileError where the file cannot be opened, and where another process writes it.
  explicit ReadLock(const std::string& path);
  ReadLock(ReadLock&& other) noexcept;
  ReadLock(const ReadLock&) = delete;
  ReadLock& operator=(const ReadLock&) = delete;
  ReadLock& operator=(ReadLock&&) = delete;
  ~ReadLock();

private:
  int descriptor_ = -1;
};

/// A netCDF-4 file and its handle. Every call that fails throws a FileError with the name of the file and the reason, and a
/// NotNetcdf where that is what the file holds.
///
/// HDF5, which stands behind netCDF, refuses to work where the file system has no locks (as NFS and Lustre may). So its own are
/// switched off, unless the environment variable HDF5_USE_FILE_LOCKING asks for them, and a ReadLock does in their place what they
/// are good for. Files are written under names that nobody else reads.
class NetcdfFile {
public:
  /// Creates the file, or empties it.
  static NetcdfFile create(const std::string& path);
  /// For reading.
  static NetcdfFile open(const std::string& path);

  NetcdfFile(NetcdfFile&& other) noexcept;
  NetcdfFile(const NetcdfFile&) = delete;
  NetcdfFile& operator=(const NetcdfFile&) = delete;
  NetcdfFile& operator=(NetcdfFile&&) = delete;
  /// Closes without a check.
  ~NetcdfFile();

  [[nodiscard]] int id() const { return id_; }
  /// Throws unless `status`, what a call on this file returned, is NC_NOERR.
  void check(int status) const;
  /// A text attribute of a variable, or of the file where `variable` is NC_GLOBAL.
  void put_text(int variable, const char* name, std::string_view text) const;
  /// The same; nullopt where there is none.
  [[nodiscard]] std::optional<std::string> text(int variable, const char* name) const;
  void close();

private:
  NetcdfFile(std::string path, bool writes, ReadLock lock);
  void check_opened(int status) const;

  std::string path_;
  bool writes_;
  ReadLock lock_;
  int id_ = -1;
};

}  // namespace qbatt
