# The target `bundle`: GPU tests, benchmarks and the CUDA module, stripped, with their shared libraries and what the peers are held against in
# the folder `bundle` of the build, to be copied to a host that has a driver and the CUDA libraries but no packages (scripts/gpu --bundle).
# Not in it: CUDA's libraries and the C library, whose version on the host must not be older than here.
set(bundled)
foreach(target cuda_contract_test cuda_in_segments_contract_test cuda_test qbatt_bench_cuda qbatt_bench_workloads qbatt_cuda_module)
  if(TARGET ${target})
    list(APPEND bundled ${target})
  endif()
endforeach()

# DT_RPATH, not DT_RUNPATH: it also holds for the libraries that bundled libraries need. The same in the build tree: the room that CMake would
# keep there for another path consists of empty entries, which mean the current directory.
foreach(target IN LISTS bundled)
  set_target_properties(${target} PROPERTIES
    INSTALL_RPATH "$ORIGIN" INSTALL_RPATH_USE_LINK_PATH ON BUILD_WITH_INSTALL_RPATH ON)
  target_link_options(${target} PRIVATE -Wl,--disable-new-dtags)
endforeach()

install(TARGETS ${bundled} RUNTIME_DEPENDENCY_SET qbatt_bundle
  RUNTIME DESTINATION . COMPONENT bundle EXCLUDE_FROM_ALL
  LIBRARY DESTINATION . COMPONENT bundle EXCLUDE_FROM_ALL)
set(cuda_libraries "^lib(cuda|cudart|cublas|cublasLt|cusolver|cusparse|nvJitLink)\\.so")
set(c_library "^(ld-linux-.*|lib(c|m|dl|rt|pthread))\\.so")
install(RUNTIME_DEPENDENCY_SET qbatt_bundle
  PRE_EXCLUDE_REGEXES ${cuda_libraries} ${c_library}
  LIBRARY DESTINATION . COMPONENT bundle EXCLUDE_FROM_ALL)
install(DIRECTORY tests/data DESTINATION . COMPONENT bundle EXCLUDE_FROM_ALL)

set(bundle_folder ${CMAKE_BINARY_DIR}/bundle)
add_custom_target(bundle
  COMMAND ${CMAKE_COMMAND} -E rm -rf ${bundle_folder}
  COMMAND ${CMAKE_COMMAND} --install ${CMAKE_BINARY_DIR} --component bundle --strip --prefix ${bundle_folder}
  COMMAND ${PROJECT_SOURCE_DIR}/tests/build/check_bundle ${bundle_folder}
  COMMENT "Collecting ${bundle_folder}"
  VERBATIM)
add_dependencies(bundle ${bundled})
