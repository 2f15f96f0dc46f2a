// crm/customer_text.hpp: how customers write their names and addresses.
//
//   Mailbox from = split_mailbox("\"Lee, Ann\" <ann@example.org>");   // Lee, Ann | ann@example.org
//   NameParts parts = split_name("Ludwig van Beethoven");             // Ludwig | van Beethoven
//
// Pure functions, any thread. Nothing here fails: what is not understood is taken as it stands.
#pragma once

#include <string>
#include <string_view>

namespace kith::crm {

struct Mailbox {
  std::string name;     // empty when there is none, or when it only repeats the address
  std::string address;  // not checked
};
// RFC 5322's "name <address>", the name with or without quotes; anything else is an address.
Mailbox split_mailbox(std::string_view text);

struct NameParts {
  std::string first;
  std::string last;
};
// The last name is the last word, with the particles before it ("van", "de la"); all before it is
// the first name. "Lee, Ann" is turned round. One word is a first name.
NameParts split_name(std::string_view name);

// What a person is called when nothing but the address is known: the part before the @.
std::string name_from_email(std::string_view address);

}  // namespace kith::crm
