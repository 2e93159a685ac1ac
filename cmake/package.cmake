# Debian packages: `make package` writes them to build/release.
#
#   argot                    the program
#   libargot-open-ai-dev     the SDK, with its static or its shared library as it was built

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME argot)
set(CPACK_PACKAGE_CONTACT "The Argot authors")
# Would come before the description of every package, whose first line says what that one is.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL "")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)

if(TARGET argot)
  list(APPEND CPACK_COMPONENTS_ALL program)
  set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME argot)
  set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION net)
  # pdftotext, which is started to read a PDF, and what it knows of Asian fonts. Without it PDFs are
  # stored as ever, and their tokens are not counted.
  set(CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS "poppler-utils, poppler-data")
  set(CPACK_DEBIAN_PROGRAM_DESCRIPTION "your own OpenAI-compatible Files API
Stores the files of OpenAI clients durably on a machine of your own, and serves
them back: upload, list, retrieve, download, delete, with keys and quotas.")
endif()
if(TARGET argot_open_ai)
  list(APPEND CPACK_COMPONENTS_ALL sdk)
  set(CPACK_DEBIAN_SDK_PACKAGE_NAME libargot-open-ai-dev)
  set(CPACK_DEBIAN_SDK_PACKAGE_SECTION libdevel)
  # The static library leaves these two to the programs that use it.
  set(CPACK_DEBIAN_SDK_PACKAGE_DEPENDS "libcurl4-openssl-dev | libcurl-dev, libsimdjson-dev")
  set(CPACK_DEBIAN_SDK_PACKAGE_SUGGESTS argot)
  set(CPACK_DEBIAN_SDK_DESCRIPTION "C++ client of the OpenAI Files API
Headers, library, CMake package and pkg-config file of argot-open-ai, which
uploads and downloads in constant memory and can be cancelled at any moment.")
endif()

include(CPack)
