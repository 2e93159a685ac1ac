// The bodies that real clients send, byte for byte as captured or as their sources write them, each
// cut at every byte. README.md lists the tolerances behind them.
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "multipart/boundary.h"
#include "multipart/filename.h"
#include "multipart/parser.h"
#include "tests/support/form_recorder.h"
#include "tests/support/recut.h"

namespace argot::multipart {
namespace {

using testing::play_cut;
using testing::RecordedForm;
using testing::RecordedPart;

constexpr std::string_view json_line = "{\"a\":1}\n";

// What comes out of `body`, which must be the same for every cutting of it.
RecordedForm form_of(std::string_view content_type, std::string_view body) {
  const auto boundary = boundary_of(content_type);
  if (!boundary) return {.error = boundary.error()};
  const auto run = [&](const auto& play) { return testing::record_form(*boundary, {}, play); };
  testing::expect_same_however_cut(body, run);
  const auto whole = run([&](Sink& sink) { return play_cut(sink, body, {}); });
  for (std::size_t cut = 0; cut <= body.size(); ++cut) {
    EXPECT_EQ(run([&](Sink& sink) { return play_cut(sink, body, {cut}); }), whole)
        << "cut at " << cut;
  }
  return whole;
}

RecordedPart text(std::string name, std::string_view value, std::string content_type = {}) {
  return {.head = {.name = std::move(name), .content_type = std::move(content_type)},
          .content = std::string(value),
          .ended = true};
}

RecordedPart file(std::string filename, std::string content_type = "application/octet-stream",
                  std::string_view content = json_line) {
  return {.head = {.name = "file",
                   .filename = std::move(filename),
                   .is_file = true,
                   .content_type = std::move(content_type)},
          .content = std::string(content),
          .ended = true};
}

std::string shown_name(const RecordedForm& form, std::size_t part) {
  const auto clean = clean_filename(form.parts.at(part).head.filename.value_or(""));
  return clean ? *clean : describe(clean.error());
}

TEST(ClientBodies, PythonSendsThePurposeFirstAndTheExpiryInBrackets) {
  EXPECT_EQ(
      form_of("multipart/form-data; boundary=6f1d0e52a3c4b58790afbecd12345678",
              "--6f1d0e52a3c4b58790afbecd12345678\r\n"
              "Content-Disposition: form-data; name=\"purpose\"\r\n"
              "\r\n"
              "batch\r\n"
              "--6f1d0e52a3c4b58790afbecd12345678\r\n"
              "Content-Disposition: form-data; name=\"expires_after[anchor]\"\r\n"
              "\r\n"
              "created_at\r\n"
              "--6f1d0e52a3c4b58790afbecd12345678\r\n"
              "Content-Disposition: form-data; name=\"expires_after[seconds]\"\r\n"
              "\r\n"
              "3600\r\n"
              "--6f1d0e52a3c4b58790afbecd12345678\r\n"
              "Content-Disposition: form-data; name=\"file\"; filename=\"upload\"\r\n"
              "Content-Type: application/octet-stream\r\n"
              "\r\n"
              "{\"a\":1}\n\r\n"
              "--6f1d0e52a3c4b58790afbecd12345678--\r\n"),
      (RecordedForm{.parts = {text("purpose", "batch"), text("expires_after[anchor]", "created_at"),
                              text("expires_after[seconds]", "3600"), file("upload")}}));
}

TEST(ClientBodies, PythonEscapesQuotesLineEndsAndBackslashesInNames) {
  const auto form = form_of("multipart/form-data; boundary=6f1d0e52a3c4b58790afbecd12345678",
                            "--6f1d0e52a3c4b58790afbecd12345678\r\n"
                            "Content-Disposition: form-data; name=\"file\"; "
                            "filename=\"caf\xC3\xA9 %22x%22 a\\\\b 100%.jsonl\"\r\n"
                            "Content-Type: application/octet-stream\r\n"
                            "\r\n"
                            "{\"a\":1}\n\r\n"
                            "--6f1d0e52a3c4b58790afbecd12345678--\r\n");
  EXPECT_EQ(form, (RecordedForm{.parts = {file("caf\xC3\xA9 \"x\" a\\b 100%.jsonl")}}));
  EXPECT_EQ(shown_name(form, 0), "caf\xC3\xA9 \"x\" a\\b 100%.jsonl");
}

TEST(ClientBodies, Node4EndsWithAnExtraCrlf) {
  EXPECT_EQ(form_of("multipart/form-data; boundary=form-data-boundary-4x1l7d2k9q8zv0ab",
                    "--form-data-boundary-4x1l7d2k9q8zv0ab\r\n"
                    "Content-Disposition: form-data; name=\"purpose\"\r\n"
                    "\r\n"
                    "fine-tune\r\n"
                    "--form-data-boundary-4x1l7d2k9q8zv0ab\r\n"
                    "Content-Disposition: form-data; name=\"file\"; filename=\"train.jsonl\"\r\n"
                    "Content-Type: application/octet-stream\r\n"
                    "\r\n"
                    "{\"a\":1}\n\r\n"
                    "--form-data-boundary-4x1l7d2k9q8zv0ab--\r\n"
                    "\r\n"),
            (RecordedForm{.parts = {text("purpose", "fine-tune"), file("train.jsonl")}}));
}

TEST(ClientBodies, Node6EndsWithoutCrlf) {
  EXPECT_EQ(form_of("multipart/form-data; boundary=----formdata-undici-063914267580",
                    "------formdata-undici-063914267580\r\n"
                    "Content-Disposition: form-data; name=\"file\"; filename=\"train.jsonl\"\r\n"
                    "Content-Type: application/octet-stream\r\n"
                    "\r\n"
                    "{\"a\":1}\n\r\n"
                    "------formdata-undici-063914267580\r\n"
                    "Content-Disposition: form-data; name=\"purpose\"\r\n"
                    "\r\n"
                    "fine-tune\r\n"
                    "------formdata-undici-063914267580--"),
            (RecordedForm{.parts = {file("train.jsonl"), text("purpose", "fine-tune")}}));
}

TEST(ClientBodies, Node7SendsTheFileFirst) {
  EXPECT_EQ(form_of("multipart/form-data; boundary=openai-k3v9x2m1",
                    "--openai-k3v9x2m1\r\n"
                    "Content-Disposition: form-data; name=\"file\"; filename=\"a%0D%0Ab.jsonl\"\r\n"
                    "Content-Type: application/octet-stream\r\n"
                    "\r\n"
                    "{\"a\":1}\n\r\n"
                    "--openai-k3v9x2m1\r\n"
                    "Content-Disposition: form-data; name=\"purpose\"\r\n"
                    "\r\n"
                    "batch\r\n"
                    "--openai-k3v9x2m1--\r\n"),
            (RecordedForm{.parts = {file("a\r\nb.jsonl"), text("purpose", "batch")}}));
}

TEST(ClientBodies, GoEscapesWithBackslashes) {
  const auto form = form_of(
      "multipart/form-data; boundary=b8d5e2f7c1a09384756655443322110ffeeddccbbaa99887766554433221",
      "--b8d5e2f7c1a09384756655443322110ffeeddccbbaa99887766554433221\r\n"
      "Content-Disposition: form-data; name=\"file\"; filename=\"a \\\"b\\\" c\\\\d.jsonl\"\r\n"
      "Content-Type: application/octet-stream\r\n"
      "\r\n"
      "{\"a\":1}\n\r\n"
      "--b8d5e2f7c1a09384756655443322110ffeeddccbbaa99887766554433221\r\n"
      "Content-Disposition: form-data; name=\"purpose\"\r\n"
      "\r\n"
      "batch\r\n"
      "--b8d5e2f7c1a09384756655443322110ffeeddccbbaa99887766554433221--\r\n");
  EXPECT_EQ(form, (RecordedForm{.parts = {file("a \"b\" c\\d.jsonl"), text("purpose", "batch")}}));
}

TEST(ClientBodies, JavaSendsStreamsWithoutAFileName) {
  auto nameless = text("file", json_line, "application/octet-stream");
  EXPECT_EQ(
      form_of("multipart/form-data; boundary=0f8b6c1e-4d2a-4f4e-9c7b-3a5d6e7f8091",
              "--0f8b6c1e-4d2a-4f4e-9c7b-3a5d6e7f8091\r\n"
              "Content-Disposition: form-data; name=\"file\"\r\n"
              "Content-Type: application/octet-stream\r\n"
              "\r\n"
              "{\"a\":1}\n\r\n"
              "--0f8b6c1e-4d2a-4f4e-9c7b-3a5d6e7f8091\r\n"
              "Content-Disposition: form-data; name=\"purpose\"\r\n"
              "Content-Type: text/plain; charset=utf-8\r\n"
              "\r\n"
              "batch\r\n"
              "--0f8b6c1e-4d2a-4f4e-9c7b-3a5d6e7f8091--\r\n"),
      (RecordedForm{.parts = {nameless, text("purpose", "batch", "text/plain; charset=utf-8")}}));
}

TEST(ClientBodies, JavaSendsBackslashesRaw) {
  EXPECT_EQ(form_of("multipart/form-data; boundary=0f8b6c1e",
                    "--0f8b6c1e\r\n"
                    "Content-Disposition: form-data; name=\"file\"; filename=\"a\\b %22c%22\"\r\n"
                    "Content-Type: application/octet-stream\r\n"
                    "\r\n"
                    "{\"a\":1}\n\r\n"
                    "--0f8b6c1e--\r\n"),
            (RecordedForm{.parts = {file("a\\b \"c\"")}}));
}

TEST(ClientBodies, RubySendsStringIoWithoutAFileName) {
  EXPECT_EQ(form_of("multipart/form-data; boundary=d41d8cd98f00b204e9800998ecf8427e",
                    "--d41d8cd98f00b204e9800998ecf8427e\r\n"
                    "Content-Disposition: form-data; name=\"file\"\r\n"
                    "Content-Type: application/octet-stream\r\n"
                    "\r\n"
                    "{\"a\":1}\n\r\n"
                    "--d41d8cd98f00b204e9800998ecf8427e\r\n"
                    "Content-Disposition: form-data; name=\"purpose\"\r\n"
                    "Content-Type: text/plain\r\n"
                    "\r\n"
                    "batch\r\n"
                    "--d41d8cd98f00b204e9800998ecf8427e--\r\n"),
            (RecordedForm{.parts = {text("file", json_line, "application/octet-stream"),
                                    text("purpose", "batch", "text/plain")}}));
}

TEST(ClientBodies, RubyOpenaiSendsExtraPartHeaders) {
  EXPECT_EQ(
      form_of("multipart/form-data; boundary=-----------RubyMultipartPost-3d2f1e0c9b8a7968",
              "-------------RubyMultipartPost-3d2f1e0c9b8a7968\r\n"
              "Content-Disposition: form-data; name=\"file\"; filename=\"sentiment.jsonl\"\r\n"
              "Content-Length: 8\r\n"
              "Content-Type: \r\n"
              "Content-Transfer-Encoding: binary\r\n"
              "\r\n"
              "{\"a\":1}\n\r\n"
              "-------------RubyMultipartPost-3d2f1e0c9b8a7968\r\n"
              "Content-Disposition: form-data; name=\"purpose\"\r\n"
              "\r\n"
              "fine-tune\r\n"
              "-------------RubyMultipartPost-3d2f1e0c9b8a7968--\r\n"),
      (RecordedForm{.parts = {file("sentiment.jsonl", ""), text("purpose", "fine-tune")}}));
}

// The recorded request has the same Content-Length, 487.
TEST(ClientBodies, DotnetSendsBareNamesAndBothFileNames) {
  constexpr std::string_view body =
      "--7jGQ2puiL97WI1MEX3SwpnCiDfoN6mxyRBKLGBtu0peWdk3Ti7_zNttiwca8CzLBlCdHPG\r\n"
      "Content-Disposition: form-data; name=file; filename=\"=?utf-8?B?5L2g5aW9LnR4dA==?=\"; "
      "filename*=utf-8''%E4%BD%A0%E5%A5%BD.txt\r\n"
      "\r\n"
      "hello, this is a text file, hello\r\n"
      "--7jGQ2puiL97WI1MEX3SwpnCiDfoN6mxyRBKLGBtu0peWdk3Ti7_zNttiwca8CzLBlCdHPG\r\n"
      "Content-Type: text/plain; charset=utf-8\r\n"
      "Content-Disposition: form-data; name=purpose\r\n"
      "\r\n"
      "assistants\r\n"
      "--7jGQ2puiL97WI1MEX3SwpnCiDfoN6mxyRBKLGBtu0peWdk3Ti7_zNttiwca8CzLBlCdHPG--\r\n";
  ASSERT_EQ(body.size(), 487U);
  EXPECT_EQ(
      form_of("multipart/form-data; "
              "boundary=\"7jGQ2puiL97WI1MEX3SwpnCiDfoN6mxyRBKLGBtu0peWdk3Ti7_zNttiwca8CzLBlCdHPG\"",
              body),
      (RecordedForm{
          .parts = {file("\xE4\xBD\xA0\xE5\xA5\xBD.txt", "", "hello, this is a text file, hello"),
                    text("purpose", "assistants", "text/plain; charset=utf-8")}}));
}

TEST(ClientBodies, DotnetSendsABoundaryWithAnEqualsSign) {
  EXPECT_EQ(
      form_of("multipart/form-data; "
              "boundary=\"Nfa6j42d0DzJA3cqsKcJZrVhmMMTj3Xmz1DBdgfM0FUxbCVKULi03GHJJr0n6aCr=WzQHm\"",
              "--Nfa6j42d0DzJA3cqsKcJZrVhmMMTj3Xmz1DBdgfM0FUxbCVKULi03GHJJr0n6aCr=WzQHm\r\n"
              "Content-Disposition: form-data; name=file; filename=images_dog_and_cat.png; "
              "filename*=utf-8''images_dog_and_cat.png\r\n"
              "\r\n"
              "\x89PNG\r\n\x1A\n\r\n"
              "--Nfa6j42d0DzJA3cqsKcJZrVhmMMTj3Xmz1DBdgfM0FUxbCVKULi03GHJJr0n6aCr=WzQHm\r\n"
              "Content-Type: text/plain; charset=utf-8\r\n"
              "Content-Disposition: form-data; name=purpose\r\n"
              "\r\n"
              "vision\r\n"
              "--Nfa6j42d0DzJA3cqsKcJZrVhmMMTj3Xmz1DBdgfM0FUxbCVKULi03GHJJr0n6aCr=WzQHm--\r\n"),
      (RecordedForm{.parts = {file("images_dog_and_cat.png", "", "\x89PNG\r\n\x1A\n"),
                              text("purpose", "vision", "text/plain; charset=utf-8")}}));
}

TEST(ClientBodies, SeedSdkSendsABlob) {
  EXPECT_EQ(form_of("multipart/form-data; boundary=----formdata-undici-012345678901",
                    "------formdata-undici-012345678901\r\n"
                    "Content-Disposition: form-data; name=\"file\"; filename=\"blob\"\r\n"
                    "Content-Type: application/octet-stream\r\n"
                    "\r\n"
                    "{\"a\":1}\n\r\n"
                    "------formdata-undici-012345678901\r\n"
                    "Content-Disposition: form-data; name=\"purpose\"\r\n"
                    "\r\n"
                    "batch\r\n"
                    "------formdata-undici-012345678901--\r\n"),
            (RecordedForm{.parts = {file("blob"), text("purpose", "batch")}}));
}

TEST(ClientBodies, CurlSendsRawUtf8AndEscapesQuotes) {
  EXPECT_EQ(
      form_of(
          "multipart/form-data; boundary=------------------------Q7xYp0aLb3TnVk5sWd9eRf",
          "--------------------------Q7xYp0aLb3TnVk5sWd9eRf\r\n"
          "Content-Disposition: form-data; name=\"purpose\"\r\n"
          "\r\n"
          "batch\r\n"
          "--------------------------Q7xYp0aLb3TnVk5sWd9eRf\r\n"
          "Content-Disposition: form-data; name=\"file\"; filename=\"\xC3\xBC %22x%22.jsonl\"\r\n"
          "Content-Type: application/octet-stream\r\n"
          "\r\n"
          "{\"a\":1}\n\r\n"
          "--------------------------Q7xYp0aLb3TnVk5sWd9eRf--\r\n"),
      (RecordedForm{.parts = {text("purpose", "batch"), file("\xC3\xBC \"x\".jsonl")}}));
}

TEST(ClientBodies, OlderCurlEscapesQuotesWithBackslashes) {
  EXPECT_EQ(form_of("multipart/form-data; boundary=------------------------1f2e3d4c5b6a7988",
                    "--------------------------1f2e3d4c5b6a7988\r\n"
                    "Content-Disposition: form-data; name=\"file\"; filename=\"\\\"x\\\"\"\r\n"
                    "Content-Type: text/plain\r\n"
                    "\r\n"
                    "{\"a\":1}\n\r\n"
                    "--------------------------1f2e3d4c5b6a7988--\r\n"),
            (RecordedForm{.parts = {file("\"x\"", "text/plain")}}));
}

TEST(ClientBodies, CurlSendsStandardInputWithoutContentType) {
  EXPECT_EQ(form_of("multipart/form-data; boundary=------------------------Q7xYp0aLb3TnVk5sWd9eRf",
                    "--------------------------Q7xYp0aLb3TnVk5sWd9eRf\r\n"
                    "Content-Disposition: form-data; name=\"file\"; filename=\"-\"\r\n"
                    "\r\n"
                    "{\"a\":1}\n\r\n"
                    "--------------------------Q7xYp0aLb3TnVk5sWd9eRf--\r\n"),
            (RecordedForm{.parts = {file("-", "")}}));
}

TEST(ClientBodies, RequestsSendsNoContentType) {
  EXPECT_EQ(
      form_of("multipart/form-data; boundary=0b5a9c8d7e6f41324354657687980a1b",
              "--0b5a9c8d7e6f41324354657687980a1b\r\n"
              "Content-Disposition: form-data; name=\"purpose\"\r\n"
              "\r\n"
              "batch\r\n"
              "--0b5a9c8d7e6f41324354657687980a1b\r\n"
              "Content-Disposition: form-data; name=\"file\"; filename=\"na\xC3\xAFve.jsonl\"\r\n"
              "\r\n"
              "{\"a\":1}\n\r\n"
              "--0b5a9c8d7e6f41324354657687980a1b--\r\n"),
      (RecordedForm{.parts = {text("purpose", "batch"), file("na\xC3\xAFve.jsonl", "")}}));
}

TEST(ClientBodies, Urllib3V1SendsOnlyTheExtendedName) {
  EXPECT_EQ(form_of("multipart/form-data; boundary=0b5a9c8d7e6f41324354657687980a1b",
                    "--0b5a9c8d7e6f41324354657687980a1b\r\n"
                    "Content-Disposition: form-data; name=\"purpose\"\r\n"
                    "\r\n"
                    "batch\r\n"
                    "--0b5a9c8d7e6f41324354657687980a1b\r\n"
                    "Content-Disposition: form-data; name=\"file\"; "
                    "filename*=utf-8''na%C3%AFve%20x.jsonl\r\n"
                    "\r\n"
                    "{\"a\":1}\n\r\n"
                    "--0b5a9c8d7e6f41324354657687980a1b--\r\n"),
            (RecordedForm{.parts = {text("purpose", "batch"), file("na\xC3\xAFve x.jsonl", "")}}));
}

TEST(ClientBodies, AiohttpSendsBothFileNamesAfterTheContentType) {
  EXPECT_EQ(form_of("multipart/form-data; boundary=3c59dc048e8850243be8079a5c74d079",
                    "--3c59dc048e8850243be8079a5c74d079\r\n"
                    "Content-Type: text/plain; charset=utf-8\r\n"
                    "Content-Disposition: form-data; name=\"purpose\"\r\n"
                    "\r\n"
                    "batch\r\n"
                    "--3c59dc048e8850243be8079a5c74d079\r\n"
                    "Content-Type: application/octet-stream\r\n"
                    "Content-Disposition: form-data; name=\"file\"; "
                    "filename=\"na%C3%AFve.jsonl\"; filename*=utf-8''na%C3%AFve.jsonl\r\n"
                    "\r\n"
                    "{\"a\":1}\n\r\n"
                    "--3c59dc048e8850243be8079a5c74d079--\r\n"),
            (RecordedForm{.parts = {text("purpose", "batch", "text/plain; charset=utf-8"),
                                    file("na\xC3\xAFve.jsonl")}}));
}

TEST(ClientBodies, LitellmSendsAnExtraField) {
  EXPECT_EQ(
      form_of("multipart/form-data; boundary=0b5a9c8d",
              "--0b5a9c8d\r\n"
              "Content-Disposition: form-data; name=\"custom_llm_provider\"\r\n"
              "\r\n"
              "openai\r\n"
              "--0b5a9c8d\r\n"
              "Content-Disposition: form-data; name=\"purpose\"\r\n"
              "\r\n"
              "batch\r\n"
              "--0b5a9c8d--\r\n"),
      (RecordedForm{.parts = {text("custom_llm_provider", "openai"), text("purpose", "batch")}}));
}

TEST(ClientBodies, BrowserSendsAnEmptyFileName) {
  const auto form = form_of("multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW",
                            "------WebKitFormBoundary7MA4YWxkTrZu0gW\r\n"
                            "Content-Disposition: form-data; name=\"file\"; filename=\"\"\r\n"
                            "Content-Type: application/octet-stream\r\n"
                            "\r\n"
                            "\r\n"
                            "------WebKitFormBoundary7MA4YWxkTrZu0gW--\r\n");
  EXPECT_EQ(form, (RecordedForm{.parts = {file("", "application/octet-stream", "")}}));
  EXPECT_EQ(shown_name(form, 0), "upload");
}

TEST(ClientBodies, UndiciSendsAFormWithoutParts) {
  EXPECT_EQ(form_of("multipart/form-data; boundary=----formdata-undici-012345678901",
                    "------formdata-undici-012345678901--\r\n"),
            RecordedForm{});
}

}  // namespace
}  // namespace argot::multipart
