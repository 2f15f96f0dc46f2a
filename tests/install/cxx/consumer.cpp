#include <iostream>
#include <kith/kith.hpp>

int main() {
  const auto now = *kith::Timestamp::parse("2026-03-02T09:00:00Z");  // kith reads no clock
  const auto crm = kith::Database::create(":memory:", {.now = now});
  const auto session = crm->session();
  auto write = session->begin({.now = now});
  const auto acme = write->create("account", {{"name", "Acme"}});
  const auto deal = write->create("deal", {{"name", "Pilot"}, {"account", *acme}});
  if (const auto done = write->commit(); !done.ok()) std::cerr << done.to_string() << "\n";
  std::cout << session->read()->get(*deal)->at("stage").to_string() << "\n";  // the first stage
}
