"""Forms learning circles out of those who signed up: which people, which topic, which hours, and why.

`match` answers a question (`Question`) with a `Matching`. It is a function: the same question has the same
answer, whatever the order of the people, the machine and its load. Nothing here knows names or rows.
"""

from alliance.matching.forms import Formed, Hint, Matching, Question, Rules, SignUp, Unmatched

__all__ = ["Formed", "Hint", "Matching", "Question", "Rules", "SignUp", "Unmatched"]
