#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace qbatt::test {

/// What the bits of a row depend on besides qbatt: libraries that choose their code by the processor.
struct Surroundings {
  std::string elementary_functions;  ///< the C library and what it takes of the processor: sines, logarithms
  std::string blas;                  ///< OpenBLAS and its kernels; "none" where dense matrices are not built in
};
Surroundings surroundings();

/// Products of matrices on one thread: which sums OpenBLAS forms depends on the number of threads.
void use_one_blas_thread();

/// A file of checksums, one for each sweep and instruction set; tests/data/README.md describes it.
class ChecksumRecord {
public:
  /// An empty record where there is no such file.
  explicit ChecksumRecord(std::string path);

  [[nodiscard]] std::string revision() const { return content_.at("revision"); }
  [[nodiscard]] Surroundings made_in() const;
  [[nodiscard]] std::optional<std::string> find(const std::string& sweep, const std::string& instruction_set) const;

  /// Writes the file again with one entry more. Entries that were made elsewhere are dropped: none would say where it comes from.
  void put(const std::string& sweep, const std::string& instruction_set, const std::string& checksum);

private:
  std::string path_;
  nlohmann::json content_;
};

}  // namespace qbatt::test
