// Capture in Python: a customer did something.
#include <pybind11/stl.h>

#include <unordered_map>

#include "transaction.hpp"

namespace kith::python {

namespace {

// A capture event whose records are still text.
struct NamedEvent {
  CaptureEvent event;
  std::string person;
  std::string deal;
};

std::string* text_member(NamedEvent& named, std::string_view name) {
  CaptureEvent& event = named.event;
  const std::pair<std::string_view, std::string*> members[] = {
      {"id", &event.id},           {"kind", &event.kind},           {"source", &event.source},
      {"email", &event.email},     {"phone", &event.phone},         {"name", &event.name},
      {"company", &event.company}, {"direction", &event.direction}, {"subject", &event.subject},
      {"body", &event.body},       {"person", &named.person},       {"deal", &named.deal}};
  for (const auto& [known, member] : members) {
    if (known == name) return member;
  }
  return nullptr;
}

NamedEvent event_from_python(const py::dict& given) {
  NamedEvent named;
  for (const auto& [key, value] : given) {
    const auto name = key.cast<std::string>();
    if (std::string* member = text_member(named, name)) {
      if (!PyUnicode_Check(value.ptr())) throw py::type_error(name + " of a capture is a str");
      *member = value.cast<std::string>();
    } else if (name == "at") {
      named.event.at = optional_timestamp_from_python(value);
    } else if (name == "person_fields") {
      named.event.person_fields = patch_from_python(value.cast<py::dict>());
    } else if (name == "activity_fields") {
      named.event.activity_fields = patch_from_python(value.cast<py::dict>());
    } else if (name == "data") {
      named.event.data = map_from_python(value.cast<py::dict>());
    } else {
      throw py::type_error("a capture has no " + name);
    }
  }
  return named;
}

}  // namespace

py::tuple PyTransaction::capture(const py::dict& event) {
  NamedEvent named = event_from_python(event);
  const CaptureResult done = run([&](const Reader& reader) -> Result<CaptureResult> {
    const Result<RecordId> person = parse_optional_id(reader, named.person);
    if (!person.ok()) return person.status().with_context("person");
    const Result<RecordId> deal = parse_optional_id(reader, named.deal);
    if (!deal.ok()) return deal.status().with_context("deal");
    named.event.person = *person;
    named.event.deal = *deal;
    return learnt(transaction_.peek()->capture(named.event), reader, *names_);
  });
  return py::make_tuple(done.repeated, to_python(done.person, *names_), done.person_created,
                        to_python(done.account, *names_), done.account_created,
                        to_python(done.deal, *names_), to_python(done.activity, *names_),
                        py::tuple(py::cast(done.filled)), py::tuple(py::cast(done.reasons)));
}

}  // namespace kith::python
