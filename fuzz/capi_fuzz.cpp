// The C interface: the input is a program, a byte an operation, that is carried out on a database
// in memory and on a std::map beside it; both must give the same answers. The free-form operations
// (queries, expressions, JSON, captures) take texts of the input and may refuse them, with reasons.
#include <kith.h>

#include <map>
#include <optional>

#include "fuzz/capi_calls.hpp"
#include "fuzz/fuzz.hpp"
#include "fuzz/sample_model.hpp"

namespace {

using namespace kith::fuzz::c;
using kith::fuzz::check;
using kith::fuzz::Input;

// A deal as the model beside the database knows it.
struct Deal {
  std::string name;
  std::optional<std::string> code;  // unique among live deals
  std::optional<std::int64_t> seats;
  bool deleted = false;
};
using Deals = std::map<std::uint64_t, Deal>;

class Machine {
 public:
  Machine() {
    kith_create_options options;
    kith_create_options_init(&options, sizeof options);
    options.model = kith::fuzz::kSampleModel.data();
    options.model_size = kith::fuzz::kSampleModel.size();
    options.now = now_;
    check(make(&database_, kith_database_create, ":memory:", KITH_NTS, &options) == KITH_OK,
          "a database is made");
    kith_session_options who;
    kith_session_options_init(&who, sizeof who);
    who.capabilities = KITH_CAPABILITY_ALL;
    check(make(&session_, kith_session_open, database_.get(), &who) == KITH_OK, "a session");
  }

  void step(Input& in) {
    now_.seconds += 1;
    switch (in.below(14)) {
      case 0: return begin();
      case 1: return create(in);
      case 2: return update(in);
      case 3: return remove(in);
      case 4: return restore(in);
      case 5: return purge(in);
      case 6: return end(true);
      case 7: return end(false);
      case 8: return read(in);
      case 9: return find(in);
      case 10: return query(in);
      case 11: return json(in);
      case 12: return evaluate(in);
      default: return tick();
    }
  }

  // What landed is what the model has.
  void finish() {
    txn_.reset();
    Reader reader;
    check(make(&reader, kith_reader_open, session_.get(), nullptr) == KITH_OK, "a snapshot");
    compare(reader.get(), landed_);
  }

 private:
  // begin() is implied by every write.
  kith_txn* writing() {
    if (!txn_) begin();
    return txn_.get();
  }

  void begin() {
    if (txn_) return;
    kith_txn_options options;
    kith_txn_options_init(&options, sizeof options);
    options.now = now_;
    check(make(&txn_, kith_txn_begin, session_.get(), &options) == KITH_OK, "a transaction");
    deals_ = landed_;
  }

  void end(bool commit) {
    if (!txn_) return;
    if (commit) {
      std::uint64_t sequence = 0;
      check(call(kith_txn_commit, txn_.get(), &sequence) == KITH_OK, "a transaction lands");
      landed_ = deals_;
      check(call(kith_txn_commit, txn_.get(), &sequence) == KITH_CLOSED, "it lands once");
    } else {
      check(call(kith_txn_abort, txn_.get()) == KITH_OK, "a transaction is undone");
    }
    txn_.reset();
  }

  // An id that may exist, and sometimes one that cannot.
  std::uint64_t pick(Input& in) const {
    const std::uint8_t choice = in.byte();
    if (choice >= 250) return choice == 250 ? 0 : in.word();
    auto deal = deals_.begin();
    if (deal == deals_.end()) return 1;
    std::advance(deal, static_cast<std::ptrdiff_t>(choice % deals_.size()));
    return deal->first;
  }

  // Field values in the patch and in the deal: name, code, seats, each given, null or left out.
  PatchObject fill(Input& in, Deal* deal) const {
    PatchObject patch;
    check(make(&patch, kith_patch_new) == KITH_OK, "a patch");
    const std::uint8_t which = in.byte();
    if ((which & 1) != 0) {
      deal->name = "n" + std::to_string(in.below(10));
      check(call(kith_patch_set_text, patch.get(), "name", KITH_NTS, deal->name.data(),
                 deal->name.size()) == KITH_OK,
            "a text is set");
    }
    if ((which & 6) == 2) {
      deal->code = "c" + std::to_string(in.below(4));
      check(call(kith_patch_set_text, patch.get(), "code", KITH_NTS, deal->code->c_str(),
                 KITH_NTS) == KITH_OK,
            "a text is set");
    } else if ((which & 6) == 4) {
      deal->code.reset();
      call(kith_patch_set_null, patch.get(), "code", KITH_NTS);
    }
    if ((which & 24) == 8) {
      deal->seats = in.number();
      call(kith_patch_set_int, patch.get(), "seats", KITH_NTS, *deal->seats);
    } else if ((which & 24) == 16) {
      deal->seats.reset();
      call(kith_patch_set_null, patch.get(), "seats", KITH_NTS);
    }
    return patch;
  }

