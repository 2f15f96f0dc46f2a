// base/contact_text.hpp: e-mail addresses, telephone numbers and web addresses: are they well
// formed, how are they stored, and by which key are two of them the same.
//
//   normalize_email(" Ann.Lee@Example.COM ")   // "ann.lee@example.com", what is stored
//   email_key("Ann.Lee@example.com")           // "ann.lee@example.com", what is compared
//
// normalize_*: the form that is stored, or kInvalidArgument saying what is wrong with the text.
// Normalizing what is normal changes nothing. *_key: what uniqueness and duplicate search compare;
// of any text, well formed or not. Pure functions, any thread.
#pragma once

#include <string>
#include <string_view>

#include "kith/result.hpp"

namespace kith::base {

// The addresses of RFC 5321 that are in use: a dot-atom or quoted local part of at most 64 bytes,
// one @, a domain name of two or more labels; at most 254 bytes. UTF-8 is permitted on both sides
// (RFC 6531). White space around it is cut, and all of it is lower-cased: what a server may tell
// apart by case on the left side, no customer does.
Result<std::string> normalize_email(std::string_view text);
std::string email_key(std::string_view text);

// Digits, 3 to 15, with a leading + when the number is international. Spaces and ( ) - . / are cut,
// 00 in front becomes +, and the "(0)" of "+43 (0) 1 234" is left out. Extensions and letters are
// refused: whoever dials cannot guess what they mean.
Result<std::string> normalize_phone(std::string_view text);
std::string phone_key(std::string_view text);

// http, https, ftp, ftps or sftp with a host, or a bare domain name with or without a path
// ("acme.com/about"), which stays bare. Other schemes, such as javascript:, are refused. White
// space around it is cut, scheme and host are lower-cased; at most 2048 bytes.
Result<std::string> normalize_url(std::string_view text);
std::string url_key(std::string_view text);  // without scheme, "www.", and a last "/"

}  // namespace kith::base
