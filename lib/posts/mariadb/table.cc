#include "posts/mariadb/table.h"

#include <errmsg.h>
#include <mysqld_error.h>

#include <algorithm>
#include <cassert>
#include <charconv>
#include <new>

#include "base/ascii.h"
#include "record/schema.h"

namespace pinpipe::posts {
namespace {

/// Room for a value before it is known to be longer. At least 300: with less, the library rounds a
/// DOUBLE.
constexpr size_t kFirstRoom = 1024;
/// The most that a server can send as one value, whatever length it claims.
constexpr size_t kMaxRoom = size_t{1} << 30;
/// Tables without a unique key may have several rows for one; a server that goes on beyond this
/// will not end.
constexpr size_t kMaxRowsFetched = 1'000'000;

/// The last value of each row: one that ends too soon does not have it.
constexpr std::string_view kEndOfRow = "end-of-row";

std::string statement_text(record::Dataset dataset) {
  std::string text = "SELECT *, '" + std::string(kEndOfRow) + "' FROM `" +
                     std::string(record::table_of(dataset)) + "` WHERE `" +
                     std::string(record::raw_key(dataset)) + "` IN (?";
  for (size_t i = 1; i < MariadbTable::kKeysAtOnce; ++i) text += ",?";
  return text + ")";
}

/// Names of columns are compared as the server does, without case.
bool is_named(const MYSQL_FIELD& field, std::string_view name) {
  return equal_but_for_case({field.name, field.name_length}, name);
}

}  // namespace

void FetchedRecords::start(size_t keys) {
  constexpr size_t kMaxKept = 16 << 20;
  bytes_.clear();
  bytes_.shrink(kMaxKept);
  kept_ = 0;
  places_.assign(keys, Place());
}

std::string_view FetchedRecords::text(size_t position) const {
  assert(has(position));
  const Place& place = places_[position];
  return bytes_.view().substr(place.begin, place.end - place.begin);
}

void FetchedRecords::keep_tail(size_t position, State state) {
  places_[position] = {kept_, bytes_.size(), state};
  kept_ = bytes_.size();
}

/// The error of the statement; where it has none, the connection's: a fetch that loses the server
/// sets only that.
Status MariadbTable::fault(const char* doing) const {
  // A status that is neither a row nor the end may come without a code.
  if (mysql_stmt_errno(statement_.get()) == 0 && mysql_errno(connection_) == 0) {
    return malformed(doing, "Malformed packet");
  }
  if (const unsigned code = mysql_stmt_errno(statement_.get()); code != 0) {
    return mariadb_error(*target_, doing, code, mysql_stmt_error(statement_.get()));
  }
  return mariadb_error(*target_, doing, mysql_errno(connection_), mysql_error(connection_));
}

/// What no MariaDB or MySQL server sends.
Status MariadbTable::malformed(const char* doing, const std::string& what) const {
  const std::string message = what + " (of " + std::string(record::table_of(dataset_)) + ")";
  return mariadb_error(*target_, doing, CR_MALFORMED_PACKET, message.c_str());
}

Status MariadbTable::prepare(MYSQL* connection, const MariadbTarget& target) {
  connection_ = connection;
  target_ = &target;
  statement_.reset(mysql_stmt_init(connection));
  if (!statement_) throw std::bad_alloc();
  const std::string text = statement_text(dataset_);
  if (mysql_stmt_prepare(statement_.get(), text.data(), text.size()) != 0) return fault("open");
  if (mysql_stmt_param_count(statement_.get()) != kKeysAtOnce) {
    return malformed("open", "a statement has other parameters than were asked for");
  }

  parameters_.assign(kKeysAtOnce, 0);
  std::vector<MYSQL_BIND> binds(kKeysAtOnce);  // the library keeps a copy
  for (size_t i = 0; i < kKeysAtOnce; ++i) {
    binds[i].buffer_type = MYSQL_TYPE_LONGLONG;
    binds[i].is_unsigned = 1;
    binds[i].buffer = &parameters_[i];
  }
  if (mysql_stmt_bind_param(statement_.get(), binds.data()) != 0) return fault("open");
  return describe_columns();
}

Status MariadbTable::describe_columns() {
  const MYSQL_FIELD* fields = mariadb_stmt_fetch_fields(statement_.get());
  columns_.assign(mysql_stmt_field_count(statement_.get()), Column());
  key_column_ = columns_.size();
  if (fields == nullptr && !columns_.empty()) return fault("open");
  for (size_t i = 0; i < columns_.size(); ++i) {
    Column& column = columns_[i];
    column.name.assign(fields[i].name, fields[i].name_length);
    column.form = form_of(fields[i]);
    column.buffer.resize(kFirstRoom);
    Buffer lead;
    lead.append(i == 0 ? '{' : ',');
    if (!append_text(column.name, lead).ok()) {
      return mariadb_error(*target_, "open", 0,
                           ("the name of column " + std::to_string(i + 1) + " of " +
                            std::string(record::table_of(dataset_)) + " is not UTF-8")
                               .c_str());
    }
    lead.append(':');
    column.lead = lead.view();
    if (is_named(fields[i], record::raw_key(dataset_))) key_column_ = i;
  }
  if (key_column_ == columns_.size()) return malformed("open", "a result lacks its key column");
  if (!bind_columns()) return fault("open");
  return {};
}

/// Whether a statement that was just executed has the columns that it was prepared with: the server
/// prepares it anew by itself where the table has been replaced.
bool MariadbTable::still_described() const {
  if (mysql_stmt_field_count(statement_.get()) != columns_.size()) return false;
  const MYSQL_FIELD* fields = mariadb_stmt_fetch_fields(statement_.get());
  if (fields == nullptr) return false;
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (form_of(fields[i]) != columns_[i].form) return false;
  }
  return true;
}

