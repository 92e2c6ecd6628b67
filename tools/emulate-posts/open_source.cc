#include "open_source.h"

#include "posts/builtin/source.h"
#include "posts/builtin/trending_source.h"
#include "posts/mariadb/source.h"
#include "posts/post_file.h"
#include "posts/timestamp_override.h"

namespace pinpipe {
namespace {

constexpr posts::Row kDefaultRows = 11001;  // what the emulators of the pipeline draw from

OpenSource open_builtin(const Emulation& emulation) {
  const auto spelling = emulation.truth ? posts::Spelling::clean : posts::Spelling::raw;
  if (emulation.trends) {
    auto table = std::make_unique<posts::TrendingTable>(emulation.table_seed, spelling,
                                                        emulation.seed, *emulation.trends);
    const auto rows = table->rows();
    return {std::move(table), rows, 0};
  }
  return {std::make_unique<posts::BuiltinTable>(emulation.table_seed, spelling),
          emulation.rows.value_or(kDefaultRows), 0};
}

Result<OpenSource> open_pool(const cli::Tool& tool, const Emulation& emulation,
                             ndjson::RejectLog& rejects) {
  auto options = tool.line_options();
  options.files = {emulation.source};
  auto pool = TRY(posts::Pool::read(options, rejects));
  const auto posts = pool->rows();
  const auto name = emulation.source == "-" ? "stdin" : emulation.source;
  if (posts == 0) return Error{"no posts in '" + name + "'", "emulate-posts -n 100 makes some"};
  const auto rows = emulation.rows.value_or(posts);
  if (rows > posts) {
    return Error{"no " + std::to_string(rows) + " rows in '" + name + "', which has " +
                     std::to_string(posts) + " posts",
                 "without --rows all of them are drawn from"};
  }
  const uint64_t rejected = pool->rejected();
  return OpenSource{std::move(pool), rows, rejected};
}

Result<OpenSource> open_database([[maybe_unused]] const Emulation& emulation) {
#ifdef PINPIPE_WITHOUT_MARIADB
  return Error{"no databases: emulate-posts was built without libmariadb",
               "sources are builtin, FILE and -"};
#else
  auto database = TRY(posts::open_mariadb({emulation.source, emulation.defaults_file}));
  return OpenSource{std::move(database), emulation.rows.value_or(kDefaultRows), 0};
#endif
}

Result<OpenSource> open_unstamped(const cli::Tool& tool, const Emulation& emulation,
                                  ndjson::RejectLog& rejects) {
  switch (emulation.from) {
    case Emulation::From::pool:
      return open_pool(tool, emulation, rejects);
    case Emulation::From::database:
      return open_database(emulation);
    default:
      return open_builtin(emulation);
  }
}

}  // namespace

Result<OpenSource> open_source(const cli::Tool& tool, const Emulation& emulation,
                               ndjson::RejectLog& rejects) {
  auto open = open_unstamped(tool, emulation, rejects);
  if (open.ok() && emulation.now && !emulation.trends) {
    const char between = emulation.truth ? 'T' : ' ';
    open->posts = std::make_unique<posts::Stamped>(std::move(open->posts), between);
  }
  return open;
}

}  // namespace pinpipe
