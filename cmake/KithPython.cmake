# The Python that the package is built for, with pybind11 3.
#
# Where python3 cannot import pybind11 >= 3, or tests need pytest, a virtual environment is made in
# the build folder and filled from bindings/python/requirements-*.txt. Nothing outside the build
# folder is touched. A second configure installs nothing unless those files changed.
#
# Sets KITH_PYTHON, the interpreter that tests and tools use, and finds pybind11.
set(KITH_PYTHON_VENV ${PROJECT_BINARY_DIR}/venv CACHE PATH
  "The Python virtual environment of this build")
# The environment's interpreter must not be mistaken for the one it is made from.
set(Python_FIND_VIRTUALENV STANDARD)
find_package(Python 3.11 REQUIRED COMPONENTS Interpreter Development.Module)

function(kith_python_offline what details)
  message(FATAL_ERROR
    "kith: ${what}.\n"
    "Building the Python package needs pybind11 3 (and its tests pytest) from the Python package "
    "index. Is there a network? Then configure again. Without one, either install pybind11>=3 "
    "for ${Python_EXECUTABLE} by other means, or leave the package out with "
    "-DKITH_BUILD_PYTHON=OFF.\n${details}")
endfunction()

# Makes the environment if need be and installs `requirements` into it.
function(kith_python_environment requirements)
  set(python ${KITH_PYTHON_VENV}/bin/python)
  set(stamp ${KITH_PYTHON_VENV}/kith-installed.txt)
  set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY
    CMAKE_CONFIGURE_DEPENDS ${requirements})
  file(READ ${requirements} wanted)
  set(wanted "${Python_VERSION}\n${wanted}")
  if(EXISTS ${stamp} AND EXISTS ${python})
    file(READ ${stamp} installed)
    if(installed STREQUAL wanted)
      return()
    endif()
  endif()
  message(NOTICE "-- Making the Python environment ${KITH_PYTHON_VENV}")
  execute_process(COMMAND ${Python_EXECUTABLE} -m venv --clear ${KITH_PYTHON_VENV}
    RESULT_VARIABLE failed OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(failed)
    message(FATAL_ERROR "kith: ${Python_EXECUTABLE} -m venv failed; on Debian install "
      "python3-venv.\n${output}")
  endif()
  message(NOTICE "-- Installing into it what ${requirements} names")
  execute_process(
    COMMAND ${python} -m pip install --quiet --disable-pip-version-check -r ${requirements}
    RESULT_VARIABLE failed OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(failed)
    kith_python_offline("pip could not install what ${requirements} names" "${output}")
  endif()
  file(WRITE ${stamp} "${wanted}")
endfunction()

set(KITH_PYTHON ${Python_EXECUTABLE})
execute_process(
  COMMAND ${Python_EXECUTABLE} -c
    "import pybind11 as p; assert p.version_info >= (3,); print(p.get_cmake_dir())"
  RESULT_VARIABLE failed OUTPUT_VARIABLE pybind11_DIR OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(failed OR KITH_BUILD_TESTS)
  kith_python_environment(${PROJECT_SOURCE_DIR}/bindings/python/requirements-dev.txt)
  set(KITH_PYTHON ${KITH_PYTHON_VENV}/bin/python)
  execute_process(COMMAND ${KITH_PYTHON} -c "import pybind11; print(pybind11.get_cmake_dir())"
    OUTPUT_VARIABLE pybind11_DIR OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
endif()
set(PYBIND11_FINDPYTHON NEW)  # the Python found above, not a search of its own
find_package(pybind11 3 CONFIG REQUIRED PATHS ${pybind11_DIR} NO_DEFAULT_PATH)
