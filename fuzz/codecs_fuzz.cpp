// Everything that is stored as bytes of our own: each decoder takes any bytes without harm, and is
// strict: what it takes is exactly what its encoder writes. The first byte chooses the codec.
#include "automation/published.hpp"
#include "automation/run.hpp"
#include "base/value_codec.hpp"
#include "crm/capture_answer.hpp"
#include "fuzz/fuzz.hpp"
#include "history/entry.hpp"
#include "pipeline/definition.hpp"
#include "queue/message_row.hpp"
#include "schema/catalog_codec.hpp"

namespace {

using kith::Result;
using kith::fuzz::check;
using kith::fuzz::must;

std::string text(std::string encoded) { return encoded; }
std::string text(Result<std::string> encoded) {
  return must(std::move(encoded), "what was decoded can be encoded");
}

// `encode` of what `decode` makes of the bytes is the bytes again.
template <typename T, typename Encode>
void strict(const Result<T>& decoded, std::string_view bytes, Encode encode) {
  if (!decoded.ok()) {
    kith::fuzz::check_explained(decoded.status());
    check(decoded.status().code() == kith::Code::kCorrupt, "bytes are refused as corrupt",
          decoded.status().to_string());
    return;
  }
  check(text(encode(*decoded)) == bytes, "a decoder takes only what its encoder writes");
}

void value(std::string_view bytes) {
  kith::base::ByteReader in(bytes);
  const Result<kith::Value> decoded = kith::base::decode_value(&in);
  strict(decoded, bytes.substr(0, bytes.size() - in.remaining()), [](const kith::Value& v) {
    kith::base::ByteWriter out;
    check(kith::base::encode_value(v, &out), "what was decoded can be encoded");
    (void)v.to_string();
    return out.take();
  });
}

template <typename Decode>
void plain(std::string_view bytes, Decode decode) {
  strict(decode(bytes), bytes, [](const auto& decoded) { return encode(decoded); });
}

void catalog_head(std::string_view bytes) {
  strict(kith::schema::decode_head(bytes), bytes, [](const kith::schema::CatalogHead& head) {
    kith::schema::Catalog catalog;
    catalog.generation = head.generation;
    catalog.next_index_id = head.next_index_id;
    catalog.model_name = head.model_name;
    catalog.types.resize(head.type_count);
    return kith::schema::encode_head(catalog);
  });
}

}  // namespace

void kith::fuzz::run(std::string_view input) {
  constexpr std::uint64_t kSequence = 1'000'000;
  Input in(input);
  const std::size_t codec = in.below(11);
  const std::string_view bytes = in.rest();
  if (bytes.empty()) return;  // to some of them that is nothing rather than damage
  switch (codec) {
    case 0: return value(bytes);
    case 1: return plain(bytes, [](auto b) { return history::decode(kSequence, b); });
    case 2: return strict(queue::decode_message(kSequence, bytes), bytes, queue::encode_message);
    case 3: return plain(bytes, automation::decode_run);
    case 4: return plain(bytes, automation::decode_automation);
    case 5: return plain(bytes, automation::decode_published);
    case 6: return plain(bytes, [](auto b) { return automation::decode(b); });
    case 7: return plain(bytes, [](auto b) { return pipeline::decode(b); });
    case 8: return strict(schema::decode_type(bytes), bytes, schema::encode_type);
    case 9: return catalog_head(bytes);
    default: return strict(crm::decode_answer(bytes), bytes, crm::encode_answer);
  }
}
