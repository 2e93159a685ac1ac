#include "detail/json_operation.hpp"

#include <exception>
#include <memory>

#include "argot_open_ai/types/blob.hpp"

namespace argot::openai {
inline namespace v0 {
namespace detail {

Operation withJson(Operation operation, std::string text) {
  operation.headers.set("Content-Type", "application/json");
  operation.bodyNote = text;
  operation.body = FileContent(std::move(text)).open();
  return operation;
}

Result<Operation> withForm(Operation operation, FormFile file, const FormFields& fields) {
  const std::string boundary = "argot-" + randomToken();
  try {
    operation.body = std::make_shared<MultipartBody>(std::move(file), fields, boundary);
  } catch (const std::exception& thrown) {
    return ErrorMaker::invalidRequest("Unable to read the file",
                                      {.text = thrown.what(), .thrown = std::current_exception()});
  }
  operation.headers.set("Content-Type", "multipart/form-data; boundary=" + boundary);
  operation.bodyNote = "<multipart/form-data>";
  return operation;
}

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
