// Records of one table, fetched by key: a prepared statement, and what it brings as JSON.
#pragma once

#include <mysql.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.h"
#include "posts/mariadb/connection.h"
#include "posts/mariadb/json.h"
#include "posts/source.h"
#include "record/schema.h"

namespace pinpipe::posts {

/// What a table has for a list of keys, in bounded memory. Views die with the next change.
class FetchedRecords {
 public:
  enum class State : uint8_t { absent, usable, unusable };

  /// Bytes that it is full with: records that come behind these are passed over.
  static constexpr size_t kMaxBytes = 8 * 1024 * 1024;

  void start(size_t keys);
  bool full() const { return kept_ > kMaxBytes; }
  bool has(size_t position) const { return places_[position].state != State::absent; }
  State state(size_t position) const { return places_[position].state; }
  /// The record as JSON; why it has none, where it is unusable. REQUIRES: has(position)
  std::string_view text(size_t position) const;

  /// Where a record may be appended to; it counts once it is kept as that of a key.
  Buffer& tail() { return bytes_; }
  void keep_tail(size_t position, State state);
  void drop_tail() { bytes_.truncate(kept_); }

 private:
  struct Place {
    size_t begin = 0;
    size_t end = 0;
    State state = State::absent;
  };
  Buffer bytes_;
  size_t kept_ = 0;
  std::vector<Place> places_;
};

class MariadbTable {
 public:
  /// A statement asks for so many keys. Above eq_range_index_dive_limit (200) the server plans
  /// without looking up each key, below in_predicate_conversion_threshold (1000) it reads by key
  /// instead of joining.
  static constexpr size_t kKeysAtOnce = 900;

  explicit MariadbTable(record::Dataset dataset) : dataset_(dataset) {}

  /// Prepares the statement on `connection`, which must outlive it, as must `target`. Errors: no
  /// such table or key column.
  Status prepare(MYSQL* connection, const MariadbTarget& target);

  /// Fetches the records of keys[first, first + kKeysAtOnce), as far as they go, into the same
  /// positions of `to`. Of several rows with one key the first counts. `keys` are sorted and
  /// distinct. After a fault, and where it becomes full, what `to` has is right, and what it lacks
  /// may be asked for again.
  /// REQUIRES: prepared
  Status fetch(const std::vector<Row>& keys, size_t first, FetchedRecords& to);

  /// Forgets the statement. To be called before its connection is closed.
  void close() { statement_.reset(); }

 private:
  struct Column {
    std::string lead;  ///< `{"index":` of the first, `,"title":` of others
    std::string name;
    ColumnForm form = ColumnForm::text;
    std::vector<char> buffer;
    unsigned long size = 0;
    my_bool is_null = 0;
    my_bool is_cut = 0;
  };
  struct StatementCloser {
    void operator()(MYSQL_STMT* statement) const { mysql_stmt_close(statement); }
  };

  Status fault(const char* doing) const;
  Status malformed(const char* doing, const std::string& what) const;
  Status describe_columns();
  bool still_described() const;
  bool bind_columns();
  bool complete_long_values(bool& grown);
  bool is_whole_row() const;
  Status append_row(Buffer& to) const;
  void take_row(const std::vector<Row>& keys, size_t first, FetchedRecords& to);

  record::Dataset dataset_;
  MYSQL* connection_ = nullptr;
  const MariadbTarget* target_ = nullptr;
  std::unique_ptr<MYSQL_STMT, StatementCloser> statement_;
  std::vector<Row> parameters_;
  std::vector<Column> columns_;  ///< the last is no column of the table: it marks the end of a row
  std::vector<MYSQL_BIND> binds_;
  size_t key_column_ = 0;
};

}  // namespace pinpipe::posts
