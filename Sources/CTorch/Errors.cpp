#include <c10/util/Exception.h>

#include <exception>
#include <new>
#include <string>

#include "Handles.hpp"

namespace ctorch {

namespace {
thread_local std::string message;

bool speaks_of_memory(const std::string &text) {
  return text.find("out of memory") != std::string::npos || text.find("can't allocate memory") != std::string::npos ||
         text.find("not enough memory") != std::string::npos;
}
}  // namespace

ct_status failure() noexcept {
  try {
    try {
      throw;
    } catch (const std::bad_alloc &) {
      message = "out of memory";
      return CT_OUT_OF_MEMORY;
    } catch (const c10::Error &error) {
      // Without the C++ backtrace, which helps no user.
      message = error.what_without_backtrace();
    } catch (const std::exception &error) {
      message = error.what();
    } catch (...) {
      message = "an exception of unknown type";
    }
    return speaks_of_memory(message) ? CT_OUT_OF_MEMORY : CT_FAULT;
  } catch (...) {
    return CT_OUT_OF_MEMORY;
  }
}

}  // namespace ctorch

extern "C" const char *ct_error_message(void) { return ctorch::message.c_str(); }
