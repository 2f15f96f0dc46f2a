#include "record/blob_store.hpp"

#include <boost/test/unit_test.hpp>

#include "base/value_codec.hpp"
#include "history/entry.hpp"
#include "record/blob_ledger.hpp"
#include "record/blob_values.hpp"
#include "record/builder.hpp"
#include "record/txn_blobs.hpp"

namespace kith::record {
namespace {

using store::Table;

template <typename T>
T must(Result<T> result) {
  BOOST_REQUIRE_MESSAGE(result.ok(), result.status().to_string());
  return *std::move(result);
}
void must(const Status& status) { BOOST_REQUIRE_MESSAGE(status.ok(), status.to_string()); }

std::string text_of(std::size_t size) {
  std::string text(size, ' ');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + i * 31 % 26);
  return text;
}

struct Fixture {
  std::shared_ptr<store::Store> store = must(store::open_memory());
  std::unique_ptr<store::WriteTxn> txn = must(store->begin_write({}));

  std::size_t rows() {
    return must(txn->scan(Table::kBlobs, store::KeyRange::all(), {})).rows.size();
  }
  std::uint64_t count(const BlobRef& ref) {
    const auto blob = must(find_blob(*txn, ref.id));
    return blob ? blob->count : 0;
  }
};

BOOST_FIXTURE_TEST_SUITE(record_blob_store, Fixture)

BOOST_AUTO_TEST_CASE(what_was_put_is_read_whatever_its_size) {
  const std::size_t sizes[] = {0,
                               1,
                               kInlineValueBytes + 1,
                               kBlobPartBytes - 1,
                               kBlobPartBytes,
                               kBlobPartBytes + 1,
                               3 * kBlobPartBytes,
                               16 << 20};
  std::uint64_t id = 0;
  for (const std::size_t size : sizes) {
    const std::string text = text_of(size);
    const BlobRef ref = must(put_blob(*txn, text));
    BOOST_TEST(ref.id == ++id);
    BOOST_TEST(ref.size == size);
    BOOST_TEST((must(read_blob(*txn, ref)) == text));
    TxnBlobs blobs(*txn);
    BOOST_TEST((must(blobs.read(ref)) == text));
    must(check_blob(*txn, ref));
  }
}

BOOST_AUTO_TEST_CASE(the_largest_value_fits_a_transaction_a_few_times_and_not_without_end) {
  const std::string text = text_of(16 << 20);
  for (int i = 0; i < 3; ++i) must(put_blob(*txn, text).status());
  const Status over = put_blob(*txn, text + text).status();
  BOOST_TEST((over.code() == Code::kLimit));
  BOOST_TEST((over.message().find("max_txn_blob_bytes (67108864)") != std::string_view::npos));
  must(txn->put(Table::kMeta, "other", std::string(90'000, 'x')));  // has a budget of its own
}

BOOST_AUTO_TEST_CASE(the_last_release_drops_every_row) {
  const BlobRef kept = must(put_blob(*txn, "before"));
  const BlobRef ref = must(put_blob(*txn, text_of(3 * kBlobPartBytes)));
  const BlobRef after = must(put_blob(*txn, "after"));
  const std::size_t others = rows() - 4;
  must(retain_blob(*txn, ref));
  must(retain_blob(*txn, ref));
  must(release_blob(*txn, ref));
  BOOST_TEST(count(ref) == 1u);
  must(release_blob(*txn, ref));
  BOOST_TEST(rows() == others);
  BOOST_TEST((release_blob(*txn, ref).code() == Code::kCorrupt));
  BOOST_TEST((retain_blob(*txn, ref).code() == Code::kCorrupt));
  BOOST_TEST((release_blob(*txn, kept).code() == Code::kCorrupt));  // counts none
  BOOST_TEST(must(read_blob(*txn, after)) == "after");
  BOOST_TEST(must(put_blob(*txn, "new")).id == after.id + 1);  // ids are not given twice
}

BOOST_AUTO_TEST_CASE(a_blob_that_lacks_something_is_named) {
  const BlobRef ref = must(put_blob(*txn, text_of(2 * kBlobPartBytes)));
  must(txn->erase(Table::kBlobs, blob_part_key(ref.id, 1)));
  const Status lacks = read_blob(*txn, ref).status();
  BOOST_TEST((lacks.code() == Code::kCorrupt));
  BOOST_TEST(std::string(lacks.message()) ==
             "blob 1 of 131040 bytes lacks its part 1; restore the database from a dump");
  must(txn->put(Table::kBlobs, blob_part_key(ref.id, 1), "short"));
  BOOST_TEST((read_blob(*txn, ref).status().code() == Code::kCorrupt));
  BOOST_TEST((check_blob(*txn, ref).code() == Code::kCorrupt));
  const BlobRef hostile{ref.id, UINT64_MAX};
  BOOST_TEST((read_blob(*txn, hostile).status().code() == Code::kCorrupt));
  BOOST_TEST((retain_blob(*txn, hostile).code() == Code::kCorrupt));
  const BlobRef more = must(put_blob(*txn, "x"));
  must(txn->put(Table::kBlobs, blob_part_key(more.id, 1), "y"));
  BOOST_TEST((check_blob(*txn, more).code() == Code::kCorrupt));
}

BOOST_AUTO_TEST_CASE(blobs_are_found_in_order_and_loaded_under_their_ids) {
  must(txn->put(Table::kBlobs, "h12345678", "a history entry"));
  for (const char* text : {"one", "two", "three"}) {
    must(retain_blob(*txn, must(put_blob(*txn, text))));
  }
  auto other_store = must(store::open_memory());
  auto other = must(other_store->begin_write({}));
  std::uint64_t from = 0;
  while (const auto blob = must(next_blob(*txn, from))) {
    must(load_blob(*other, *blob));
    for (std::uint32_t part = 0; part < blob_parts(blob->ref); ++part) {
      must(load_blob_part(*other, blob->ref, part, must(read_blob_part(*txn, blob->ref, part))));
    }
    BOOST_TEST(must(read_blob(*other, blob->ref)) == must(read_blob(*txn, blob->ref)));
    from = blob->ref.id + 1;
  }
  BOOST_TEST(from == 4u);
  BOOST_TEST(must(find_blob(*other, 3))->count == 1u);
  BOOST_TEST(must(put_blob(*other, "four")).id == 4u);
  BOOST_TEST((load_blob_part(*other, {3, 5}, 0, "too long").code() == Code::kInvalidArgument));
  BOOST_TEST((load_blob_part(*other, {3, 5}, 1, "").code() == Code::kInvalidArgument));
}

BOOST_AUTO_TEST_CASE(a_source_keeps_what_it_gave_until_it_is_trimmed) {
  const BlobRef small = must(put_blob(*txn, text_of(5000)));
  std::vector<BlobRef> large;
  for (int i = 0; i < 5; ++i) large.push_back(must(put_blob(*txn, text_of((2 << 20) + i))));
  TxnBlobs blobs(*txn);
  must(blobs.read(small).status());
  BOOST_TEST(blobs.kept_bytes() == 0u);  // lies in the store
  const std::string_view first = must(blobs.read(large[0]));
  BOOST_TEST((must(blobs.read(large[0])).data() == first.data()));
  blobs.trim();
  BOOST_TEST((must(blobs.read(large[0])).data() == first.data()));  // little is kept
  for (const BlobRef& ref : large) must(blobs.read(ref).status());
  BOOST_TEST((first == text_of(2 << 20)));  // still good: nobody has said otherwise
  blobs.trim();
  BOOST_TEST(blobs.kept_bytes() == 0u);
  BOOST_TEST((blobs.read({99, 70'000}).status().code() == Code::kCorrupt));
}

BOOST_AUTO_TEST_SUITE_END()

schema::EntityType note_type() {
  schema::EntityType type;
  type.id = 1;
  type.name = "note";
  type.fields.resize(3);
  const schema::FieldType types[] = {schema::FieldType::kText, schema::FieldType::kBytes,
                                     schema::FieldType::kJson};
  for (std::uint32_t i = 0; i < 3; ++i) {
    type.fields[i].id = i + 1;
    type.fields[i].name = "f" + std::to_string(i + 1);
    type.fields[i].type = types[i];
  }
  return type;
}

struct LedgerFixture : Fixture {
  schema::EntityType type = note_type();
  Layout layout = Layout::of(type);
  BlobLedger ledger;

  // The image of a record that has these references.
  std::string image(const std::vector<FieldChange>& values) {
    return must(build(type, layout, {.version = 1}, values));
  }
  void move(const std::string* before, const std::string* after) {
    View old_view;
    View new_view;
    if (before != nullptr) BOOST_REQUIRE(old_view.init(*before));
    if (after != nullptr) BOOST_REQUIRE(new_view.init(*after));
    ledger.move(type, layout, before != nullptr ? &old_view : nullptr,
                after != nullptr ? &new_view : nullptr);
  }
};

BOOST_FIXTURE_TEST_SUITE(record_blob_ledger, LedgerFixture)

BOOST_AUTO_TEST_CASE(images_are_counted_when_the_transaction_settles) {
  const BlobRef first = must(ledger.put(*txn, text_of(5000)));
  const BlobRef second = must(ledger.put(*txn, text_of(6000)));
  const std::string one = image({{1, reference_value(first)}, {3, reference_value(second)}});
  move(nullptr, &one);
  BOOST_TEST(count(first) == 0u);
  must(ledger.settle(*txn));
  BOOST_TEST(count(first) == 1u);
  BOOST_TEST(count(second) == 1u);

  const std::string two = image({{3, reference_value(second)}});
  move(&one, &two);
  BOOST_TEST(must(read_blob(*txn, first)) == text_of(5000));  // until it settles
  must(ledger.settle(*txn));
  BOOST_TEST(!must(find_blob(*txn, first.id)));
  BOOST_TEST(count(second) == 1u);
}

BOOST_AUTO_TEST_CASE(what_came_and_went_leaves_nothing) {
  const BlobRef old = must(ledger.put(*txn, text_of(5000)));
  const std::string before = image({{2, reference_value(old)}});
  move(nullptr, &before);
  must(ledger.settle(*txn));
  const std::size_t present = rows();
  const BlobRef fresh = must(ledger.put(*txn, text_of(70'000)));
  const std::string after = image({{2, reference_value(fresh)}});
  move(&before, &after);
  move(&after, &before);
  must(ledger.put(*txn, text_of(7000)).status());  // no image ever had it
  must(ledger.settle(*txn));
  BOOST_TEST(rows() == present);
  BOOST_TEST(count(old) == 1u);
}

BOOST_AUTO_TEST_CASE(removed_fields_count_as_long_as_the_image_holds_them) {
  const BlobRef ref = must(ledger.put(*txn, text_of(5000)));
  const std::string before = image({{1, reference_value(ref)}});
  move(nullptr, &before);
  must(ledger.settle(*txn));
  type.fields[0].removed = true;
  layout = Layout::of(type);
  const std::string after = must(patch(type, layout, before, {.version = 2}, {}));
  move(&before, &after);
  must(ledger.settle(*txn));
  BOOST_TEST(!must(find_blob(*txn, ref.id)));
}

BOOST_AUTO_TEST_CASE(each_side_of_a_change_in_an_entry_counts) {
  const BlobRef old = must(put_blob(*txn, text_of(5000)));
  const BlobRef fresh = must(put_blob(*txn, text_of(5001)));
  history::Entry entry;
  entry.changes = {{1, reference_value(old), reference_value(fresh)},
                   {2, Value("short"), Value(Bytes{"short"})},
                   {3, Value(), reference_value(fresh)}};
  must(retain_entry(*txn, entry));
  BOOST_TEST(count(old) == 1u);
  BOOST_TEST(count(fresh) == 2u);
  must(release_entry(*txn, entry));
  BOOST_TEST(rows() == 0u);
}

BOOST_AUTO_TEST_CASE(stored_values_become_public_ones) {
  const Value json(Map{{Value("key"), Value(text_of(5000))}});
  base::ByteWriter encoded;
  must(base::encode_value(json, &encoded));
  const BlobRef text = must(put_blob(*txn, text_of(5000)));
  const BlobRef tree = must(put_blob(*txn, encoded.bytes()));
  const std::string bytes =
      image({{1, reference_value(text)}, {2, Value(Bytes{"inline"})}, {3, reference_value(tree)}});
  TxnBlobs blobs(*txn);
  const View view = must(View::open(bytes, &blobs));
  const Value shown[] = {Value(text_of(5000)), Value(Bytes{"inline"}), json};
  for (std::size_t i = 0; i < 3; ++i) {
    const schema::Field& field = type.fields[i];
    const Slot& slot = layout.slot(field.id);
    const Value stored = must(stored_value(view, field, slot));
    BOOST_TEST(blob_of(stored).has_value() == (i != 1));
    BOOST_TEST((must(public_value(field, stored, blobs)) == shown[i]));
    BOOST_TEST((must(view.get(field, slot)) == shown[i]));
  }
  must(set_blob_count(*txn, text, 0));
  const Status gone = public_value(type.fields[0], reference_value(text), blobs).status();
  BOOST_TEST((gone.code() == Code::kCorrupt));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kith::record
