#include "text/file_status.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fcntl.h>

#include "io/temporary_folder.hpp"
#include "support/errors.hpp"

namespace qbatt {
namespace {

using test::message_of;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// A superuser may search every folder, so that here it is nobody for a while.
class Nobody {
public:
  Nobody() {
    if (::geteuid() == 0) is_other_ = ::seteuid(65534) == 0;
  }
  Nobody(const Nobody&) = delete;
  Nobody& operator=(const Nobody&) = delete;
  ~Nobody() {
    if (is_other_) EXPECT_EQ(::seteuid(0), 0);
  }

private:
  bool is_other_ = false;
};

// No file can be opened any more.
class NoDescriptors {
public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &old_);
    const rlimit none{0, old_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &old_); }

private:
  rlimit old_{};
};

class FileStatus : public testing::Test {
protected:
  void SetUp() override {
    std::filesystem::create_directory(folder_.path("folder"));
    file_ = folder_.write("folder/file", "");
  }
  test::TemporaryFolder folder_;
  std::string file_;
};

TEST_F(FileStatus, TellsKinds) {
  EXPECT_EQ(kind_of(file_), FileKind::file);
  EXPECT_EQ(kind_of(folder_.path()), FileKind::folder);
  EXPECT_EQ(kind_of("/dev/null"), FileKind::other);
  EXPECT_EQ(kind_of(folder_.path("none")), FileKind::none);
  EXPECT_EQ(kind_of(file_ + "/below"), FileKind::none) << "a file on the way";
  std::filesystem::create_symlink("folder/file", folder_.path("link"));
  EXPECT_EQ(kind_of(folder_.path("link")), FileKind::file);
  EXPECT_THAT(names_in(folder_.path()), UnorderedElementsAre("folder", "link"));
  EXPECT_THAT(names_in(folder_.path("none")), IsEmpty());
}

TEST_F(FileStatus, WhatCannotBeToldIsNotNothing) {
  std::filesystem::create_symlink("loop", folder_.path("loop"));
  EXPECT_THAT(message_of<FileError>([&] { kind_of(folder_.path("loop/file")); }), HasSubstr("Too many levels of symbolic links"));
  EXPECT_THAT(message_of<FileError>([&] { kind_of(folder_.path(std::string(300, 'a'))); }), HasSubstr("File name too long"));
  ::chmod(folder_.path("folder").c_str(), 0);
  {
    const Nobody nobody;
    EXPECT_THAT(message_of<FileError>([&] { kind_of(file_); }), HasSubstr("cannot read " + file_ + ": Permission denied"));
    EXPECT_THAT(message_of<FileError>([&] { names_in(folder_.path("folder")); }), HasSubstr("Permission denied"));
  }
  ::chmod(folder_.path("folder").c_str(), 0755);
  const std::string none_left = [&] {
    const NoDescriptors limit;
    return message_of<FileError>([&] { names_in(folder_.path("folder")); });
  }();
  EXPECT_THAT(none_left, HasSubstr("Too many open files"));
}

}  // namespace
}  // namespace qbatt
