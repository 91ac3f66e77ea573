"""Reads a JSON array of dotenv files from standard input, and prints what python-dotenv makes of each."""

import io
import json
import sys

import dotenv

files = json.load(sys.stdin)
print(json.dumps([dotenv.dotenv_values(stream=io.StringIO(text)) for text in files]))
