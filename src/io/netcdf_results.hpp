#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "io/netcdf_file.hpp"
#include "io/result_writer.hpp"
#include "io/sweep_record.hpp"

namespace qbatt {

/// The lengths of the dimensions `system` and `sample`; samples are the levels of all systems, one behind the other.
struct NetcdfSizes {
  std::size_t systems = 0;
  std::size_t samples = 0;
};

NetcdfSizes sizes_of(const Table& chunk);

/// `plain` is fastest to write and to read back, for parts; `compressed` is chunked, shuffled and deflated where that pays.
enum class NetcdfStorage { plain, compressed };

/// Results in one netCDF-4 file, as written by every command:
///
///     dimensions   system, and with times: time, sample (with populations)
///     (system)         every column of a row; status and solver as CF flags
///     (system, time)   t and every series; the series error_bound is called error_bound_t, since a row has one too
///     (sample)         level, the k of each sample
///     (sample, time)   populations, a contiguous ragged array: `dim` counts the samples of each system
///
/// Units and long names are those of cf_label(); the global attribute format_version is that of the records.
///
/// The lengths are fixed at the beginning and the file is filled from its front. Every call throws FileError where it fails.
class NetcdfResults {
public:
  /// `example`: a file of the same layout with some of the values to come, which tells whether values of many times repeat. Where
  /// they do not, they are stored as they are: the digits of computed numbers are noise, of which deflating saves little in
  /// most of the time of writing. An empty name: all are deflated.
  NetcdfResults(const std::string& path, ResultsLayout layout, const NetcdfSizes& sizes, NetcdfStorage storage,
                std::string example = {});

  /// The rows and series of `chunk`, behind what is there. A system whose series is missing, as it failed, gets NaN.
  void append(const Table& chunk);
  /// All of another file of the same layout, block by block.
  void append_file(const std::string& path);
  /// Global attributes; `wall_time` in seconds.
  void put_attributes(const Provenance& provenance, double wall_time) const;
  /// The record of the sweep with the checksum of the data, as the attribute `sweep`. All is written.
  void put_record(FinishedRecord record) const;
  /// The attributes of another such file.
  void copy_attributes(const std::string& path) const;
  void close() { file_.close(); }

  /// What a file of results holds.
  static ResultsLayout layout_of(const std::string& path);
  static NetcdfSizes sizes_of_file(const std::string& path);
  /// Whether it is netCDF whose attribute `source` names qbatt.
  static bool is_ours(const std::string& path);
  /// Its attribute `sweep`; nullopt where it has none or is not netCDF. Throws FileError where the file cannot be read.
  static std::optional<std::string> record_text(const std::string& path);
  /// The same, read; nullopt also where it is of another format_version or of other data than those in the file.
  static std::optional<FinishedRecord> record_of(const std::string& path);

private:
  struct Variable {
    int id = -1;
    bool of_samples = false;  ///< its first dimension is `sample`, not `system`
    std::size_t row = 1;      ///< values for each element of the first dimension
    std::size_t value_size = 8;
    ChecksumSum sum;  ///< of what was put
  };
  struct Description;

  void define(const Description& description);
  void define_rows();
  void define_series();
  void define_populations();
  void store(int variable, const Description& description) const;
  [[nodiscard]] bool pays_to_deflate(const Description& description) const;
  void put(Variable& variable, std::size_t start, std::size_t count, const void* values);
  void append_rows(const Table& chunk);
  void append_series(const Table& chunk);
  void append_populations(const Table& chunk);

  NetcdfFile file_;
  ResultsLayout layout_;
  NetcdfSizes sizes_;
  NetcdfStorage storage_;
  std::string example_;
  int system_dimension_ = -1;
  int time_dimension_ = -1;
  int sample_dimension_ = -1;
  std::vector<Variable>
      variables_;  // each filled from its front: the columns of a row, then t and the series, then level and populations
  NetcdfSizes filled_;
};

}  // namespace qbatt
