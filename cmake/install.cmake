# What `cmake --install` puts under its prefix.

include(GNUInstallDirs)

if(TARGET argot)
  install(TARGETS argot RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()
install(FILES README.md CHANGELOG.md SECURITY.md LICENSE
  DESTINATION "${CMAKE_INSTALL_DOCDIR}" OPTIONAL)
