# `cmake --install`: the program with its modules, and the library with its headers for find_package(qbatt), as qbatt::qbatt.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/qbatt)
# Static libraries: whoever links solve() and sweeps links what they stand on.
set(libraries include kernels text model chain cost charge cpu devices api sweep)
set(exported qbatt_flags)
foreach(library IN LISTS libraries)
  list(APPEND exported qbatt_${library})
  set_target_properties(qbatt_${library} PROPERTIES EXPORT_NAME ${library})
endforeach()
set_target_properties(qbatt_flags PROPERTIES EXPORT_NAME flags)
set_target_properties(qbatt_api PROPERTIES EXPORT_NAME qbatt)
install(TARGETS ${exported} EXPORT qbattTargets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY include/qbatt DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT qbattTargets NAMESPACE qbatt:: DESTINATION ${package_folder})

configure_package_config_file(cmake/qbattConfig.cmake.in ${CMAKE_BINARY_DIR}/qbattConfig.cmake INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/qbattConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/qbattConfig.cmake ${CMAKE_BINARY_DIR}/qbattConfigVersion.cmake
        DESTINATION ${package_folder})

# The program looks for its modules in ../lib.
foreach(module qbatt_cuda_module qbatt_mpi)
  if(TARGET ${module})
    install(TARGETS ${module} LIBRARY DESTINATION lib)
  endif()
endforeach()
if(TARGET qbatt)
  install(TARGETS qbatt RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(DIRECTORY ${CMAKE_BINARY_DIR}/share/ DESTINATION ${CMAKE_INSTALL_DATADIR})
endif()
