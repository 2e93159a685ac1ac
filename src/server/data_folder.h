// The folder that holds everything a server keeps: made, locked against a second server, and home
// of the credentials file.
//
//   DIR/LOCK         folder_lock.h
//   DIR/credentials  the first key and the server's address, for a shell to source
//   DIR/staging/     where content stands on its way to S3: files without names
//
// Whatever else is in it belongs to catalog/ and blob/, which also refuse what a newer version
// wrote.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/result.h"
#include "server/folder_lock.h"

namespace argot::server {

// What DIR/credentials says.
struct Credentials {
  std::optional<std::string> key;
  std::string server_url;  // "http://127.0.0.1:8080/v1"

  // The file: one NAME=VALUE a line. No value needs quoting in a shell.
  std::string text() const;
};

// Holds the lock for as long as it exists. Not thread-safe.
class DataFolder {
 public:
  // Makes the folder if it is not there. Error: cannot_start, with one line that says what is wrong
  // and how to mend it.
  static Result<std::unique_ptr<DataFolder>> open(const std::string& path);

  DataFolder(const DataFolder&) = delete;
  DataFolder& operator=(const DataFolder&) = delete;
  ~DataFolder() = default;

  const std::string& path() const { return path_; }
  std::string credentials_path() const { return path_ + "/credentials"; }
  std::string staging_path() const { return path_ + "/staging"; }

  // Makes the folder for staging if it is not there. Error: cannot_start.
  Result<> make_staging() const;

  // The key that an earlier start left in the credentials; nothing if there is none.
  std::optional<std::string> stored_key() const;

  // Replaces the credentials; where they are as wanted already, nothing is written, so that a full
  // disk does not keep a server from starting again. Error: cannot_start.
  Result<> write_credentials(const Credentials& credentials) const;

 private:
  DataFolder(std::string path, FolderLock lock) : path_(std::move(path)), lock_(std::move(lock)) {}

  std::string path_;
  FolderLock lock_;
};

}  // namespace argot::server
