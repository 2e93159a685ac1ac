# The libraries of the distribution. Nothing is downloaded, nothing is vendored. Each of them
# is linked by the one folder that may include it (ARCHITECTURE.md has the table).

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(CURL 7.88 REQUIRED)
find_package(SQLite3 3.40 REQUIRED)
find_package(PostgreSQL 15 REQUIRED)  # libpq
find_package(fmt 9 REQUIRED)
find_package(simdjson 3 REQUIRED)
find_package(Boost 1.81 REQUIRED CONFIG)
find_package(tomlplusplus 3 REQUIRED)
find_package(LibXml2 2.9 REQUIRED)

# libzip's CMake package asks for programs that Debian ships apart from it.
find_package(PkgConfig REQUIRED)
pkg_check_modules(libzip REQUIRED IMPORTED_TARGET GLOBAL libzip>=1.7)

# Debian's CLI11 brings a pkg-config file and no CMake package.
find_package(CLI11 2.1 QUIET)
if(NOT TARGET CLI11::CLI11)
  pkg_check_modules(CLI11 REQUIRED IMPORTED_TARGET GLOBAL CLI11>=2.1)
  add_library(CLI11::CLI11 ALIAS PkgConfig::CLI11)
endif()

# The other JSON library: tests, fuzzers and benchmarks hold ours against it.
if(ARGOT_TESTS OR ARGOT_FUZZ OR ARGOT_BENCH)
  find_package(nlohmann_json 3.11 REQUIRED)
endif()
if(ARGOT_TESTS)
  find_package(GTest 1.12 REQUIRED)
endif()
if(ARGOT_BENCH)
  find_package(benchmark 1.7 REQUIRED)
endif()
