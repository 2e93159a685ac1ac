"""Requests that two readers might understand differently, or that want too much.

Each case is (name, bytes, statuses): what is sent on a connection of its own, with a good key for
@KEY@, and which statuses the first reply may have. Every one of them must end the connection, so
that what follows is not taken for a request: SMUGGLED is sent behind each, in the same write, and
must never be answered.
"""

SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"

HOST = b"Host: x\r\n"


def post(headers, body=b"", line=b"POST /v1/files HTTP/1.1"):
    return line + b"\r\n" + HOST + headers + b"\r\n" + body


def chunked(body):
    """With a key, because without one not a byte of the body is looked at."""
    return post(b"Authorization: Bearer @KEY@\r\n"
                b"Content-Type: multipart/form-data; boundary=b\r\n"
                b"Transfer-Encoding: chunked\r\n", body)


def get(headers=b"", line=b"GET /healthz HTTP/1.1", host=HOST):
    return line + b"\r\n" + host + headers + b"\r\n"


def _lengths():
    """RFC 9112 section 6.3: what is no single number of digits is no length."""
    values = {
        "a plus sign": b"+5", "a minus sign": b"-1", "hexadecimal": b"0x5", "empty": b"",
        "a list of equals": b"5, 5", "a list": b"5,6", "an exponent": b"1e1", "a fraction": b"5.0",
        "a space inside": b"1 0", "beyond 64 bits": b"18446744073709551616",
        "far beyond 64 bits": b"9" * 100, "letters": b"five", "an underscore": b"1_0",
        "a vertical tab": b"\x0b5", "a no-break space": b"\xa05", "a quote": b'"5"',
    }
    for name, value in values.items():
        yield (f"Content-Length with {name}", post(b"Content-Length: " + value + b"\r\n", b"hello"),
               {400})
    yield ("Content-Length twice", post(b"Content-Length: 5\r\nContent-Length: 5\r\n", b"hello"),
           {400})
    yield ("Content-Length twice, another one",
           post(b"Content-Length: 5\r\nContent-Length: 6\r\n", b"hello"), {400})
    both = b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"
    yield "Content-Length and Transfer-Encoding", post(both, b"0\r\n\r\n"), {400}
    yield ("Transfer-Encoding and Content-Length",
           post(b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", b"0\r\n\r\n"), {400})
    yield ("both in other cases",
           post(b"content-length: 5\r\nTRANSFER-ENCODING: chunked\r\n", b"0\r\n\r\n"), {400})


def _codings():
    values = {
        "identity": b"identity", "gzip and chunked": b"gzip, chunked",
        "chunked twice": b"chunked, chunked", "an unknown one": b"xchunked",
        "a parameter": b"chunked;q=1", "a quote": b'"chunked"', "nothing": b"",
        "a vertical tab": b"\x0bchunked", "chunked that is not last": b"chunked, gzip",
        "a comma alone": b",", "a comma behind": b"chunked,", "a NUL": b"chunked\x00",
    }
    for name, value in values.items():
        yield (f"Transfer-Encoding with {name}",
               post(b"Transfer-Encoding: " + value + b"\r\n", b"0\r\n\r\n"), {400, 501})
    yield ("Transfer-Encoding twice",
           post(b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n"),
           {400, 501})
    yield ("Transfer-Encoding in HTTP/1.0",
           post(b"Transfer-Encoding: chunked\r\n", b"0\r\n\r\n", line=b"POST /v1/files HTTP/1.0"),
           {400})
    yield ("Transfer-Encoding with a space before its colon",
           post(b"Transfer-Encoding : chunked\r\n", b"0\r\n\r\n"), {400})
    yield ("Transfer-Encoding folded", post(b"Transfer-Encoding:\r\n chunked\r\n", b"0\r\n\r\n"),
           {400})


def _chunks():
    sizes = {
        "a plus sign": b"+5", "a minus sign": b"-5", "0x": b"0x5", "no digit": b"",
        "a letter that is none": b"g", "a space before": b" 5", "a space behind": b"5 ",
        "a tab behind": b"5\t", "17 digits": b"0" * 16 + b"5", "beyond 64 bits": b"f" * 17,
        "an underscore": b"1_0", "a NUL": b"5\x00",
        "a quote": b'"5"', "a long extension": b"5;" + b"x" * 300,
        "an extension with a bare LF": b"5;a\nb", "an extension with a CR": b"5;a\rb",
    }
    for name, size in sizes.items():
        yield f"a chunk size with {name}", chunked(size + b"\r\nhello\r\n0\r\n\r\n"), {400}
    bodies = {
        "a bare LF behind a size": b"5\nhello\r\n0\r\n\r\n",
        "a bare CR behind a size": b"5\rhello\r\n0\r\n\r\n",
        "a bare LF behind the data": b"5\r\nhello\n0\r\n\r\n",
        "nothing behind the data": b"5\r\nhello0\r\n\r\n",
        "more data than it said": b"5\r\nhello!\r\n0\r\n\r\n",
        "less data than it said": b"6\r\nhello\r\n0\r\n\r\n",
        "a bare LF at the end": b"0\r\n\n",
        "a folded trailer": b"0\r\nA: b\r\n c\r\n\r\n",
        "a trailer without a colon": b"0\r\nA\r\n\r\n",
        "a trailer with a space in its name": b"0\r\nA b: c\r\n\r\n",
        "trailers beyond 4 KiB": b"0\r\nA: " + b"x" * 5000 + b"\r\n\r\n",
        "a trailer with a bare LF": b"0\r\nA: b\n\r\n",
    }
    for name, body in bodies.items():
        yield f"chunks with {name}", chunked(body), {400, 431}


def _lines():
    lines = {
        "no version": b"GET /healthz", "HTTP/1.2": b"GET /healthz HTTP/1.2",
        "HTTP/2.0": b"GET /healthz HTTP/2.0", "HTTP/0.9": b"GET /healthz HTTP/0.9",
        "HTTP/1.10": b"GET /healthz HTTP/1.10", "http/1.1": b"GET /healthz http/1.1",
        "HTTP/1,1": b"GET /healthz HTTP/1,1", "two spaces": b"GET  /healthz HTTP/1.1",
        "a tab": b"GET\t/healthz HTTP/1.1", "a space at the end": b"GET /healthz HTTP/1.1 ",
        "a space at the start": b" GET /healthz HTTP/1.1", "no target": b"GET HTTP/1.1",
        "an empty method": b" /healthz HTTP/1.1", "a method with a colon": b"G:T /healthz HTTP/1.1",
        "a relative target": b"GET healthz HTTP/1.1", "a NUL": b"GET /health\x00z HTTP/1.1",
        "a DEL": b"GET /health\x7fz HTTP/1.1", "a space in the target": b"GET /a b HTTP/1.1",
        "bytes that are not ASCII": b"GET /\xff\xfe HTTP/1.1",
        "a vertical tab": b"GET\x0b/healthz HTTP/1.1", "a fragment": b"GET /healthz#x HTTP/1.1",
    }
    for name, line in lines.items():
        yield f"a request line with {name}", get(line=line), {400, 404, 505}
    yield "a request line with a bare LF", b"GET /healthz HTTP/1.1\n" + HOST + b"\r\n", {400}
    yield "a request line with a bare CR", b"GET /healthz HTTP/1.1\r" + HOST + b"\r\n", {400}
    yield "a TLS hello", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\r\n\r\n", {400}
    yield "the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400, 505}
    yield ("a request line beyond 8 KiB", get(line=b"GET /" + b"x" * 8192 + b" HTTP/1.1"), {414})


def _fields():
    fields = {
        "a space before its colon": b"A : b\r\n", "a tab before its colon": b"A\t: b\r\n",
        "no colon": b"A\r\n", "no name": b": b\r\n", "a space in its name": b"A b: c\r\n",
        "a NUL in its name": b"A\x00: b\r\n", "a NUL in its value": b"A: b\x00c\r\n",
        "a bare CR in its value": b"A: b\rc\r\n", "a bare LF": b"A: b\n",
        "a fold": b"A: b\r\n c\r\n", "a fold by a tab": b"A: b\r\n\tc\r\n",
        "a bracket in its name": b"A(: b\r\n",
        "a byte that is not ASCII in its name": b"\xc3: b\r\n",
        "a DEL in its value": b"A: b\x7f\r\n", "a control byte in its value": b"A: b\x01\r\n",
        "an escape in its value": b"A: \x1b[31m\r\n",
    }
    for name, field in fields.items():
        yield f"a field with {name}", get(field), {400}
    yield "a fold as the first field", get(host=b" Host: x\r\n"), {400}
    yield "no Host", get(host=b""), {400}
    yield "two Hosts", get(host=HOST + HOST), {400}
    yield "two Hosts in other cases", get(host=HOST + b"HOST: y\r\n"), {400}
    for name, host in {"a space": b"a b", "a slash": b"a/b", "an at sign": b"u@a",
                       "a port that is none": b"a:port", "a bracket alone": b"[::1",
                       "a NUL": b"a\x00b"}.items():
        yield f"a Host with {name}", get(host=b"Host: " + host + b"\r\n"), {400}
    yield "fields beyond 16 KiB", get(b"A: " + b"x" * 17000 + b"\r\n"), {431}
    yield "101 fields", get(b"A: b\r\n" * 100), {431}
    yield "fields that are all names", get(b"a:\r\n" * 4000), {431}
    yield ("Expect that is not 100-continue",
           post(b"Expect: 200-ok\r\nContent-Length: 1\r\n", b"x"), {417})


def cases():
    for part in (_lengths, _codings, _chunks, _lines, _fields):
        yield from part()
