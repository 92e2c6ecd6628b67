#include "wire/shard_map.h"

#include <algorithm>
#include <cassert>

#include "base/ascii.h"
#include "base/md5.h"
#include "json/object.h"
#include "wire/fields.h"
#include "wire/kinesis_api.h"

namespace pinpipe::wire {
namespace {

constexpr const char* kMapHint =
    "create-streams --list-shards ID prints it, and so does aws kinesis list-shards";

/// The objects in `text`: it is one, or has one a line.
Result<std::vector<std::string_view>> objects_in(std::string_view text) {
  json::Object object;
  if (object.read(text)) return std::vector{text};
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (trimmed(line).empty()) continue;
    if (!object.read(line)) return Error{"no list of shards", kMapHint};
    lines.push_back(line);
  }
  return lines;
}

/// Adds the ranges of the open shards in a reply, if it is not of another stream.
Status add_ranges(std::string_view text, const std::string& stream,
                  std::vector<HashRange>& ranges) {
  const auto page = read_shard_page(text);
  if (!page) return Error{"no list of shards", kMapHint};
  if (!page->stream.empty() && page->stream != stream) return {};
  for (const auto& shard : page->shards) {
    if (shard.closed) continue;
    if (!shard.hash_keys) return Error{"shard '" + shard.id + "' has no hash keys", kMapHint};
    ranges.push_back(*shard.hash_keys);
  }
  return {};
}

}  // namespace

HashKey hash_key_of(std::string_view partition_key) {
  HashKey key = 0;
  for (const uint8_t byte : md5(partition_key)) key = key << 8 | byte;
  return key;
}

std::string decimal(HashKey key) {
  std::string digits;
  do {
    digits += static_cast<char>('0' + static_cast<int>(key % 10));
    key /= 10;
  } while (key > 0);
  std::ranges::reverse(digits);
  return digits;
}

std::optional<HashKey> read_hash_key(std::string_view text) {
  if (text.empty() || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  HashKey key = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<unsigned>(c - '0');
    if (key > (kLastHashKey - digit) / 10) return std::nullopt;
    key = key * 10 + digit;
  }
  return key;
}

ShardMap ShardMap::even(size_t shards) {
  assert(shards > 0);
  // 2^128 / shards, rounded down: 2^128 itself has one bit too many.
  const HashKey width = kLastHashKey / shards + (kLastHashKey % shards + 1 == shards ? 1 : 0);
  std::vector<HashRange> ranges(shards);
  for (size_t i = 0; i < shards; ++i) {
    ranges[i].first = width * i;
    ranges[i].last = i + 1 == shards ? kLastHashKey : width * (i + 1) - 1;
  }
  return ShardMap(std::move(ranges));
}

Result<ShardMap> ShardMap::of(std::vector<HashRange> ranges) {
  std::ranges::sort(ranges, {}, &HashRange::first);
  HashKey next = 0;
  for (size_t i = 0; i < ranges.size(); ++i) {
    const auto& range = ranges[i];
    const bool at_end = i > 0 && next == 0;
    if (!at_end && range.first > next) {
      return Error{"hash key " + decimal(next) + " is in no open shard", kMapHint};
    }
    if (at_end || range.first < next || range.last < range.first) {
      return Error{"hash key " + decimal(range.first) + " is in two open shards", kMapHint};
    }
    next = range.last + 1;  // 0 behind the last of all
  }
  if (ranges.empty() || next != 0) {
    return Error{"hash key " + decimal(next) + " is in no open shard", kMapHint};
  }
  return ShardMap(std::move(ranges));
}

Result<ShardMap> ShardMap::read(std::string_view text, const std::string& stream) {
  std::vector<HashRange> ranges;
  const auto objects = TRY(objects_in(text));
  for (const auto object : objects) {
    TRY(add_ranges(object, stream, ranges));
  }
  if (ranges.empty()) return Error{"no open shard of stream '" + stream + "'", kMapHint};
  return of(std::move(ranges));
}

size_t ShardMap::index_of(HashKey key) const {
  const auto behind = std::ranges::upper_bound(ranges_, key, {}, &HashRange::first);
  return static_cast<size_t>(behind - ranges_.begin()) - 1;
}

ShardMap ShardMap::halved() const {
  std::vector<HashRange> halves;
  for (const auto& range : ranges_) {
    halves.push_back({range.first, range.middle()});
    if (range.middle() < range.last) halves.push_back({range.middle() + 1, range.last});
  }
  return ShardMap(std::move(halves));
}

}  // namespace pinpipe::wire
