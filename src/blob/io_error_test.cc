#include "blob/io_error.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace argot::blob {
namespace {

TEST(IoError, ADiskThatTakesNoMoreIsInsufficientStorage) {
  for (const int number : {ENOSPC, EDQUOT, EFBIG, EROFS}) {
    EXPECT_EQ(io_error("write", number).code, ErrorCode::insufficient_storage) << number;
  }
}

TEST(IoError, WhatOthersWillGiveBackIsOverload) {
  for (const int number : {EMFILE, ENFILE, ENOMEM}) {
    EXPECT_EQ(io_error("create", number).code, ErrorCode::overloaded) << number;
  }
}

TEST(IoError, EverythingElseIsInternal) {
  for (const int number : {EIO, EACCES, EEXIST, EINTR, EINVAL}) {
    EXPECT_EQ(io_error("write", number).code, ErrorCode::internal) << number;
  }
}

TEST(IoError, TheDetailNamesTheStepAndTheSystemsText) {
  EXPECT_EQ(io_error("fdatasync", EIO).detail, "fdatasync: Input/output error");
}

}  // namespace
}  // namespace argot::blob
