#include <dlfcn.h>
#include <fcntl.h>

#include <cerrno>
#include <cstdarg>

// A file system without locks, as NFS and Lustre may be: loaded by LD_PRELOAD, every lock fails with ENOLCK.
namespace {

bool is_lock(int command) {
  return command == F_SETLK || command == F_SETLKW || command == F_OFD_SETLK || command == F_OFD_SETLKW;
}

int control(const char* name, int descriptor, int command, void* argument) {
  if (is_lock(command)) {
    errno = ENOLCK;
    return -1;
  }
  using Control = int (*)(int, int, void*);
  return reinterpret_cast<Control>(::dlsym(RTLD_NEXT, name))(descriptor, command, argument);
}

}  // namespace

extern "C" {

// By its name in the library: here it is that of a structure too.
int refuse_flock(int, int) noexcept __asm__("flock");
int refuse_flock(int, int) noexcept {
  errno = ENOLCK;
  return -1;
}

int fcntl(int descriptor, int command, ...) {
  std::va_list list;
  va_start(list, command);
  void* const argument = va_arg(list, void*);
  va_end(list);
  return control("fcntl", descriptor, command, argument);
}

int fcntl64(int descriptor, int command, ...) {
  std::va_list list;
  va_start(list, command);
  void* const argument = va_arg(list, void*);
  va_end(list);
  return control("fcntl64", descriptor, command, argument);
}
}
