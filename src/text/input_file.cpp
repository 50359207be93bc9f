#include "text/input_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>
#include <vector>

#include "qbatt/errors.hpp"

namespace qbatt {
namespace {

class Descriptor {
public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

private:
  int number_;
};

}  // namespace

void throw_cannot_read(const std::string& name, int error, std::string_view option) {
  throw FileError(fmt::format("{}{}cannot read {}: {}", option, option.empty() ? "" : ": ", name, std::strerror(error)));
}

void read_blocks(const std::string& path, const std::function<void(std::string_view block)>& take, std::string_view option) {
  constexpr std::size_t block_size = 1 << 18;
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) throw_cannot_read(path, errno, option);
  std::vector<char> block(block_size);
  while (true) {
    const ssize_t count = ::read(file.number(), block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_cannot_read(path, errno, option);
    if (count == 0) return;
    take({block.data(), static_cast<std::size_t>(count)});
  }
}

InputText::InputText(const std::string& path, std::string_view option)
    : stream_(path == "-" ? std::cin : file_), name_(path == "-" ? "the standard input" : path) {
  if (path == "-") return;
  errno = 0;
  file_.open(path);
  if (!file_) throw_cannot_read(path, errno, option);
}

std::string read_file(const std::string& path, std::string_view option) {
  std::string text;
  read_blocks(
      path, [&](std::string_view block) { text += block; }, option);
  return text;
}

}  // namespace qbatt
