#include "text/input_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "qbatt/errors.hpp"

namespace qbatt {
namespace {

[[noreturn]] void throw_cannot_read(const std::string& path, int error) {
  throw FileError(fmt::format("cannot read {}: {}", path, std::strerror(error)));
}

class Descriptor {
public:
  explicit Descriptor(const std::string& path) : number_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (number_ < 0) throw_cannot_read(path, errno);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { ::close(number_); }
  [[nodiscard]] int number() const { return number_; }

private:
  int number_;
};

}  // namespace

void read_blocks(const std::string& path, const std::function<void(std::string_view block)>& take) {
  constexpr std::size_t block_size = 1 << 18;
  const Descriptor file(path);
  std::vector<char> block(block_size);
  while (true) {
    const ssize_t count = ::read(file.number(), block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_cannot_read(path, errno);
    if (count == 0) return;
    take({block.data(), static_cast<std::size_t>(count)});
  }
}

std::string read_file(const std::string& path) {
  std::string text;
  read_blocks(path, [&](std::string_view block) { text += block; });
  return text;
}

}  // namespace qbatt
