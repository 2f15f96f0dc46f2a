// crm/change_text.hpp: records, values and changes as people read them.
//
//   KITH_ASSIGN(auto words, ChangeText::of(reader));
//   KITH_ASSIGN(std::string name, words.title(deal));          // "Website"
//   KITH_ASSIGN(Told told, words.change(type, entry));         // "Stage: New Lead → Contacted"
//
// Values are shown by label, in the time zone of the session, on one line and shortened to 80
// characters; references by the title of what they name. Titles are remembered. Borrows the
// reader; threads and errors as it.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "base/time_zone.hpp"
#include "engine/compiled_model.hpp"
#include "history/entry.hpp"
#include "kith/result.hpp"

namespace kith::engine {
class Reader;
}

namespace kith::crm {

struct Told {
  std::string title;  // empty: there is nothing to tell
  std::string text;   // lines
};

class ChangeText {
 public:
  static Result<ChangeText> of(engine::Reader& reader);

  // The value of the type's title field, or the id when there is none; "(erased)" for a record
  // that is no more.
  Result<std::string> title(RecordId id);
  Result<std::string> value(const schema::Field& field, const Value& value);
  // What one entry of the history did. Fields that the engine keeps are left out.
  Result<Told> change(const schema::EntityType& type, const history::Entry& entry);

 private:
  ChangeText(engine::Reader& reader, base::TimeZone zone) : reader_(reader), zone_(zone) {}

  Result<std::string> read_title(RecordId id);
  Result<std::string> line(const schema::EntityType& type, const history::Entry& entry,
                           const history::FieldChange& change);
  Result<std::string> logged(const schema::Field* field, const Value& stored);
  Result<std::string> plain(const schema::Field* field, const Value& value);
  std::string time_text(Timestamp time) const;

  engine::Reader& reader_;
  base::TimeZone zone_;
  std::unordered_map<RecordId, std::string> titles_;
};

// On one line and at most 80 characters long.
std::string shortened(std::string_view text);
// 1234567.50 as "1,234,567.50".
std::string grouped(const Decimal& number);
std::string label_of(const schema::Field& field);
std::string label_of(const schema::EntityType& type);

}  // namespace kith::crm
