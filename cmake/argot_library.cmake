# One library of src/: its sources, its tests and the rule that ranks only fall.
#
#   argot_library(blob RANK 3
#     SOURCES disk_store.cc memory_store.cc
#     TESTS disk_store_test.cc memory_store_test.cc
#     DEPS base digest)
#
# NAME is the folder under src/, the namespace argot::NAME and the include prefix. Paths are
# relative to that folder. It makes
#
#   argot_NAME, argot::NAME   the library (an interface library where SOURCES is empty)
#   argot_NAME_test           its unit tests, one executable
#   argot_NAME_headers        every header without a source or test of its own compiled alone,
#                             where asked for
#
# DEPS          folders of lower rank; they are part of the interface and must equal the
#               `May use:` line of the folder's README
# PUBLIC_LINK   other targets that users of the library need as well
# PRIVATE_LINK  other targets that only the sources and the tests need
# TESTS_TOGETHER  a pattern of GoogleTest: tests that share something dear to start, and so are one
#               test of CTest
# TEST_DEPS     further folders, TEST_LINK further targets that only the tests use
#
# A library whose rank is not above the rank of each of its DEPS stops the configuration.

define_property(TARGET PROPERTY ARGOT_RANK
  BRIEF_DOCS "Height in the order of folders"
  FULL_DOCS "A library may only use libraries whose rank is lower than its own.")
define_property(TARGET PROPERTY ARGOT_DEPS
  BRIEF_DOCS "Folders named by DEPS"
  FULL_DOCS "The folders under src/ that a library may include.")

function(_argot_need_folder name rank dep)
  if(NOT TARGET argot_${dep})
    message(FATAL_ERROR
      "${name} (rank ${rank}) uses ${dep}, which does not exist before it: a library may only use "
      "folders of lower rank, and with ARGOT_ONLY each of them has to be listed")
  endif()
endfunction()

function(argot_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg ""
    "RANK;TESTS_TOGETHER" "SOURCES;TESTS;DEPS;PUBLIC_LINK;PRIVATE_LINK;TEST_DEPS;TEST_LINK")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "${name}: argot_library does not know '${arg_UNPARSED_ARGUMENTS}'")
  endif()
  if(NOT arg_RANK MATCHES "^[0-9]+$")
    message(FATAL_ERROR "${name}: RANK must be a number, not '${arg_RANK}'")
  endif()

  set(target argot_${name})
  if(arg_SOURCES)
    set(scope PUBLIC)
    add_library(${target} STATIC ${arg_SOURCES})
    target_link_libraries(${target} PRIVATE ${arg_PRIVATE_LINK})
  else()
    set(scope INTERFACE)
    add_library(${target} INTERFACE)
  endif()
  add_library(argot::${name} ALIAS ${target})
  get_filename_component(include_root "${CMAKE_CURRENT_SOURCE_DIR}/.." ABSOLUTE)
  target_include_directories(${target} ${scope} "${include_root}")
  target_compile_features(${target} ${scope} cxx_std_23)
  target_link_libraries(${target} ${scope} ${arg_PUBLIC_LINK})
  set_target_properties(${target} PROPERTIES ARGOT_RANK "${arg_RANK}" ARGOT_DEPS "${arg_DEPS}")

  foreach(dep IN LISTS arg_DEPS)
    _argot_need_folder(${name} ${arg_RANK} ${dep})
    get_target_property(dep_rank argot_${dep} ARGOT_RANK)
    if(NOT dep_rank LESS arg_RANK)
      message(FATAL_ERROR
        "${name} (rank ${arg_RANK}) may not use ${dep} (rank ${dep_rank}): "
        "a library may only use folders of lower rank")
    endif()
    target_link_libraries(${target} ${scope} argot::${dep})
  endforeach()

  if(ARGOT_TESTS)
    _argot_library_tests()
  endif()
  if(ARGOT_HEADER_CHECK)
    _argot_library_headers()
  endif()
endfunction()

# The two below read the variables of argot_library.

macro(_argot_library_tests)
  if(arg_TESTS)
    add_executable(${target}_test ${arg_TESTS})
    argot_compile_as_tests(${target}_test)
    target_link_libraries(${target}_test PRIVATE
      argot::${name} ${arg_PRIVATE_LINK} ${arg_TEST_LINK} GTest::gmock_main)
    # So that a test may say "tests/support/...".
    target_include_directories(${target}_test PRIVATE "${PROJECT_SOURCE_DIR}")
    foreach(dep IN LISTS arg_TEST_DEPS)
      _argot_need_folder(${name} ${arg_RANK} ${dep})
      target_link_libraries(${target}_test PRIVATE argot::${dep})
    endforeach()
    set(filter "")
    if(arg_TESTS_TOGETHER)
      set(filter TEST_FILTER "-${arg_TESTS_TOGETHER}")
      add_test(NAME ${name}.together
        COMMAND ${target}_test "--gtest_filter=${arg_TESTS_TOGETHER}")
      set_tests_properties(${name}.together PROPERTIES LABELS unit TIMEOUT 600)
    endif()
    gtest_discover_tests(${target}_test
      TEST_PREFIX ${name}.
      ${filter}
      DISCOVERY_MODE PRE_TEST
      DISCOVERY_TIMEOUT 60
      PROPERTIES LABELS unit TIMEOUT 300)
  endif()
endmacro()

macro(_argot_library_headers)
  file(GLOB headers CONFIGURE_DEPENDS RELATIVE "${CMAKE_CURRENT_SOURCE_DIR}" "*.h")
  set(units "")
  foreach(header IN LISTS headers)
    # Its own source or test includes it before anything else, which proves as much.
    string(REGEX REPLACE "\\.h$" "" stem "${CMAKE_CURRENT_SOURCE_DIR}/${header}")
    if(EXISTS "${stem}.cc" OR EXISTS "${stem}_test.cc")
      continue()
    endif()
    set(unit "${CMAKE_CURRENT_BINARY_DIR}/alone/${header}.cc")
    # Twice: the second inclusion proves the #pragma once.
    file(CONFIGURE OUTPUT "${unit}" @ONLY
      CONTENT "#include \"@name@/@header@\"\n#include \"@name@/@header@\"\n")
    list(APPEND units "${unit}")
  endforeach()
  if(units)
    add_library(${target}_headers OBJECT ${units})
    target_link_libraries(${target}_headers PRIVATE argot::${name} ${arg_PRIVATE_LINK})
    target_include_directories(${target}_headers PRIVATE "${PROJECT_SOURCE_DIR}")
    if(TARGET GTest::gmock)
      # Contract suites are headers that use GoogleTest.
      target_link_libraries(${target}_headers PRIVATE GTest::gmock)
      foreach(dep IN LISTS arg_TEST_DEPS)
        target_link_libraries(${target}_headers PRIVATE argot::${dep})
      endforeach()
    endif()
    if(TARGET argot_headers)
      add_dependencies(argot_headers ${target}_headers)
    endif()
  endif()
endmacro()
