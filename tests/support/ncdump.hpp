#pragma once

#include <string>
#include <vector>

namespace qbatt::test {

/// A netCDF file as the program ncdump of the netCDF project prints it.
class Ncdump {
public:
  /// Throws std::runtime_error where ncdump is not there or fails.
  explicit Ncdump(const std::string& path);

  /// Whether ncdump is installed.
  static bool available();

  /// Dimensions, variables and attributes, without indentation, one a line, such as "n_b:units = \"1\" ;".
  [[nodiscard]] const std::string& header() const { return header_; }
  /// All values of a variable, the last dimension fastest, read from 17 digits. Throws where there is no such variable.
  [[nodiscard]] std::vector<double> values(const std::string& variable) const;

private:
  std::string header_;
  std::string data_;
};

}  // namespace qbatt::test
