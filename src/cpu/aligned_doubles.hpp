#pragma once

#include <cstddef>
#include <memory>
#include <new>

namespace qbatt::cpu {

/// An array of doubles, not initialized, that begins at a cache line, so that no vector of one straddles two.
class AlignedDoubles {
public:
  explicit AlignedDoubles(std::size_t count)
      : data_(static_cast<double*>(::operator new[](count * sizeof(double), std::align_val_t{alignment}))) {}

  [[nodiscard]] double* get() const { return data_.get(); }

private:
  static constexpr std::size_t alignment = 64;
  struct Free {
    void operator()(double* p) const { ::operator delete[](p, std::align_val_t{alignment}); }
  };
  std::unique_ptr<double[], Free> data_;
};

/// `count` rounded up to whole cache lines of doubles.
constexpr std::size_t whole_lines(std::size_t count) {
  return (count + 7) / 8 * 8;
}

}  // namespace qbatt::cpu
