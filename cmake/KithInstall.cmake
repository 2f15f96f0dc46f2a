# What `cmake --install` puts where, for two kinds of users:
#   C++  find_package(kith COMPONENTS CXX)  kith::kith    static, needs the -dev packages
#   C    find_package(kith COMPONENTS C)    kith::kith_c  libkith.so.0; or pkg-config kith
include(CMakePackageConfigHelpers)
set(KITH_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/kith)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/kith DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS kith kith_third_party EXPORT kithTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT kithTargets NAMESPACE kith:: DESTINATION ${KITH_CMAKE_DIR})

if(TARGET kith_c)
  install(FILES ${PROJECT_SOURCE_DIR}/capi/kith.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  install(TARGETS kith_c EXPORT kithCTargets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(EXPORT kithCTargets NAMESPACE kith:: DESTINATION ${KITH_CMAKE_DIR})
  # kith.pc finds its prefix from its own place, so an installation can be moved.
  file(RELATIVE_PATH KITH_PC_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/kith.pc.in ${PROJECT_BINARY_DIR}/kith.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/kith.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endif()
if(TARGET kith_cli)
  install(TARGETS kith_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/kithConfig.cmake.in
  ${PROJECT_BINARY_DIR}/kithConfig.cmake INSTALL_DESTINATION ${KITH_CMAKE_DIR})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/kithConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/kithConfig.cmake
  ${PROJECT_BINARY_DIR}/kithConfigVersion.cmake
  ${PROJECT_SOURCE_DIR}/cmake/FindLMDB.cmake
  ${PROJECT_SOURCE_DIR}/cmake/FindRE2.cmake
  ${PROJECT_SOURCE_DIR}/cmake/Findutf8proc.cmake
  DESTINATION ${KITH_CMAKE_DIR})
