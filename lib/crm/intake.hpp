// crm/intake.hpp: one event of a customer on its way into the records: who it is, what becomes of
// the profile, the account and the deal, and the activity that is recorded.
//
//   Intake intake(writer, event);
//   KITH_TRY(intake.check());      // the event by itself; nothing is written
//   KITH_TRY(intake.write());      // may have written some of it when it fails: use a Savepoint
//   KITH_TRY(engine::receive(writer, intake.notice()));
//   return intake.result();
//
// Borrows the writer and the event. Threads: the writer's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crm/customer_text.hpp"
#include "crm/people.hpp"
#include "kith/automation.hpp"
#include "kith/capture.hpp"
#include "kith/record.hpp"
#include "kith/result.hpp"

namespace kith::engine {
class Writer;
}

namespace kith::crm {

class Intake {
 public:
  Intake(engine::Writer& writer, const CaptureEvent& event);

  Status check();
  Status write();
  // What the automations are told.
  InboundEvent notice() const;
  const CaptureResult& result() const { return result_; }

 private:
  // An e-mail address or telephone number as the event has it.
  struct ContactPoint {
    std::string_view what;  // for people: "e-mail address"
    std::string_view label;
    std::string given;
    std::string value;  // in normal form; empty when it is missing or unusable
    Fields fields;      // of the contact that hold such
    std::vector<RecordId> holders;
    bool kept = false;  // it is in the profile
  };

  Status find_types();
  Status check_kind();
  Status check_patches() const;
  Status read_contact_points();
  void read_name();

  Status find_person();
  Status choose_among(const ContactPoint& point, const ContactPoint& other);
  Status find_account();
  Status write_person();
  Patch profile(const Record& present);
  void add_name(const Record& present, Patch* patch);
  void add_account(const Record& present, Patch* patch);
  Status find_deal();
  Status find_account_of_deal();
  Status write_activity();
  std::string subject_line(std::string* body);

  bool set_if_empty(const Record& present, const std::string& field, Value value,
                    Patch* patch) const;
  std::string made_up_name() const;
  void say(std::string reason) { result_.reasons.push_back(std::move(reason)); }
  std::string id_text(RecordId id) const;
  std::string id_list(const std::vector<RecordId>& ids, RecordId without) const;

  engine::Writer& writer_;
  const CaptureEvent& event_;
  const engine::CompiledType* contact_ = nullptr;
  const engine::CompiledType* activity_ = nullptr;
  const engine::CompiledType* account_ = nullptr;  // nullptr: the model has none
  const engine::CompiledType* deal_ = nullptr;
  ContactPoint email_{"e-mail address", "E-mail", {}, {}, {}, {}, false};
  ContactPoint phone_{"phone number", "Phone", {}, {}, {}, {}, false};
  std::string name_;
  std::string company_;
  std::string direction_;
  std::string kind_label_;
  std::string subject_;  // of the activity
  CaptureResult result_;
};

}  // namespace kith::crm
