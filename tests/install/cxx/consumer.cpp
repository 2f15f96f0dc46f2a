// A program outside kith's tree: it includes the installed headers and links libkith.a.
#include <iostream>
#include <kith/kith.hpp>

int main() {
  const kith::Status refused(kith::Code::kNotFound, "deal:42 is not there");
  std::cout << refused.to_string() << "\n";
  return refused.to_string() == "NOT_FOUND: deal:42 is not there" ? 0 : 1;
}
