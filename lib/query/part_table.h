// Posts of which records are still to come: one row per `ind`, in columns.
//
// Of a post is kept what plans need that join its datasets, and no wider than it is:
// integer_column.h, text_ids.h and id_table.h say what that costs. Filled by one thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "query/extracted_batch.h"
#include "query/id_table.h"
#include "query/integer_column.h"
#include "query/program.h"
#include "query/text_ids.h"

namespace pinpipe::query {

class PartTable {
 public:
  /// `program` outlives it.
  explicit PartTable(const Program& program);

  uint64_t size() const { return ids_.count(); }
  /// The row of `ind`, if it has one.
  std::optional<uint64_t> find(int64_t ind) const;
  /// What will be looked at of an `ind` that comes soon, and of a `second` one that comes sooner,
  /// to prefetch it: of a million posts little is in the cache.
  std::array<const void*, 3> soon(int64_t first, int64_t second) const;
  /// A new row. REQUIRES: find(ind) has none
  uint64_t add(int64_t ind);

  /// Which records have come.
  Datasets datasets(uint64_t row) const { return static_cast<Datasets>(has_[row] & kAllDatasets); }
  /// Whether all of `datasets` came at once, so that what joins them has been folded.
  bool came_together(uint64_t row, Datasets datasets) const;
  /// Puts down records that came together. Of their cells, which are those of all slots, is kept
  /// what will be joined; none where `cells` is null. REQUIRES: none of them has come before
  void put(uint64_t row, Datasets datasets, const Cell* cells);

  /// Writes the cells of a row, all slots; those of datasets that have not come mean nothing. Texts
  /// live as long as the table.
  void read(uint64_t row, Cell* cells) const;

  template <class Archive>
  void visit(Archive& archive) {
    uint64_t rows = size();
    archive(rows);
    for (uint64_t row = 0; row < rows; ++row) {
      if constexpr (Archive::kReads) {
        read_row(archive);
        if (!archive.ok()) return;
      } else {
        write_row(row, archive);
      }
    }
  }

  /// How many rows have all of `datasets`.
  uint64_t count(Datasets datasets) const;

  uint64_t memory() const;
  /// How much more it may take with so many posts, whose texts have so many bytes.
  uint64_t growth(uint64_t posts, uint64_t text_bytes) const;
  /// Bytes that a row takes, about.
  uint64_t bytes_a_row() const { return size() == 0 ? 0 : memory() / size(); }

 private:
  struct Column {
    Slot slot = 0;
    Datasets dataset = 0;
    bool is_integer = false;
    IntegerColumn values;  // an integer, or the id of a text, which is 0 for null
    IntegerColumn is_null;
    TextIds texts;
  };

  void make_room(uint64_t rows);

  /// A row as it is kept in an archive, behind it its texts.
  struct KeptRow {
    int64_t ind;
    int64_t has;
  };
  template <class Archive>
  void write_row(uint64_t row, Archive& archive) const {
    archive(KeptRow{inds_[row], has_[row]});
    for (const Column& column : columns_) {
      const bool is_null =
          column.is_integer ? column.is_null[row] != 0 : column.values[row] == kNull;
      archive(is_null);
      if (is_null) continue;
      if (column.is_integer) {
        archive(column.values[row]);
      } else {
        archive(std::string(column.texts.text(static_cast<TextId>(column.values[row]))));
      }
    }
  }
  template <class Archive>
  void read_row(Archive& archive) {
    KeptRow kept{};
    archive(kept);
    if (!archive.ok()) return;
    const uint64_t row = add(kept.ind);
    has_.set(row, kept.has);
    for (Column& column : columns_) {
      bool is_null = false;
      archive(is_null);
      if (is_null) {
        column.is_null.set(row, 1);
      } else if (column.is_integer) {
        int64_t value = 0;
        archive(value);
        column.values.set(row, value);
      } else {
        std::string text;
        archive(text);
        if (archive.ok())
          column.values.set(row, column.texts.id_of(text, hash_of(std::string_view(text))));
      }
    }
  }

  const Program* program_;
  IdTable ids_;
  IntegerColumn inds_;
  IntegerColumn has_;  // Datasets, and behind them the pairs of these that came together
  std::vector<Column> columns_;
};

}  // namespace pinpipe::query
