#pragma once

#include <string>
#include <string_view>

namespace qbatt {

/// A netCDF-4 file and its handle. Every call that fails throws a FileError with the name of the file and the reason.
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
  void close();

private:
  NetcdfFile(std::string path, bool writes) : path_(std::move(path)), writes_(writes) {}

  std::string path_;
  bool writes_;
  int id_ = -1;
};

}  // namespace qbatt
