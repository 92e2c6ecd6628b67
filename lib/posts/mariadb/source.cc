#include "posts/mariadb/source.h"

#include <errmsg.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <limits>
#include <thread>
#include <utility>

#include "posts/mariadb/connection.h"
#include "posts/mariadb/table.h"
#include "record/schema.h"

namespace pinpipe::posts {
namespace {

using record::Dataset;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using State = FetchedRecords::State;

constexpr milliseconds kFirstPause{100};
constexpr milliseconds kLongestPause{5'000};
/// Among so many draws some rows come twice, and the keys of a statement, in order, lie together:
/// less work for the server by a quarter than with 256. They take some 4 MB.
constexpr size_t kPostsAtOnce = 4096;
/// Fewer, where they are long: of these, many would be read in vain before it is known.
constexpr size_t kFirstPosts = 256;

class MariadbSource final : public Source {
 public:
  MariadbSource(MariadbTarget target, milliseconds give_up_after)
      : target_(std::move(target)), give_up_after_(give_up_after) {}
  ~MariadbSource() override { close(); }

  Status start();
  Result<size_t> append_posts(std::span<const Row> rows, Buffer& to,
                              std::vector<MissingRow>& missing) override;
  bool concurrent() const override { return false; }
  size_t posts_at_once() const override { return kPostsAtOnce; }
  Row rows() const override { return rows_; }

 private:
  Status open();
  void abandon();
  void close();
  Status count_rows();
  Status read_largest(const char* text);
  Status fetch_all();
  Result<std::span<const Row>> fetch_some(std::span<const Row> rows);
  bool full() const {
    return std::ranges::any_of(records_, [](const auto& records) { return records.full(); });
  }
  Status retried(const std::function<Status()>& ask);
  void append_post(size_t position, Buffer& to, std::vector<MissingRow>& missing) const;

  const MariadbTarget target_;
  const milliseconds give_up_after_;
  MariadbConnection connection_;  // closed after the statements, see close()
  std::array<MariadbTable, 3> tables_{MariadbTable(Dataset::pin), MariadbTable(Dataset::geo),
                                      MariadbTable(Dataset::user)};
  std::vector<Row> keys_;  // of the current request: sorted, distinct
  std::array<FetchedRecords, 3> records_;
  size_t at_once_ = kFirstPosts;  // posts that may well fit into `records_`
  Row rows_ = 0;
};

Status MariadbSource::start() {
  Status status = open();
  if (status.ok()) status = count_rows();
  if (!status.ok()) abandon();
  return status;
}

Status MariadbSource::open() {
  TRY(connect(target_, connection_));
  for (auto& table : tables_) {
    TRY(table.prepare(connection_.get(), target_));
  }
  return {};
}

/// Closes a connection on which something went wrong: whatever the server still has to say, be it
/// without end, is not read.
void MariadbSource::abandon() {
  if (connection_) mariadb_cancel(connection_.get());
  close();
}

void MariadbSource::close() {
  const SigpipeBlock no_sigpipe;
  for (auto& table : tables_) table.close();
  connection_.reset();
}

Status MariadbSource::count_rows() {
  const std::string query = fmt::format("SELECT MAX(`{}`) FROM `{}`", record::raw_key(Dataset::pin),
                                        record::table_of(Dataset::pin));
  const auto failed = [&](unsigned code, const char* message) {
    Error error = mariadb_error(target_, "open", code, message);
    mariadb_cancel(connection_.get());  // or freeing the result would read what is left of it
    return error;
  };
  std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)> result(nullptr, mysql_free_result);
  if (mysql_real_query(connection_.get(), query.data(), query.size()) == 0) {
    result.reset(mysql_use_result(connection_.get()));
  }
  if (!result) return failed(mysql_errno(connection_.get()), mysql_error(connection_.get()));
  if (mysql_num_fields(result.get()) != 1) return failed(CR_MALFORMED_PACKET, "Malformed packet");
  const MYSQL_ROW row = mysql_fetch_row(result.get());
  if (row == nullptr) {
    const unsigned code = mysql_errno(connection_.get());
    return failed(code == 0 ? CR_MALFORMED_PACKET : code,
                  code == 0 ? "Malformed packet" : mysql_error(connection_.get()));
  }
  Status status = read_largest(row[0]);
  if (status.ok() && mysql_fetch_row(result.get()) != nullptr) {
    return failed(CR_MALFORMED_PACKET, "Malformed packet");
  }
  return status;
}

/// Takes the largest `index`, NULL for a table without rows. A negative one is in no row of a post.
Status MariadbSource::read_largest(const char* text) {
  const std::string_view largest = text == nullptr ? "-1" : text;
  if (largest.starts_with('-')) return {};
  Row number = 0;
  const auto read = std::from_chars(largest.data(), largest.data() + largest.size(), number);
  if (read.ec != std::errc() || number == std::numeric_limits<Row>::max()) {
    return mariadb_error(
        target_, "open", 0,
        ("the largest index, '" + std::string(largest.substr(0, 40)) + "', is not a row number")
            .c_str());
  }
  rows_ = number + 1;
  return {};
}

/// Asks; where the connection is lost, opens another and asks again, with growing pauses.
Status MariadbSource::retried(const std::function<Status()>& ask) {
  Status status = ask();
  const auto lost_at = steady_clock::now();
  for (milliseconds pause = kFirstPause; !status.ok() && status.error().transient;
       pause = std::min(2 * pause, kLongestPause)) {
    if (steady_clock::now() - lost_at + pause > give_up_after_) {
      const auto seconds = std::chrono::duration<double>(give_up_after_).count();
      return Error{fmt::format("{} (given up after {:g} s)", status.error().what, seconds),
                   status.error().hint};
    }
    abandon();
    std::this_thread::sleep_for(pause);
    status = open();
    if (status.ok()) status = ask();
  }
  if (!status.ok()) abandon();
  return status;
}

/// Fetches the records of all keys_ into records_.
Status MariadbSource::fetch_all() {
  for (auto& records : records_) records.start(keys_.size());
  for (size_t first = 0; first < keys_.size(); first += MariadbTable::kKeysAtOnce) {
    const auto fetch = [&]() -> Status {
      for (size_t i = 0; i < tables_.size(); ++i) {
        TRY(tables_[i].fetch(keys_, first, records_[i]));
      }
      return {};
    };
    TRY(retried(fetch));
  }
  return {};
}

/// Fetches the records of the first of `rows`, and returns these: as many as fit into records_.
Result<std::span<const Row>> MariadbSource::fetch_some(std::span<const Row> rows) {
  for (;;) {
    rows = rows.first(std::min(rows.size(), at_once_));
    keys_.assign(rows.begin(), rows.end());
    std::sort(keys_.begin(), keys_.end());
    keys_.erase(std::unique(keys_.begin(), keys_.end()), keys_.end());
    TRY(fetch_all());
    if (!full()) at_once_ = std::min(2 * at_once_, kPostsAtOnce);
    if (!full() || keys_.size() == 1) return rows;
    at_once_ = std::max<size_t>(1, rows.size() / 2);
  }
}

Result<size_t> MariadbSource::append_posts(std::span<const Row> rows, Buffer& to,
                                           std::vector<MissingRow>& missing) {
  const SigpipeBlock no_sigpipe;
  auto fetched = TRY(fetch_some(rows));
  const size_t before = to.size();
  size_t count = 0;
  for (const Row row : fetched) {
    // Few rows that are drawn many times are more than what was fetched.
    if (to.size() - before > FetchedRecords::kMaxBytes) break;
    const auto found = std::lower_bound(keys_.begin(), keys_.end(), row);
    append_post(static_cast<size_t>(found - keys_.begin()), to, missing);
    ++count;
  }
  return count;
}

void MariadbSource::append_post(size_t position, Buffer& to,
                                std::vector<MissingRow>& missing) const {
  bool any = false;
  for (const auto& records : records_) {
    if (records.state(position) == State::unusable) {
      missing.push_back({keys_[position], std::string(records.text(position))});
      return;
    }
    any = any || records.has(position);
  }
  if (!any) {
    missing.push_back({keys_[position], "in none of the tables"});
    return;
  }
  for (size_t i = 0; i < records_.size(); ++i) {
    to.append(i == 0 ? "{\"" : ",\"");
    to.append(record::kSchemas[i].name);
    to.append("\":");
    to.append(records_[i].has(position) ? records_[i].text(position) : "null");
  }
  to.append("}\n");
}

}  // namespace

Result<std::unique_ptr<Source>> open_mariadb(const MariadbOptions& options) {
  auto url = TRY(parse_mariadb_url(options.url));
  auto source = std::make_unique<MariadbSource>(
      MariadbTarget{std::move(url), options.defaults_file}, options.give_up_after);
  TRY(source->start());
  return std::unique_ptr<Source>(std::move(source));
}

}  // namespace pinpipe::posts
