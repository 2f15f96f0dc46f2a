// Records: any bytes open or are refused, no accessor reads outside them, and what verify() accepts
// Cap'n Proto's own library reads as the same words, texts and lists. Then one field is patched.
// The first bytes choose the entity type and the field, the rest is the record.
#include "record/capnp_api.hpp"
// The rest comes after the header that makes Cap'n Proto compile.
#include <cstring>
#include <vector>

#include "fuzz/fuzz.hpp"
#include "fuzz/sample_crm.hpp"
#include "record/builder.hpp"

namespace {

using namespace kith;
using fuzz::check;
using record::Slot;
using record::View;
using schema::FieldType;

struct Type {
  schema::EntityType type;
  record::Layout layout;
};

// The sample's types, and a deal of which every third field was removed.
const std::vector<Type>& types() {
  static const std::vector<Type> all = [] {
    const schema::EntityType& deal = fuzz::sample_records().deal();
    schema::EntityType pruned = deal;
    for (std::size_t i = 0; i < pruned.fields.size(); i += 3) pruned.fields[i].removed = true;
    schema::EntityType empty;
    empty.id = deal.id;
    empty.name = "empty";
    std::vector<Type> made;
    for (const schema::EntityType& type : {deal, pruned, empty}) {
      made.push_back({type, record::Layout::of(type)});
    }
    return made;
  }();
  return all;
}

// Every accessor that fits a field's type.
void touch(const View& view, const Slot& slot) {
  if (!view.has(slot) && slot.in_data()) return;
  switch (slot.type) {
    case FieldType::kBool: (void)view.boolean(slot); break;
    case FieldType::kFloat: (void)view.floating(slot); break;
    case FieldType::kChoice: (void)view.choice(slot); break;
    case FieldType::kReference: (void)view.reference(slot); break;
    case FieldType::kText: (void)std::string(view.text(slot)); break;
    case FieldType::kBytes:
    case FieldType::kJson: (void)std::string(view.bytes(slot)); break;
    case FieldType::kMultiChoice: (void)view.choices(slot).contains(1); break;
    case FieldType::kReferenceList: (void)view.references(slot).contains(1); break;
    case FieldType::kMoney: (void)record::unpack_currency(view.currency(slot)); [[fallthrough]];
    default: (void)view.integer(slot); break;
  }
}

template <typename T>
bool same_list(capnp::AnyPointer::Reader pointer, const record::ListView<T>& ours) {
  const auto theirs = pointer.getAs<capnp::List<T>>();
  if (theirs.size() != ours.size()) return false;
  for (std::uint32_t i = 0; i < ours.size(); ++i) {
    if (theirs[i] != ours[i]) return false;
  }
  return true;
}

bool same_pointer(capnp::AnyPointer::Reader pointer, const View& view, const Slot& slot) {
  if (pointer.isNull() || !view.has(slot)) return pointer.isNull() && !view.has(slot);
  if (slot.type == FieldType::kMultiChoice) return same_list(pointer, view.choices(slot));
  if (slot.type == FieldType::kReferenceList) return same_list(pointer, view.references(slot));
  if (slot.type == FieldType::kText) {
    const capnp::Text::Reader text = pointer.getAs<capnp::Text>();
    return std::string_view(text.begin(), text.size()) == view.text(slot);
  }
  const capnp::Data::Reader data = pointer.getAs<capnp::Data>();
  return std::string_view(reinterpret_cast<const char*>(data.begin()), data.size()) ==
         view.bytes(slot);
}

void compare_with_capnp(const Type& of, const View& view, std::string_view bytes) {
  std::vector<capnp::word> words(bytes.size() / sizeof(capnp::word));
  std::memcpy(words.data(), bytes.data(), bytes.size());
  const kj::ArrayPtr<const capnp::word> segment(words.data(), words.size());
  const kj::ArrayPtr<const capnp::word> segments[] = {segment};
  capnp::SegmentArrayMessageReader message(segments);
  const auto root = message.getRoot<capnp::AnyStruct>();
  const auto data = root.getDataSection();
  check(std::string_view(reinterpret_cast<const char*>(data.begin()), data.size()) == view.data(),
        "Cap'n Proto sees the same words");
  const auto pointers = root.getPointerSection();
  check(pointers.size() == view.pointer_count(), "Cap'n Proto sees as many pointers");
  for (const schema::Field& field : of.type.fields) {
    const Slot& slot = of.layout.slot(field.id);
    if (slot.in_data() || field.removed || slot.pointer >= pointers.size()) continue;
    check(same_pointer(pointers[slot.pointer], view, slot),
          "Cap'n Proto reads the same of a pointer", field.name);
  }
}

std::vector<record::FieldChange> values_of(const Type& of, const View& view) {
  std::vector<record::FieldChange> values;
  for (const schema::Field& field : of.type.fields) {
    if (field.removed) continue;
    values.emplace_back(field.id, fuzz::must(view.get(field, of.layout.slot(field.id)),
                                             "what verify() accepts can be read"));
  }
  return values;
}

// The value that the sample's full deal has in this field, or null.
Value sample_value(const schema::Field& field, bool null) {
  fuzz::SampleRecords& sample = fuzz::sample_records();
  if (null) return {};
  const record::Layout& layout = sample.layout(sample.deal().id);
  return fuzz::must((*sample.load(sample.full()))->get(field, layout.slot(field.id)), "the sample");
}

void patch(const Type& of, const View& view, std::string_view bytes, std::uint8_t choice) {
  if (of.type.fields.empty()) return;
  const schema::Field& field = of.type.fields[choice % of.type.fields.size()];
  if (field.removed) return;
  const std::vector<record::FieldChange> changes = {{field.id, sample_value(field, choice >= 128)}};
  record::SystemWords words = record::SystemWords::of(view);
  words.version = 99;
  const Result<std::string> patched = record::patch(of.type, of.layout, bytes, words, changes);
  if (!patched.ok()) return fuzz::check_explained(patched.status());
  const View after = fuzz::must(View::open(*patched), "a patched record opens");
  check(after.verify(of.type, of.layout), "a patched record is sound");
  check(record::SystemWords::of(after) == words, "a patched record has the words it was given");
  check(
      fuzz::must(record::patch(of.type, of.layout, *patched, words, changes), "patch") == *patched,
      "the same patch again changes nothing");
  std::vector<record::FieldChange> values = values_of(of, view);
  const Result<std::string> built =
      record::build(of.type, of.layout, record::SystemWords::of(view), values);
  if (!built.ok() || *built != bytes) return;  // such bytes are read, never written
  values.push_back(changes[0]);
  check(fuzz::must(record::build(of.type, of.layout, words, values), "build") == *patched,
        "patching and building give equal bytes");
  std::string restamped(bytes);
  check(record::restamp(of.type, of.layout, 99, words.updated, &restamped), "restamp");
  check(fuzz::must(record::build(of.type, of.layout, words, values_of(of, view)), "build") ==
            restamped,
        "restamping and building give equal bytes");
}

}  // namespace

void kith::fuzz::run(std::string_view input) {
  Input in(input);
  const Type& of = types()[in.below(types().size())];
  const std::uint8_t choice = in.byte();
  const std::string_view bytes = in.rest();
  const Result<View> opened = View::open(bytes);
  if (!opened.ok()) return check_explained(opened.status());
  bool readable = true;
  for (const schema::Field& field : of.type.fields) {
    touch(*opened, of.layout.slot(field.id));
    const Result<Value> value = opened->get(field, of.layout.slot(field.id));
    if (!value.ok()) check_explained(value.status());
    readable = readable && (value.ok() || field.removed);
  }
  const Status sound = opened->verify(of.type, of.layout);
  if (!sound.ok()) return check_explained(sound);
  check(readable, "what verify() accepts can be read");
  try {
    compare_with_capnp(of, *opened, bytes);
  } catch (const kj::Exception& e) {
    check(false, "Cap'n Proto reads what verify() accepts", e.getDescription().cStr());
  }
  patch(of, *opened, bytes, choice);
}
