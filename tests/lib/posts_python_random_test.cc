#include "posts/python_random.h"

#include <gtest/gtest.h>

namespace pinpipe::posts {
namespace {

/// What CPython 3.11 draws after random.seed(seed).
struct Drawn {
  uint64_t seed;
  uint64_t words[3];         // getrandbits(32), three times
  uint64_t widths[4];        // getrandbits of 1, 31, 33 and 64
  uint64_t seven_hundredth;  // of randint(0, 11000)
  uint64_t below_2_63_1;     // randrange(0, 2**63 + 1)
};
constexpr Drawn kPython[] = {
    {0u,
     {3626764237u, 1654615998u, 3255389356u},
     {1u, 827307999u, 7550356652u, 746805015404516437u},
     3978u,
     7106521602475165645u},
    {1u,
     {577090037u, 2444712010u, 3639700191u},
     {0u, 1222356005u, 7934667487u, 1164115433906158532u},
     57u,
     1164115433906158532u},
    {100u,
     {625644691u, 1973661107u, 1953896601u},
     {0u, 986830553u, 6248863897u, 3223522406640522848u},
     10553u,
     8476809908577801363u},
    {4294967295u,
     {2728839433u, 2661025012u, 872737089u},
     {1u, 1330512506u, 872737089u, 9636539732900733108u},
     2118u,
     3972385604783892801u},
    {4294967296u,
     {485306839u, 1508871100u, 1794561286u},
     {0u, 754435550u, 6089528582u, 420988764530468635u},
     7324u,
     6480552028864852439u},
    {16045690984503111693u,
     {3769845604u, 2965790136u, 3563436881u},
     {1u, 1482895068u, 7858404177u, 8788431581434659640u},
     2258u,
     8788431581434659640u},
    {18446744073709551615u,
     {93740670u, 1068495656u, 1452108352u},
     {0u, 534247828u, 5747075648u, 8412893781816475729u},
     8916u,
     4589153898531806846u},
};

TEST(PythonRandom, DrawsWhatPythonDraws) {
  for (const auto& drawn : kPython) {
    SCOPED_TRACE(drawn.seed);
    PythonRandom words(drawn.seed), widths(drawn.seed), rows(drawn.seed), large(drawn.seed);
    for (const uint64_t word : drawn.words) EXPECT_EQ(words.bits(32), word);
    const int bits[] = {1, 31, 33, 64};
    for (int i = 0; i < 4; ++i) EXPECT_EQ(widths.bits(bits[i]), drawn.widths[i]);
    for (int i = 1; i < 700; ++i) rows.below(11001);
    EXPECT_EQ(rows.below(11001), drawn.seven_hundredth);
    EXPECT_EQ(large.below((uint64_t{1} << 63) + 1), drawn.below_2_63_1);
  }
}

TEST(PythonRandom, SkipsWhatWouldHaveBeenDrawn) {
  const uint64_t kEnds[][2] = {
      {2, 11001}, {2, 1}, {1, 2}, {7, UINT32_MAX}, {2, uint64_t{1} << 32}, {2, UINT64_MAX}};
  for (const auto& [one, other] : kEnds) {
    for (const uint64_t turns : {0, 1, 2, 175, 5000}) {
      PythonRandom drawn(42), skipped(42);
      for (uint64_t i = 0; i < turns; ++i) drawn.below(one), drawn.below(other);
      skipped.skip(turns, one, other);
      EXPECT_EQ(skipped.bits(64), drawn.bits(64))
          << turns << " turns of " << one << " and " << other;
    }
  }
}

TEST(PythonRandom, BelowOneIsZero) {
  PythonRandom random(3);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(random.below(1), 0u);
}

}  // namespace
}  // namespace pinpipe::posts
