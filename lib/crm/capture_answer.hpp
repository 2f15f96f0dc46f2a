// crm/capture_answer.hpp: the answer to a captured event as the inbox remembers it.
//
//   KITH_ASSIGN(CaptureResult first, decode_answer(encode_answer(result)));
//
// `repeated` is not part of it: whoever decodes one answers a repeated event. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "kith/capture.hpp"
#include "kith/result.hpp"

namespace kith::crm {

std::string encode_answer(const CaptureResult& result);
// kCorrupt for anything that encode_answer() does not write.
Result<CaptureResult> decode_answer(std::string_view bytes);

}  // namespace kith::crm
