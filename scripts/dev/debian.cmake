# Run by cpack on what is to be packed: what Debian's policy asks beyond an installation. Manual pages are compressed, and
# there is a changelog.
file(GLOB share ${CPACK_TEMPORARY_DIRECTORY}/usr/share)

function(compress file)
  execute_process(COMMAND gzip -9n ${file} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(GLOB pages ${share}/man/man*/*.[1-9])
foreach(page ${pages})
  if(IS_SYMLINK ${page})
    file(READ_SYMLINK ${page} target)
    file(REMOVE ${page})
    file(CREATE_LINK ${target}.gz ${page}.gz SYMBOLIC)
  else()
    compress(${page})
  endif()
endforeach()

string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
file(WRITE ${share}/doc/${CPACK_PACKAGE_NAME}/changelog
  "${CPACK_PACKAGE_NAME} (${CPACK_PACKAGE_VERSION}) unstable; urgency=medium\n\n"
  "  * Version ${CPACK_PACKAGE_VERSION}; the history of the sources says what has changed.\n\n"
  " -- ${CPACK_PACKAGE_CONTACT}  ${date}\n")
compress(${share}/doc/${CPACK_PACKAGE_NAME}/changelog)
