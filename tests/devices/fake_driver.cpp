// A libcuda.so.1 that answers what it was compiled to answer: FAKE_VERSION, FAKE_STATUS (of cuInit) and FAKE_DEVICES.
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
