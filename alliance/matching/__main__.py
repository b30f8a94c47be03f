"""`python -m alliance.matching`: reads a question from its input and writes the answer to its output."""

import sys

from alliance.matching.deciding import match
from alliance.matching.letters import matching_json, question_of

if __name__ == "__main__":
    sys.stdout.buffer.write(matching_json(match(question_of(sys.stdin.buffer.read()))))
