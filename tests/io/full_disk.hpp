#pragma once

#include <sys/resource.h>

#include <csignal>

namespace qbatt::test {

/// A disk that is full after `bytes`, for this process.
class FullDisk {
public:
  explicit FullDisk(rlim_t bytes) : old_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &old_limit_);
    const rlimit limit{bytes, old_limit_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &old_limit_);
    static_cast<void>(std::signal(SIGXFSZ, old_handler_));
  }

private:
  void (*old_handler_)(int);
  rlimit old_limit_{};
};

}  // namespace qbatt::test