  bool code_taken(const Deal& deal, std::uint64_t id) const {
    for (const auto& [other, has] : deals_) {
      if (other != id && !has.deleted && deal.code && has.code == deal.code) return true;
    }
    return false;
  }
  bool valid(const Deal& deal, std::uint64_t id) const {
    return !deal.name.empty() && !(deal.seats && *deal.seats < 0) && !code_taken(deal, id);
  }

  void create(Input& in) {
    kith_txn* txn = writing();
    Deal deal;
    const PatchObject patch = fill(in, &deal);
    std::uint64_t id = 0;
    const std::int32_t code = call(kith_txn_create, txn, "deal", KITH_NTS, patch.get(), &id);
    check(code == (valid(deal, 0) ? KITH_OK : KITH_VALIDATION),
          "a deal is created when it is valid", kith_code_name(code));
    if (code != KITH_OK) return;
    check(deals_.emplace(id, deal).second, "an id is given once");
  }

  void update(Input& in) {
    kith_txn* txn = writing();
    const std::uint64_t id = pick(in);
    const auto found = deals_.find(id);
    Deal deal = found == deals_.end() ? Deal() : found->second;
    const PatchObject patch = fill(in, &deal);
    const std::int32_t code = call(kith_txn_update, txn, id, patch.get(), std::uint64_t{0});
    std::int32_t expected = valid(deal, id) ? KITH_OK : KITH_VALIDATION;
    if (deal.deleted) expected = KITH_INVALID_ARGUMENT;
    if (found == deals_.end()) expected = KITH_NOT_FOUND;
    check(code == expected, "an update is judged as the model does", kith_code_name(code));
    if (code == KITH_OK) found->second = deal;
  }

  void remove(Input& in) {
    kith_txn* txn = writing();
    const std::uint64_t id = pick(in);
    const auto found = deals_.find(id);
    const std::int32_t code = call(kith_txn_remove, txn, id, std::uint64_t{0});
    check(code == (found == deals_.end() ? KITH_NOT_FOUND : KITH_OK), "a deal is removed",
          kith_code_name(code));
    if (code == KITH_OK) found->second.deleted = true;
  }

  void restore(Input& in) {
    kith_txn* txn = writing();
    const std::uint64_t id = pick(in);
    const auto found = deals_.find(id);
    const std::int32_t code = call(kith_txn_restore, txn, id, nullptr);
    std::int32_t expected = KITH_OK;
    if (found == deals_.end()) {
      expected = KITH_NOT_FOUND;
    } else if (found->second.deleted && !valid(found->second, id)) {
      expected = KITH_VALIDATION;
    }
    check(code == expected, "a restore is judged as the model does", kith_code_name(code));
    if (code == KITH_OK) found->second.deleted = false;
  }

  void purge(Input& in) {
    kith_txn* txn = writing();
    const std::uint64_t id = pick(in);
    const std::int32_t code = call(kith_txn_purge, txn, id);
    check(code == (deals_.erase(id) == 0 ? KITH_NOT_FOUND : KITH_OK), "a deal is purged",
          kith_code_name(code));
  }

  // The transaction's own view, or a snapshot; and the model that belongs to it.
  Reader reader(const Deals** deals) {
    Reader made;
    *deals = txn_ ? &deals_ : &landed_;
    const std::int32_t code = txn_ ? make(&made, kith_txn_reader, txn_.get())
                                   : make(&made, kith_reader_open, session_.get(), nullptr);
    check(code == KITH_OK, "a reader");
    return made;
  }

  static void compare_deal(const kith_reader* reader, std::uint64_t id, const Deal* deal) {
    Record record;
    const std::int32_t code = make(&record, kith_reader_get, reader, id);
    check(code == (deal == nullptr ? KITH_NOT_FOUND : KITH_OK), "a deal is there when it is",
          kith_code_name(code));
    if (deal == nullptr) return;
    check((kith_record_deleted(record.get()) == 1) == deal->deleted, "it is deleted when it is");
    const char* text = "";
    std::size_t size = 0;
    const kith_value* name = kith_record_find(record.get(), "name", KITH_NTS);
    check(call(kith_value_get_text, name, &text, &size) == KITH_OK, "it has a name");
    check(std::string_view(text, size) == deal->name, "it has its name");
    std::int64_t seats = 0;
    const kith_value* value = kith_record_find(record.get(), "seats", KITH_NTS);
    check((kith_value_kind(value) == KITH_KIND_NULL) == !deal->seats, "it has seats when it has");
    if (deal->seats) {
      check(call(kith_value_get_int, value, &seats) == KITH_OK && seats == *deal->seats,
            "it has its seats");
    }
  }

