// datetime_api.hpp: the C interface of Python's datetime module. Each .cpp that uses it imports it
// for itself, before anything else.
#pragma once

#include "python.hpp"

// clang-format off
#include <datetime.h>  // needs Python.h before it
// clang-format on
