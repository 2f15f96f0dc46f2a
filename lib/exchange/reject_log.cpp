#include "exchange/reject_log.hpp"

#include "base/try.hpp"

namespace kith::exchange {

namespace {

// "a; b", each once.
std::string joined(const std::vector<ImportReject>& why, std::string ImportReject::*part) {
  std::string out;
  std::vector<std::string_view> seen;
  for (const ImportReject& reject : why) {
    const std::string& text = reject.*part;
    bool again = text.empty();
    for (const std::string_view s : seen) again = again || s == text;
    if (again) continue;
    seen.push_back(text);
    out += (out.empty() ? "" : "; ") + text;
  }
  return out;
}

}  // namespace

RejectLog::RejectLog(std::vector<std::string> columns, char delimiter, ByteSink* sink,
                     std::size_t max_kept, ImportReport* report)
    : columns_(std::move(columns)), sink_(sink), max_kept_(max_kept), report_(report) {
  csv_.delimiter = delimiter;
}

void RejectLog::keep(std::uint64_t row, std::uint64_t line, ImportReject reject) {
  if (report_->rejects.size() >= max_kept_) return;
  reject.row = row;
  reject.line = line;
  report_->rejects.push_back(std::move(reject));
}

Status RejectLog::add(std::uint64_t row, std::uint64_t line, std::span<const std::string> cells,
                      std::vector<ImportReject> why) {
  ++report_->rejected;
  if (sink_ != nullptr) {
    std::string text;
    std::vector<std::string> record;
    if (!header_written_) {
      record = {"reject_row", "reject_line", "reject_column", "reject_code", "reject_reason"};
      // A mended rejects file that is imported again brings such columns of its own.
      for (const std::string& column : columns_) {
        if (!column.starts_with("reject_")) record.push_back(column);
      }
      append_csv_row(record, csv_, &text);
      header_written_ = true;
    }
    record = {std::to_string(row), std::to_string(line), joined(why, &ImportReject::column),
              joined(why, &ImportReject::code), joined(why, &ImportReject::reason)};
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i < columns_.size() && columns_[i].starts_with("reject_")) continue;
      record.push_back(cells[i]);
    }
    append_csv_row(record, csv_, &text);
    KITH_TRY(sink_->write(text).with_context("the rejects file"));
  }
  for (ImportReject& reject : why) keep(row, line, std::move(reject));
  return {};
}

void RejectLog::note(std::uint64_t row, std::uint64_t line, ImportReject what) {
  keep(row, line, std::move(what));
}

}  // namespace kith::exchange
