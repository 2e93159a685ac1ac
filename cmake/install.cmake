# What `cmake --install` puts under its prefix.

include(GNUInstallDirs)

if(TARGET argot)
  install(TARGETS argot RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT program)
  install(FILES packaging/argot.1 DESTINATION "${CMAKE_INSTALL_MANDIR}/man1" COMPONENT program)
  install(FILES packaging/argot.bash
    DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" RENAME argot
    COMPONENT program)
  # Not CMAKE_INSTALL_LIBDIR, which may name an architecture: systemd looks in lib alone.
  install(FILES packaging/argot.service DESTINATION lib/systemd/system COMPONENT program)
  install(FILES README.md CHANGELOG.md SECURITY.md LICENSE packaging/nginx.conf
    DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT program)
endif()