  static void compare(const kith_reader* reader, const Deals& deals) {
    std::size_t live = 0;
    for (const auto& [id, deal] : deals) {
      compare_deal(reader, id, &deal);
      if (!deal.deleted) ++live;
    }
    Rows rows;
    check(make(&rows, kith_reader_query, reader, R"({"entity": "deal"})", KITH_NTS, nullptr,
               std::size_t{0}) == KITH_OK,
          "all deals");
    check(kith_rows_count(rows.get()) == live, "a query finds the live ones");
  }

  void read(Input& in) {
    const Deals* deals = nullptr;
    const Reader from = reader(&deals);
    const std::uint64_t id = pick(in);
    const auto found = deals->find(id);
    compare_deal(from.get(), id, found == deals->end() ? nullptr : &found->second);
    History history;
    const std::int32_t code = make(&history, kith_reader_history, from.get(), id, in.word() % 5);
    if (code == KITH_OK) {
      Text text;
      check(make(&text, kith_history_to_json, history.get(), from.get()) == KITH_OK,
            "a history has a JSON");
    }
  }

  void find(Input& in) {
    const Deals* deals = nullptr;
    const Reader from = reader(&deals);
    const std::string code = "c" + std::to_string(in.below(4));
    std::uint64_t expected = 0;
    for (const auto& [id, deal] : *deals) {
      if (!deal.deleted && deal.code == code) expected = id;
    }
    std::uint64_t id = 0;
    call(kith_reader_find_text, from.get(), "deal", KITH_NTS, "code", KITH_NTS, code.data(),
         code.size(), &id);
    check(id == expected, "a code finds its deal");
  }

  void query(Input& in) {
    const Deals* deals = nullptr;
    const Reader from = reader(&deals);
    const std::string_view text = in.text();
    Rows rows;
    if (make(&rows, kith_reader_query, from.get(), text.data(), text.size(), nullptr,
             std::size_t{0}) != KITH_OK) {
      return;
    }
    Text csv;
    make(&csv, kith_rows_to_csv, rows.get(), from.get());
    for (std::size_t row = 0; row < kith_rows_count(rows.get()); ++row) {
      check(kith_rows_value(rows.get(), row, kith_rows_column_count(rows.get())) == nullptr,
            "there is nothing beside the last column");
    }
  }

  void json(Input& in) {
    const std::string_view text = in.text();
    ValueObject value;
    if (make(&value, kith_value_from_json, text.data(), text.size()) != KITH_OK) return;
    Text out;
    check(make(&out, kith_value_to_json, value.get(), nullptr) == KITH_OK, "a value has a JSON");
    kith_txn* txn = writing();
    std::uint64_t id = 0;
    if (call(kith_txn_create_json, txn, "account", KITH_NTS, text.data(), text.size(), &id) !=
        KITH_OK) {
      check(id == 0, "what is refused has no id");
    }
    call(kith_txn_capture_json, txn, text.data(), text.size(), nullptr);
    call(kith_txn_receive_json, txn, text.data(), text.size(), nullptr, nullptr);
  }

  void evaluate(Input& in) {
    const Deals* deals = nullptr;
    const Reader from = reader(&deals);
    const std::uint64_t id = pick(in);
    const std::string_view source = in.text();
    ValueObject value;
    make(&value, kith_expression_evaluate_on, from.get(), id, source.data(), source.size());
    Text type;
    make(&type, kith_expression_check, database_.get(), "deal", KITH_NTS, source.data(),
         source.size());
  }

  void tick() {
    if (txn_) return;
    kith_tick_options options;
    kith_tick_options_init(&options, sizeof options);
    options.now = now_;
    options.max_runs = 10;
    check(call(kith_session_tick, session_.get(), &options, nullptr) == KITH_OK, "a tick");
  }

  kith_time now_{1'790'000'000, 0, 0};
  Database database_;
  Session session_;
  Txn txn_;
  Deals landed_;  // what is committed
  Deals deals_;   // as the open transaction sees it
};

}  // namespace

void kith::fuzz::run(std::string_view input) {
  Input in(input);
  Machine machine;
  for (int steps = 0; steps < 60 && !in.empty(); ++steps) machine.step(in);
  machine.finish();
}
