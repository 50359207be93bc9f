# netCDF-C with netCDF-4, if any, as the imported target qbatt_netcdf. Its own package file asks for the development files of
# everything that it was built with.
find_library(QBATT_NETCDF_LIBRARY netcdf)
find_path(QBATT_NETCDF_INCLUDE netcdf.h)
if(QBATT_NETCDF_LIBRARY AND QBATT_NETCDF_INCLUDE)
  add_library(qbatt_netcdf INTERFACE IMPORTED GLOBAL)
  target_include_directories(qbatt_netcdf SYSTEM INTERFACE ${QBATT_NETCDF_INCLUDE})
  target_link_libraries(qbatt_netcdf INTERFACE ${QBATT_NETCDF_LIBRARY})
else()
  message(STATUS "netCDF: left out, the library was not found")
endif()
