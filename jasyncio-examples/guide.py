"""Runs the Python programs of the guide, and compares what they print with what it says.

The Java ones are run by DocsTest. Needs Python 3.14, aiohttp for the pages about HTTP, and openssl
for the one about TLS. With names of pages, such as `tasks tls`, runs those alone; the page `testing`
only then, since in Python its program takes an hour.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

GUIDE = pathlib.Path(__file__).resolve().parent.parent / "docs" / "guide"
INPUT = "hello\nworld\n"  # the same as in CompactProgram
BLOCK = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```\s*$", re.MULTILINE | re.DOTALL)


def run(command):
    done = subprocess.run(command, input=INPUT, capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else done.stdout + done.stderr


def check(page):
    blocks = BLOCK.findall(page.read_text())
    failed = 0
    for i, (language, text) in enumerate(blocks):
        if language == "sh":
            run(["sh", "-c", text])
        if language == "python":
            printed = run([sys.executable, "-c", text])
            said = next(text for language, text in blocks[i:] if language == "text")
            if printed != said:
                failed += 1
                print(f"{page.name}: a program prints:\n{printed}and should print:\n{said}")
    return failed


def wanted(name, names):
    return name in names if names else name != "testing"


def main(names):
    pages = [page for page in sorted(GUIDE.glob("*.md")) if wanted(page.stem, names)]
    if not pages:
        sys.exit("no page " + " ".join(names))
    with tempfile.TemporaryDirectory() as folder:  # for the files that programs read
        os.chdir(folder)
        failed = sum(check(page) for page in pages)
    print(f"{len(pages)} pages with CPython {sys.version.split()[0]}, {failed} programs differ")
    sys.exit(1 if failed else 0)


main(sys.argv[1:])
