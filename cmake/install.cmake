# `cmake --install`: the program with its modules, and the library with its headers for find_package(qbatt), as qbatt::qbatt.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/qbatt)
set_target_properties(qbatt_core PROPERTIES EXPORT_NAME qbatt)
set_target_properties(qbatt_model PROPERTIES EXPORT_NAME model)
set_target_properties(qbatt_sweep PROPERTIES EXPORT_NAME sweep)
set_target_properties(qbatt_options PROPERTIES EXPORT_NAME options)
install(TARGETS qbatt_core qbatt_model qbatt_sweep qbatt_options EXPORT qbattTargets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY include/qbatt DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT qbattTargets NAMESPACE qbatt:: DESTINATION ${package_folder})

configure_package_config_file(cmake/qbattConfig.cmake.in ${CMAKE_BINARY_DIR}/qbattConfig.cmake INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/qbattConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/qbattConfig.cmake ${CMAKE_BINARY_DIR}/qbattConfigVersion.cmake cmake/lapack.cmake
        DESTINATION ${package_folder})

# The program looks for its modules in ../lib.
foreach(module qbatt_cuda qbatt_mpi)
  if(TARGET ${module})
    install(TARGETS ${module} LIBRARY DESTINATION lib)
  endif()
endforeach()
if(TARGET qbatt)
  install(TARGETS qbatt RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
