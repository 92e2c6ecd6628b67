#include "aws/xml.h"

#include <expat.h>

#include <memory>
#include <new>

namespace pinpipe::aws {
namespace {

/// What expat calls while it reads.
struct Reading {
  XML_Parser parser;
  const ElementVisitor& visit;
  std::string path;
  std::string text;

  static Reading& of(void* user) { return *static_cast<Reading*>(user); }

  static void begin(void* user, const char* name, const char**) {
    auto& self = of(user);
    if (!self.path.empty()) self.path += '/';
    self.path += name;
    self.text.clear();
  }
  static void end(void* user, const char*) {
    auto& self = of(user);
    self.visit(self.path, self.text);
    const size_t slash = self.path.rfind('/');
    self.path.resize(slash == std::string::npos ? 0 : slash);
    self.text.clear();
  }
  static void add(void* user, const char* bytes, int size) {
    of(user).text.append(bytes, static_cast<size_t>(size));
  }
  static void refuse(void* user, const char*, const char*, const char*, int) {
    XML_StopParser(of(user).parser, XML_FALSE);
  }
};

}  // namespace

bool read_xml(std::string_view xml, const ElementVisitor& visit) {
  const std::unique_ptr<XML_ParserStruct, void (*)(XML_Parser)> parser(XML_ParserCreate(nullptr),
                                                                       XML_ParserFree);
  if (!parser) throw std::bad_alloc();
  Reading reading{parser.get(), visit, {}, {}};
  XML_SetUserData(parser.get(), &reading);
  XML_SetElementHandler(parser.get(), Reading::begin, Reading::end);
  XML_SetCharacterDataHandler(parser.get(), Reading::add);
  XML_SetStartDoctypeDeclHandler(parser.get(), Reading::refuse);
  // The transport takes no reply that is too large for an int.
  return XML_Parse(parser.get(), xml.data(), static_cast<int>(xml.size()), XML_TRUE) ==
         XML_STATUS_OK;
}

}  // namespace pinpipe::aws
