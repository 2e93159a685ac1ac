# Tools that make the loop short where they are installed: ccache and mold.

find_program(ARGOT_CCACHE ccache)
if(ARGOT_CCACHE AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  # Paths are cached relative to the project, so that a fresh clone finds what another one compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1
    "${ARGOT_CCACHE}")
  if(CMAKE_UNITY_BUILD)
    # What is compiled together is included by its whole path, which __FILE__ would repeat.
    add_compile_options("-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=")
  endif()
endif()

find_program(ARGOT_MOLD mold)
if(ARGOT_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

if(CMAKE_GENERATOR STREQUAL "Ninja")
  add_compile_options(-fdiagnostics-color=always)
endif()
