#include "crm/capture_answer.hpp"

#include "base/bytes.hpp"
#include "base/try.hpp"

namespace kith::crm {

namespace {

constexpr std::uint8_t kFormat = 1;

void write_string(base::ByteWriter& out, const std::string& text) { out.string(text); }

}  // namespace

std::string encode_answer(const CaptureResult& result) {
  base::ByteWriter out;
  out.u8(kFormat);
  out.u64(result.person.bits());
  out.boolean(result.person_created);
  out.u64(result.account.bits());
  out.boolean(result.account_created);
  out.u64(result.deal.bits());
  out.u64(result.activity.bits());
  base::write_all(out, result.filled, &write_string);
  base::write_all(out, result.reasons, &write_string);
  return out.take();
}

Result<CaptureResult> decode_answer(std::string_view bytes) {
  base::ByteReader in(bytes);
  if (in.u8() != kFormat) in.fail();
  CaptureResult result;
  result.person = RecordId(in.u64());
  result.person_created = in.boolean();
  result.account = RecordId(in.u64());
  result.account_created = in.boolean();
  result.deal = RecordId(in.u64());
  result.activity = RecordId(in.u64());
  result.filled = base::read_all<std::string>(in, &base::read_string);
  result.reasons = base::read_all<std::string>(in, &base::read_string);
  KITH_TRY(in.finish("remembered answer to a captured event"));
  return result;
}

}  // namespace kith::crm
