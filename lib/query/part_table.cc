#include "query/part_table.h"

#include <bit>
#include <cassert>

namespace pinpipe::query {
namespace {

/// The pairs of datasets that are among `datasets`, as bits behind those of the datasets.
unsigned pairs_of(Datasets datasets) {
  constexpr Datasets kPairs[] = {3, 5, 6};
  unsigned bits = 0;
  for (unsigned i = 0; i < 3; ++i) {
    if ((datasets & kPairs[i]) == kPairs[i]) bits |= 8u << i;
  }
  return bits;
}

uint64_t hash_of_ind(int64_t ind) { return hash_of(static_cast<uint64_t>(ind)); }

}  // namespace

PartTable::PartTable(const Program& program) : program_(&program) {
  for (Slot slot = 0; slot < program.slots().size(); ++slot) {
    const Field& field = *program.slots()[slot];
    if (!program.is_joined(slot) || field.reading == Reading::ind) continue;
    Column& column = columns_.emplace_back();
    column.slot = slot;
    column.dataset = field.needs();
    column.is_integer = field.is_integer();
  }
}

std::optional<uint64_t> PartTable::find(int64_t ind) const {
  const uint32_t id =
      ids_.find(hash_of_ind(ind), [&](uint32_t known) { return inds_[known - 1] == ind; });
  return id == 0 ? std::nullopt : std::optional<uint64_t>(id - 1);
}

uint64_t PartTable::add(int64_t ind) {
  assert(!find(ind));
  const uint64_t row = ids_.find_or_add(
                           hash_of_ind(ind), [&](uint32_t id) { return inds_[id - 1] == ind; },
                           [&](uint32_t id) { return hash_of_ind(inds_[id - 1]); }) -
                       1;
  if (row % IntegerColumn::kInChunk == 0) make_room(row + 1);
  inds_.set(row, ind);
  return row;
}

/// For so many rows, and the rest of a chunk.
void PartTable::make_room(uint64_t rows) {
  inds_.grow(rows);
  has_.grow(rows);
  for (Column& column : columns_) {
    column.values.grow(rows);
    column.is_null.grow(rows);
  }
}

std::array<const void*, 3> PartTable::soon(int64_t first, int64_t second) const {
  const uint32_t id = ids_.likely(hash_of_ind(second));
  if (id == 0) return {ids_.slot_address(hash_of_ind(first)), nullptr, nullptr};
  return {ids_.slot_address(hash_of_ind(first)), inds_.address(id - 1), has_.address(id - 1)};
}

bool PartTable::came_together(uint64_t row, Datasets datasets) const {
  const unsigned pairs = pairs_of(datasets);
  return (static_cast<unsigned>(has_[row]) & pairs) == pairs;
}

void PartTable::put(uint64_t row, Datasets datasets, const Cell* cells) {
  assert((this->datasets(row) & datasets) == 0);
  has_.set(row,
           static_cast<int64_t>(static_cast<unsigned>(has_[row]) | datasets | pairs_of(datasets)));
  for (Column& column : columns_) {
    if (cells == nullptr || (column.dataset & datasets) == 0) continue;
    const Cell& cell = cells[column.slot];
    if (!column.is_integer) {
      if (!cell.is_null()) column.values.set(row, column.texts.id_of(cell.text(), cell.hash()));
    } else if (cell.is_null()) {
      column.is_null.set(row, 1);
    } else {
      column.values.set(row, cell.integer());
    }
  }
}

void PartTable::read(uint64_t row, Cell* cells) const {
  for (Slot slot = 0; slot < program_->slots().size(); ++slot) {
    const bool is_ind = program_->slots()[slot]->reading == Reading::ind;
    cells[slot] = is_ind ? Cell(inds_[row]) : Cell();
  }
  for (const Column& column : columns_) {
    const int64_t value = column.values[row];
    if (!column.is_integer) {
      if (value != kNull) cells[column.slot] = Cell(column.texts.text(static_cast<TextId>(value)));
    } else if (column.is_null[row] == 0) {
      cells[column.slot] = Cell(value);
    }
  }
}

uint64_t PartTable::count(Datasets wanted) const {
  uint64_t count = 0;
  for (uint64_t row = 0; row < size(); ++row) count += (datasets(row) & wanted) == wanted;
  return count;
}

uint64_t PartTable::memory() const {
  uint64_t sum = ids_.memory() + inds_.memory() + has_.memory();
  for (const Column& column : columns_) {
    sum += column.values.memory() + column.is_null.memory() + column.texts.memory();
  }
  return sum;
}

/// What columns do is beside it.
uint64_t PartTable::growth(uint64_t posts, uint64_t text_bytes) const {
  uint64_t sum = ids_.growth(posts);
  for (const Column& column : columns_) {
    if (!column.is_integer) sum += column.texts.growth(posts, text_bytes);
  }
  return sum;
}

}  // namespace pinpipe::query