bool MariadbTable::bind_columns() {
  binds_.assign(columns_.size(), MYSQL_BIND());
  for (size_t i = 0; i < columns_.size(); ++i) {
    Column& column = columns_[i];
    binds_[i].buffer_type = MYSQL_TYPE_STRING;
    binds_[i].buffer = column.buffer.data();
    binds_[i].buffer_length = column.buffer.size();
    binds_[i].length = &column.size;
    binds_[i].is_null = &column.is_null;
    binds_[i].error = &column.is_cut;
  }
  return mysql_stmt_bind_result(statement_.get(), binds_.data()) == 0;
}

/// Makes room for the values of the current row that had too little, and gets them whole.
bool MariadbTable::complete_long_values(bool& grown) {
  grown = false;
  for (size_t i = 0; i < columns_.size(); ++i) {
    Column& column = columns_[i];
    if (column.is_null || column.size <= column.buffer.size()) continue;
    if (column.size > kMaxRoom) return false;
    column.buffer.resize(column.size);
    binds_[i].buffer = column.buffer.data();
    binds_[i].buffer_length = column.buffer.size();
    if (mysql_stmt_fetch_column(statement_.get(), &binds_[i], static_cast<unsigned>(i), 0) != 0)
      return false;
    grown = true;
  }
  return true;
}

/// Appends the current row as JSON. Errors, with some of it appended: a column that has none.
Status MariadbTable::append_row(Buffer& to) const {
  for (const Column& column : std::span(columns_).first(columns_.size() - 1)) {
    to.append(column.lead);
    if (column.is_null) {
      to.append("null");
      continue;
    }
    if (auto status = append_value(column.form, {column.buffer.data(), column.size}, to);
        !status.ok())
      return Error{column.name + " " + status.error().what};
  }
  to.append('}');
  return {};
}

bool MariadbTable::is_whole_row() const {
  const Column& last = columns_.back();
  return !last.is_null && std::string_view(last.buffer.data(), last.size) == kEndOfRow;
}

void MariadbTable::take_row(const std::vector<Row>& keys, size_t first, FetchedRecords& to) {
  const Column& key_column = columns_[key_column_];
  Row key = 0;
  std::from_chars(key_column.buffer.data(), key_column.buffer.data() + key_column.size, key);
  const auto found =
      std::lower_bound(keys.begin() + static_cast<ptrdiff_t>(first), keys.end(), key);
  const auto position = static_cast<size_t>(found - keys.begin());
  if (found == keys.end() || *found != key || to.has(position)) return;

  const auto appended = append_row(to.tail());
  if (appended.ok()) return to.keep_tail(position, FetchedRecords::State::usable);
  to.drop_tail();
  to.tail().append(std::string(record::table_of(dataset_)) + "." + appended.error().what);
  to.keep_tail(position, FetchedRecords::State::unusable);
}

Status MariadbTable::fetch(const std::vector<Row>& keys, size_t first, FetchedRecords& to) {
  assert(statement_);
  const size_t count = std::min(kKeysAtOnce, keys.size() - first);
  const auto begin = keys.begin() + static_cast<ptrdiff_t>(first);
  std::copy_n(begin, count, parameters_.begin());
  std::fill(parameters_.begin() + static_cast<ptrdiff_t>(count), parameters_.end(), keys[first]);
  if (mysql_stmt_execute(statement_.get()) != 0) return fault("read");
  if (!still_described()) {
    return mariadb_error(*target_, "read", ER_TABLE_DEF_CHANGED,
                         "the columns of a table keep changing");
  }
  for (size_t rows = 0; rows < kMaxRowsFetched; ++rows) {
    const int got = mysql_stmt_fetch(statement_.get());
    if (got == MYSQL_NO_DATA && mysql_errno(connection_) == 0) return {};
    bool grown = false;
    const bool is_row = got == 0 || got == MYSQL_DATA_TRUNCATED;
    if (is_row && to.full()) continue;  // to the end: the next statement needs the connection
    if (!is_row || !complete_long_values(grown)) return fault("read");
    if (!is_whole_row()) return malformed("read", "Malformed packet: a row ends too soon");
    take_row(keys, first, to);
    // Only now: binding anew may reset the sizes of the row at hand, as some versions of the
    // library do.
    if (grown && !bind_columns()) return fault("read");
  }
  return malformed("read", "the rows for some keys do not end");
}

}  // namespace pinpipe::posts
