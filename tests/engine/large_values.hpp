// tests/engine/large_values.hpp: documents with values that are kept beside their records.
//
//   Docs docs;
//   const RecordId id = docs.create("doc", {{"body", text_of(100'000)}});
//   docs.check();                       // what is stored is what is in use
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/writer.hpp"
#include "record/blob_values.hpp"
#include "tests/engine/blob_walk.hpp"

namespace kith::engine {

using test::require;

inline constexpr std::string_view kModel = R"json({
  "kith_model": 1,
  "name": "docs",
  "entities": {
    "doc": {
      "title": "name",
      "fields": {
        "name": {"type": "text", "unique": true},
        "body": {"type": "text"},
        "data": {"type": "bytes"},
        "tree": {"type": "json"},
        "words": {"type": "int"},
        "parent": {"type": "reference", "to": "doc", "on_delete": "clear"}
      },
      "indexes": {"by_body": ["body"]},
      "rules": {
        "no_secrets": {"check": "body == null || !body.contains('secret')", "field": "body",
                       "message": "a secret"}
      }
    }
  },
  "automations": {
    "measure": {"entity": "doc", "on": "before_save", "order": 1, "when": "body != null",
                "set": {"words": "size(body)"}}
  }
})json";

inline std::string text_of(std::size_t size, char first = 'a') {
  std::string text(size, ' ');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + (i * 31 + 7) % 26);
  if (size > 0) text[0] = first;
  return text;
}

struct Docs : test::SmallCrm {
  explicit Docs(std::string path = ":memory:") : SmallCrm(std::move(path), kModel) {}

  Database& engine_db() { return session.impl()->database(); }
  void check() { test::check_blobs(engine_db()); }
  std::size_t stored() { return test::blobs_stored(engine_db()).size(); }
  Value value(RecordId id, std::string_view field) { return require(read().get(id)).at(field); }
  static Writer& writer_of(const Transaction& t) { return static_cast<Writer&>(*t.impl()); }
  // The blob that the record's image has in the field.
  std::optional<record::BlobRef> blob(RecordId id, std::string_view field) {
    auto reader = require(engine_db().begin_read(session.impl(), std::nullopt));
    const CompiledType& type = *reader->model().find(id.type());
    const schema::Field& found = *type.type->find_field(field);
    const record::View view = *require(reader->find_record(id));
    return record::blob_ref(record::stored_bytes(view, type.layout.slot(found.id)));
  }
};

}  // namespace kith::engine
