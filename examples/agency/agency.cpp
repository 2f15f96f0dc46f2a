// A small marketing agency, from a web form to a happy customer, in thirty days.
//
//   agency MODEL        the model is examples/agency/model.json: look at its automations
//
// agency.c and agency.py tell the same story and print the same text.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <kith/kith.hpp>
#include <optional>
#include <string>

namespace {

// kith reports failures as values. This program has no use for one: it says why, and ends.
void must(const kith::Status& status) {
  if (status.ok()) return;
  std::cerr << status.to_string() << "\n";
  std::exit(1);
}
template <typename T>
T must(kith::Result<T> result) {
  must(result.status());
  return *std::move(result);
}

// kith reads no clock: the host says what time it is. Day 1 is the second of March.
kith::Timestamp day(int number, int hour) {
  const kith::Timestamp midnight = must(kith::Timestamp::parse("2026-03-01T00:00:00Z"));
  return {midnight.seconds() + (number * 24 + hour) * 3600, 0};
}

// kith sends nothing itself: what is to go out lies in the outbox. A host leases a message,
// delivers it, and acknowledges it. Should it crash in between, the message comes again.
void deliver(const kith::Session& session, kith::Timestamp now) {
  for (;;) {
    kith::Transaction lease = must(session.begin({.now = now}));
    const auto messages = must(lease.lease());
    must(lease.commit());
    if (messages.empty()) return;
    kith::Transaction done = must(session.begin({.now = now}));
    for (const kith::OutboxMessage& message : messages) {
      const kith::Value payload(message.payload);
      std::cout << "  " << message.topic << " to " << *payload.find("to")->text() << ": "
                << *payload.find("subject")->text() << "\n    " << *payload.find("body")->text()
                << "\n";
      must(done.acknowledge(message.sequence, message.token));
    }
    must(done.commit());
  }
}

// Carries out what the automations of the model have to do by now.
void tick(const kith::Session& session, kith::Timestamp now) {
  must(session.tick({.now = now}));
  deliver(session, now);
}

// Somebody does something: capture() finds or creates the person, records it, and says why.
kith::CaptureResult capture(const kith::Session& session, kith::Timestamp now,
                            const kith::CaptureEvent& event) {
  kith::Transaction write = must(session.begin({.now = now, .cause = event.source}));
  const kith::CaptureResult got = must(write.capture(event));
  must(write.commit());
  if (got.repeated) {
    std::cout << "  taken before: nothing changes\n";
  } else {
    for (const std::string& reason : got.reasons) std::cout << "  " << reason << "\n";
  }
  tick(session, now);
  return got;
}

void move(const kith::Session& session, kith::Timestamp now, kith::RecordId deal, const char* stage,
          const kith::Patch& fields) {
  kith::Transaction write = must(session.begin({.now = now}));
  const kith::MoveResult moved = must(write.move(deal, stage, {.fields = fields}));
  must(write.commit());
  std::cout << "  moved from " << moved.from << " to " << moved.to << "\n";
  tick(session, now);
}

}  // namespace

int main(int count, char** arguments) {
  // The model says what a CRM is made of and what it does by itself. All of it is data.
  std::ifstream file(count > 1 ? arguments[1] : "model.json");
  if (!file) {
    std::cerr << "the model cannot be read: agency MODEL\n";
    return 1;
  }
  const std::string model{std::istreambuf_iterator<char>(file), {}};
  const kith::Database crm =
      must(kith::Database::create(":memory:", {.model = model, .now = day(0, 9)}));
  const kith::Session office = must(crm.session());

  // Two account managers, and the letter that every enquiry is answered with.
  kith::Transaction setup = must(office.begin({.now = day(0, 9)}));
  const kith::RecordId ada = must(setup.create("user", {{"name", "Ada Hill"}}));
  must(setup.create("user", {{"name", "Ben Fox"}}));
  must(setup.create("template", {{"name", "welcome"},
                                 {"subject", "Thank you, ${r.contact.first_name}"},
                                 {"body", "${r.owner.name} will call you about: ${r.name}."}}));
  must(setup.commit());
  const kith::Session desk = must(crm.session({.actor = ada}));  // Ada at work

  std::cout << "Day 1: a web form comes in\n";
  const kith::CaptureEvent form{.id = "form-8812",  // the web server's own name for it
                                .kind = "form",
                                .source = "website/contact",
                                .email = "Ann Lee <ann@birch.example>",
                                .phone = "+43 660 123 45 67",
                                .company = "Birch & Co",
                                .subject = "New website"};
  const kith::RecordId ann = capture(office, day(1, 9), form).person;
  const kith::RecordId deal = must(must(office.read()).referring(ann, "deal", "contact")).at(0);

  std::cout << "Day 1: the web server tells it again\n";
  capture(office, day(1, 10), form);

  std::cout << "Day 2: Ada calls\n";
  capture(desk, day(2, 14),
          {.kind = "call",
           .phone = "+436601234567",
           .direction = "outbound",
           .subject = "Discovery call",
           .body = "Ten pages, and a shop by summer."});
  move(desk, day(2, 15), deal, "Contacted", {});

  std::cout << "Day 3: somebody else writes\n";
  capture(office, day(3, 11),
          {.id = "form-8813",
           .kind = "form",
           .source = "website/contact",
           .email = "Bob Ray <bob@elm.example>",
           .subject = "Spring campaign"});

  std::cout << "Day 5: the proposal goes out\n";
  move(desk, day(5, 10), deal, "Proposal Sent", {{"amount", "4800.00"}});

  std::cout << "Day 10: Ann says yes\n";
  move(desk, day(10, 16), deal, "Closed Won", {{"close_date", "2026-03-11"}});

  // From here on nobody does anything. The host asks kith when there is work, and ticks.
  std::cout << "Day 30: the clock has run on\n";
  for (;;) {
    const std::optional<kith::Timestamp> due = must(must(office.read()).next_due());
    if (!due || *due > day(30, 18)) break;
    tick(office, *due);
  }
  const kith::Snapshot now = must(office.read(day(30, 18)));
  const kith::Rows tasks = must(now.query(
      {.entity = "task", .select = {"due_date", "owner.name", "subject"}, .order_by = {{"id"}}}));
  std::cout << kith::to_csv(tasks, now);

  std::cout << "\nThe story of Ann Lee\n";
  for (const auto& item : must(now.timeline(ann, {.related = {"deal", "task"}}))) {
    const std::string who = item.actor_name.empty() ? "" : ", by " + item.actor_name;
    std::cout << "  " << item.at.to_string() << "  " << item.title << who << "\n";
  }
  std::cout << "\nThe pipeline\n" << kith::to_csv(must(now.report("pipeline")).rows, now);
}
