# Warnings for every target. Third-party headers come from imported targets or the system's
# include path, and both compilers leave those alone.

add_compile_options(
  -Wall
  -Wextra
  -Wpedantic
  -Wshadow
  -Wconversion
  -Wnon-virtual-dtor
  -Woverloaded-virtual
  -Wimplicit-fallthrough
  -Wcast-align
  -Wold-style-cast
  # A forgotten enumerator is a bug wherever it is built, so these two are always errors.
  -Werror=switch
  -Werror=unused-result)

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(
    # Naming some fields and leaving the rest to their initialisers is how options are passed.
    -Wno-missing-field-initializers)
else()
  add_compile_options(-Wno-missing-designated-field-initializers -Wno-missing-field-initializers)
endif()

if(ARGOT_WARNINGS_AS_ERRORS)
  add_compile_options(-Werror)
endif()

# Where sources are compiled together, a local name may be the name of another source's, and g++
# takes every source for a header.
if(CMAKE_UNITY_BUILD)
  add_compile_options(-Wno-shadow)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-subobject-linkage)
  endif()
endif()
