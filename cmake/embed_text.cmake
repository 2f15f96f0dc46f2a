# Writes a C++ source with a file's bytes as an array and a function that gives them as a
# std::string_view. Run as a script:
#
#   cmake -DINPUT=model.json -DOUTPUT=model.cpp -DNAMESPACE=kith::crm -DFUNCTION=standard_model
#         -DHEADER=crm/standard_model.hpp -P embed_text.cmake
foreach(variable INPUT OUTPUT NAMESPACE FUNCTION HEADER)
  if(NOT DEFINED ${variable})
    message(FATAL_ERROR "embed_text.cmake: -D${variable}=... is missing")
  endif()
endforeach()
file(READ "${INPUT}" bytes HEX)
string(LENGTH "${bytes}" digits)
math(EXPR size "${digits} / 2")
string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
# CMake's expressions have no repetition counts: sixteen bytes a line.
set(byte ".....")
string(REPEAT "${byte}" 16 line)
string(REGEX REPLACE "(${line})" "\\1\n    " bytes "${bytes}")
get_filename_component(name "${INPUT}" NAME)
file(WRITE "${OUTPUT}.new" "// Made from ${name} by embed_text.cmake.
#include \"${HEADER}\"

namespace ${NAMESPACE} {
namespace {

constexpr unsigned char kText[] = {
    ${bytes}
};

}  // namespace

std::string_view ${FUNCTION}() { return {reinterpret_cast<const char*>(kText), ${size}}; }

}  // namespace ${NAMESPACE}
")
file(COPY_FILE "${OUTPUT}.new" "${OUTPUT}" ONLY_IF_DIFFERENT)
file(REMOVE "${OUTPUT}.new")
