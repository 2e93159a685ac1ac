# What `cmake --install` puts under its prefix for those who use the SDK: headers, libraries, a
# CMake package and a pkg-config file.

include(CMakePackageConfigHelpers)

set(sdk_package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/argot-open-ai")

install(TARGETS argot_open_ai argot_open_ai_testing EXPORT argot-open-ai-targets
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT sdk
  LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT sdk)
install(DIRECTORY include/ DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT sdk)
install(EXPORT argot-open-ai-targets
  NAMESPACE argot:: DESTINATION "${sdk_package_folder}" COMPONENT sdk)

configure_package_config_file(argot-open-ai-config.cmake.in argot-open-ai-config.cmake
  INSTALL_DESTINATION "${sdk_package_folder}"
  NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(argot-open-ai-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  "${CMAKE_CURRENT_BINARY_DIR}/argot-open-ai-config.cmake"
  "${CMAKE_CURRENT_BINARY_DIR}/argot-open-ai-config-version.cmake"
  DESTINATION "${sdk_package_folder}" COMPONENT sdk)

# The way from the file back to the prefix, so that the installed tree can be moved.
file(RELATIVE_PATH sdk_prefix_from_pc
  "/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/prefix")
string(REGEX REPLACE "/$" "" sdk_prefix_from_pc "${sdk_prefix_from_pc}")
configure_file(argot-open-ai.pc.in argot-open-ai.pc @ONLY)
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE"
  DESTINATION "${CMAKE_INSTALL_DATAROOTDIR}/doc/libargot-open-ai-dev" COMPONENT sdk)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/argot-open-ai.pc"
  DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT sdk)
