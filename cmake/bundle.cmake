# The target `bundle`: GPU tests, benchmarks and the CUDA module, stripped, with their shared libraries and what the peers are held against in
# the folder `bundle` of the build, to be copied to a host that has a driver and the CUDA libraries but no packages (scripts/gpu --bundle).
# Not in it: CUDA's libraries and the C library, whose version on the host must not be older than here.
# The target `rehearsal`: what stands for them where there is no GPU, the pipeline compiled for the host, in the folder `rehearsal`
# (scripts/check-bare-debian --gpu).
set(cuda_libraries "^lib(cuda|cudart|cublas|cublasLt|cusolver|cusparse|nvJitLink)\\.so")
set(c_library "^(ld-linux-.*|lib(c|m|dl|rt|pthread))\\.so")

# qbatt_bundle(name TARGET …): those of the targets that there are.
function(qbatt_bundle name)
  set(bundled)
  foreach(target IN LISTS ARGN)
    if(TARGET ${target})
      list(APPEND bundled ${target})
    endif()
  endforeach()
  if(NOT bundled)
    return()
  endif()

  # DT_RPATH, not DT_RUNPATH: it also holds for the libraries that bundled libraries need. The same in the build tree: the room that CMake
  # would keep there for another path consists of empty entries, which mean the current directory.
  foreach(target IN LISTS bundled)
    set_target_properties(${target} PROPERTIES
      INSTALL_RPATH "$ORIGIN" INSTALL_RPATH_USE_LINK_PATH ON BUILD_WITH_INSTALL_RPATH ON)
    target_link_options(${target} PRIVATE -Wl,--disable-new-dtags)
  endforeach()

  install(TARGETS ${bundled} RUNTIME_DEPENDENCY_SET ${name}
    RUNTIME DESTINATION . COMPONENT ${name} EXCLUDE_FROM_ALL
    LIBRARY DESTINATION . COMPONENT ${name} EXCLUDE_FROM_ALL)
  install(RUNTIME_DEPENDENCY_SET ${name}
    PRE_EXCLUDE_REGEXES ${cuda_libraries} ${c_library}
    LIBRARY DESTINATION . COMPONENT ${name} EXCLUDE_FROM_ALL)
  install(DIRECTORY tests/data DESTINATION . COMPONENT ${name} EXCLUDE_FROM_ALL)

  set(folder ${CMAKE_BINARY_DIR}/${name})
  add_custom_target(${name}
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${folder}
    COMMAND ${CMAKE_COMMAND} --install ${CMAKE_BINARY_DIR} --component ${name} --strip --prefix ${folder}
    COMMENT "Collecting ${folder}"
    VERBATIM)
  add_dependencies(${name} ${bundled})
endfunction()

qbatt_bundle(bundle
  cuda_contract_test cuda_in_segments_contract_test cuda_test qbatt_bench_cuda qbatt_bench_workloads qbatt_cuda_module)
add_custom_command(TARGET bundle POST_BUILD COMMAND ${PROJECT_SOURCE_DIR}/tests/build/check_bundle ${CMAKE_BINARY_DIR}/bundle VERBATIM)
qbatt_bundle(rehearsal cuda_on_host_contract_test cuda_on_host_test qbatt_bench_cuda_on_host qbatt_bench_workloads)
