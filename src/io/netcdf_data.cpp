#include "io/netcdf_data.hpp"

#include <fmt/format.h>
#include <netcdf.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

namespace qbatt {
namespace {

constexpr std::size_t block_values = std::size_t{1} << 20;

struct Dimension {
  std::string name;
  std::size_t length = 0;
};

struct Shape {
  std::string name;
  nc_type type = NC_NAT;
  std::vector<Dimension> dimensions;
};

Dimension dimension_of(const NetcdfFile& file, int id) {
  std::array<char, NC_MAX_NAME + 1> name{};
  Dimension dimension;
  file.check(nc_inq_dim(file.id(), id, name.data(), &dimension.length));
  dimension.name = name.data();
  return dimension;
}

Shape shape_of(const NetcdfFile& file, int variable) {
  std::array<char, NC_MAX_NAME + 1> name{};
  std::array<int, NC_MAX_VAR_DIMS> dimensions{};
  int rank = 0;
  Shape shape;
  file.check(nc_inq_var(file.id(), variable, name.data(), &shape.type, &rank, dimensions.data(), nullptr));
  shape.name = name.data();
  for (int i = 0; i < rank; ++i) shape.dimensions.push_back(dimension_of(file, dimensions[static_cast<std::size_t>(i)]));
  return shape;
}

// Of types whose values are numbers: others hold pointers, and nobody writes them here.
std::size_t size_of(const NetcdfFile& file, nc_type type) {
  std::size_t size = 0;
  if (type > NC_NAT && type <= NC_UINT64) file.check(nc_inq_type(file.id(), type, nullptr, &size));
  return size;
}

int count_of(const NetcdfFile& file, int (*inquire)(int, int*)) {
  int count = 0;
  file.check(inquire(file.id(), &count));
  return count;
}

}  // namespace

void read_blocks_of(const NetcdfFile& file, int variable,
                    const std::function<void(std::span<const char> values, std::size_t first, std::size_t count)>& take) {
  const Shape shape = shape_of(file, variable);
  const std::size_t rank = shape.dimensions.size();
  std::vector<std::size_t> starts(rank, 0);
  std::vector<std::size_t> counts;
  std::size_t row = 1;  // values for each element of the first dimension
  for (const Dimension& dimension : shape.dimensions) counts.push_back(dimension.length);
  for (std::size_t i = 1; i < rank; ++i) row *= counts[i];
  const std::size_t length = rank == 0 ? 1 : counts[0];
  const std::size_t row_bytes = row * size_of(file, shape.type);
  if (row_bytes == 0 || length == 0) return;
  const std::size_t block = std::clamp(block_values / row, std::size_t{1}, length);
  std::vector<char> values(block * row_bytes);
  for (std::size_t first = 0; first < length; first += block) {
    const std::size_t count = std::min(block, length - first);
    if (rank > 0) {
      starts[0] = first;
      counts[0] = count;
    }
    file.check(nc_get_vara(file.id(), variable, starts.data(), counts.data(), values.data()));
    take(std::span(values).first(count * row_bytes), first, count);
  }
}

Checksum checksum_of_data(const NetcdfFile& file) {
  return checksum_of_data(
      file,
      [&](int variable) {
        ChecksumSum sum;
        read_blocks_of(
            file, variable,
            [&](std::span<const char> values, std::size_t, std::size_t) {
              sum.add({values.data(), values.size()});
            });
        return sum.value();
      });
}

Checksum checksum_of_data(const NetcdfFile& file, const std::function<Checksum(int variable)>& of_values) {
  std::uint64_t bytes = 0;
  std::map<std::string, std::string> content;  // of each variable and dimension in words, by its name
  for (int id = 0; id < count_of(file, nc_inq_ndims); ++id) {
    const Dimension dimension = dimension_of(file, id);
    content["dimension " + dimension.name] = std::to_string(dimension.length);
  }
  for (int id = 0; id < count_of(file, nc_inq_nvars); ++id) {
    const Shape shape = shape_of(file, id);
    const Checksum values = of_values(id);
    std::string text = fmt::format("type {} crc {} along", shape.type, values.crc);
    for (const Dimension& dimension : shape.dimensions) text += " " + dimension.name;
    content["variable " + shape.name] = text;
    bytes += values.bytes;
  }
  ChecksumSum sum;
  for (const auto& [name, text] : content) sum.add(fmt::format("{}: {}\n", name, text));
  return {bytes, sum.value().crc};
}

}  // namespace qbatt
