#include "aws/xml.h"

#include <gtest/gtest.h>

namespace pinpipe::aws {
namespace {

/// "PATH=TEXT " of each element, or "no XML".
std::string read(std::string_view xml) {
  std::string elements;
  const bool good = read_xml(xml, [&](std::string_view path, std::string_view text) {
    elements += std::string(path) + "=" + std::string(text) + " ";
  });
  return good ? elements : "no XML";
}

TEST(Xml, IsReadElementByElement) {
  EXPECT_EQ(read("<?xml version=\"1.0\"?>\n<a xmlns=\"u\"><b>x &amp; &#x2B;</b><c/></a>\n"),
            "a/b=x & + a/c= a= ");
  EXPECT_EQ(read("<a><![CDATA[<b>]]></a>"), "a=<b> ");
}

TEST(Xml, ThatIsNoneOrCutShortIsTold) {
  for (const char* text : {"", "{}", "<a>", "<a></b>", "<a/><b/>", "hello"})
    EXPECT_EQ(read(text), "no XML") << text;
}

TEST(Xml, OfADocumentTypeIsNoneSoThatNoEntityCanGrow) {
  EXPECT_EQ(read("<!DOCTYPE html><html></html>"), "no XML");
  EXPECT_EQ(read("<!DOCTYPE a [<!ENTITY x \"yyyy\">]><a>&x;</a>"), "no XML");
}

}  // namespace
}  // namespace pinpipe::aws
