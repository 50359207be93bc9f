// A libcuda.so.1 that answers what it was compiled to answer: FAKE_VERSION, FAKE_STATUS (of cuInit), FAKE_DEVICES, and
// of each of them FAKE_CAPABILITY (10 major + minor), with a hundred multiprocessors of 1 GHz and 100 GB.
extern "C" int cuDriverGetVersion(int* version) {
  *version = FAKE_VERSION;
  return 0;
}

extern "C" int cuInit(unsigned) {
  return FAKE_STATUS;
}

extern "C" int cuDeviceGetCount(int* count) {
  *count = FAKE_DEVICES;
  return 0;
}

extern "C" int cuDeviceGet(int* device, int number) {
  *device = number;
  return number < FAKE_DEVICES ? 0 : 101;
}

extern "C" int cuDeviceTotalMem_v2(unsigned long* bytes, int) {
  *bytes = 100'000'000'000;
  return 0;
}

extern "C" int cuDeviceGetAttribute(int* value, int attribute, int) {
  switch (attribute) {
    case 13:  // clock, kHz
      *value = 1'000'000;
      return 0;
    case 16:  // multiprocessors
      *value = 100;
      return 0;
    case 75:
      *value = FAKE_CAPABILITY / 10;
      return 0;
    case 76:
      *value = FAKE_CAPABILITY % 10;
      return 0;
    default:
      return 1;
  }
}
