# Writes the files FOLDER/*.txt as a C++ source TO, so that the tools need no data files beside them:
#   cmake -DFOLDER=… -DTO=… -P embed_vocabulary.cmake
file(GLOB files ${FOLDER}/*.txt)
list(SORT files)
set(texts "")
set(count 0)
foreach(file IN LISTS files)
  get_filename_component(name "${file}" NAME_WE)
  file(READ "${file}" text)
  string(APPEND texts "    {\"${name}\", R\"vocabulary(${text})vocabulary\"},\n")
  math(EXPR count "${count} + 1")
endforeach()
file(WRITE ${TO}
  "#include \"posts/builtin/vocabulary.h\"\n\n"
  "namespace pinpipe::posts {\n\n"
  "namespace {\n"
  "constexpr VocabularyText kTexts[] = {\n${texts}};\n"
  "}  // namespace\n\n"
  "std::span<const VocabularyText> vocabulary_texts() { return kTexts; }\n\n"
  "}  // namespace pinpipe::posts\n")
