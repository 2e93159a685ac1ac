"""Texts that are hard to cut into pieces."""

# One for each rule, and for each place where implementations are known to differ.
CHOSEN = [
    "",
    "Hello, world",
    "I'll don't WE'VE it'S you'Re they'D I'm 'tis ''s a'b",
    "it'\u017f he'\u017fs",
    "HTTPServer getURL iPhone ABCdef XMLHttpRequest2 aB",
    "1234567890 12 123 1234 12a34 \u0661\u0662\u0663\u0664 \u00bd\u2167",
    "a  b   c\t\td \t e\n\nf \n \n g\r\n\r\n  h   ",
    "  \n  \n  x\n   ",
    "today\n today\n \ntoday\n",
    "end of text \n",
    "  !\n\n//x\n/ /\n a/b\n!/\n",
    "\ufeffHello world \ufeff x\ufeff",
    "<|endoftext|> and <|fim_prefix|> are text <|endofprompt|>",
    "\u4e9a\u6d32AV \u4e2d\u6587\uff0c\u65e5\u672c\u8a9e\u306e\u6587\u7ae0\u3067\u3059\u3002"
    " \ud55c\uad6d\uc5b4",
    "a\u0301b\u0301C\u0301D \u0301x !\u0301y \u0301",
    "\u01c5\u01c4\u01c6 \u02b0\u02b0A\u02b0b",
    "\U0001f600\U0001f600 \U0001f468\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f",
    "\u00a0\u00a0x\u3000\u3000y\u2028z\u0085\u0085w\u200b",
    "\x00\x01\x1c\x1d\x1e\x1f\x7f x\x00y",
    "-" * 200 + "=" * 300 + " " * 150 + "\n" * 99 + "a" * 500,
    "x" + " " * 129 + "y" + "\t" * 70 + "z",
    "def f(x):\n    return {'a': [1, 2.5e-10], \"b\": x->y}\n\n\n// done\n/* no */\n",
    "https://example.com/a/b?c=d&e=%20f#g user@example.com C:\\dir\\file.txt",
    '{"messages":[{"role":"user","content":"caf\\u00e9 \\n\\t"}]}\n',
    "Stra\u00dfe \u0130stanbul na\u00efve \u03a3\u03c3\u03c2"
    " \u0416\u0436 \u0905\u0928\u0941\u0938\u094d\u0935\u093e\u0930"
    " \u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u05e2\u05d1\u05e8\u05d9\u05ea",
    "\U00010940\n\n \n \U000105c0\n\n \n \U0002ebf0\n\n \n",
    "\ufffd\ufffd\n x\ufffdy",
]

_UNITS = list("abcABC") + [
    "\u00e9", "\u00c9", "\u00df", "\u4e2d", "\u6587", "\u02b0", "\u0301", "1", "\u0663", "\u00bd",
    " ", " ", "\t", "\n", "\r", "\u3000", "\u00a0", "\u2028", "\u0085", "-", "=", "/", "'", "'s",
    "'S", "'ll", "'LL", "'\u017f", "!", "\ufeff", "\U0001f600", "\u01c5", "the", "'r", "'v", "'re",
    "\x00", "\x1c", "\x7f", "<|endoftext|>", "\ufffd", "\u2167", "\u200d", "\u093f",
]


class RandomTexts:
    """Short texts: single units, runs, mixtures, any code points, and passages of `sources`."""

    def __init__(self, random, sources):
        self._random = random
        self._sources = [source for source in sources if len(source) > 400]

    def next(self):
        return "".join(self._part() for _ in range(self._random.randrange(10)))

    def _part(self):
        random = self._random
        kind = random.randrange(6)
        if kind == 0:
            return random.choice(_UNITS)
        if kind == 1:
            return random.choice(_UNITS) * random.randrange(1, random.choice((5, 5, 150)))
        if kind == 2:
            pair = random.sample(_UNITS, 2)
            return "".join(random.choice(pair) for _ in range(random.randrange(30)))
        if kind == 3:
            return "".join(self._code_point() for _ in range(random.randrange(6)))
        if kind == 4 and self._sources:
            source = random.choice(self._sources)
            start = random.randrange(len(source) - 300)
            return source[start:start + random.randrange(300)]
        return "".join(random.choice(_UNITS) for _ in range(random.randrange(10)))

    def _code_point(self):
        while True:
            code_point = self._random.randrange(self._random.choice((0x3000, 0x110000)))
            if not 0xD800 <= code_point < 0xE000:
                return chr(code_point)
