"""Why things did not get through, in plain words: at our inbox, and on the way to others."""

import re

from federation import failures
from federation.explaining import Explanation
from federation.failures import FetchFailed
from web.texts import Texts
from web.times import Reader

STEP_LABELS = {
    "request": "The request could be read",
    "rate": "It did not come too often",
    "type": "It said that it brings ActivityPub",
    "signature": "It carries a signature that can be read",
    "blocked": "The server is not blocked",
    "coverage": "The signature covers what it must",
    "time": "It was signed at a time that we accept",
    "digest": "The digest fits the content",
    "key": "The key could be had",
    "verify": "The signature was made with that key",
    "activity": "The content is an activity",
    "owner": "The owner of the key is who speaks",
    "id": "The activity lies on the sender's server",
    "partner": "We listen to that server",
    "store": "It could be written down",
}

REASON_TEXTS = {
    "too_large": "The content was larger than 1 MB",
    "too_slow": "The content took too long to arrive",
    "no_such_inbox": "There is no inbox at that address",
    "headers_too_large": "There were too many or too long header fields",
    "duplicate_header": "A header field occurred twice",
    "request_malformed": "The request was broken",
    "address_too_busy": "Too much that had to be refused came from one address",
    "domain_too_busy": "Too much came in one minute",
    "content_type": "It was not ActivityPub",
    "no_signature": "There was no signature",
    "signature_malformed": "The signature could not be read",
    "duplicate_parameter": "Part of the signature occurred twice",
    "too_many_signatures": "There were too many signatures",
    "key_id_malformed": "The name of the key is no address",
    "algorithm_unknown": "The kind of signature is not known here",
    "blocked": "You have blocked that server",
    "wrong_host": "It was addressed to another server",
    "not_covered": "The signature left out something that it must cover",
    "header_absent": "The signature covers something that was not sent",
    "time_missing": "The signature does not say when it was made",
    "time_malformed": "The time of the signature could not be read",
    "too_old": "The signature was too old",
    "from_future": "The signature came from the future",
    "expired": "The signature had expired",
    "digest_missing": "There was no digest of the content",
    "digest_malformed": "The digest could not be read",
    "digest_wrong": "The content was changed on its way",
    "key_not_found": "The key could not be fetched",
    "key_gone": "The owner of the key no longer exists",
    "key_refused": "The key is of a kind or size that is not safe",
    "key_owner": "The key and its owner do not name each other",
    "algorithm_mismatch": "The kind of signature does not fit the key",
    "signature_wrong": "The signature was made with another key",
    "not_json": "The content could not be read",
    "too_complex": "The content had too many parts",
    "no_envelope": "The activity lacks an id, a type or a sender",
    "other_actor": "Somebody signed for somebody else",
    "id_elsewhere": "The activity lies on another server than its sender",
    "id_is_ours": "The activity claims to be ours",
    "not_admitted": "You listen to partners only",
    "too_busy": "There was more to write down than we could",
}

ADVICE_TEXTS = {
    "from_future": "Their clock is {skew} ahead of ours. An hour is accepted. "
    "Ask them to set the clock of their server, or check yours.",
    "too_old": "It was signed {skew} before it arrived. Either it waited very long on its way, "
    "or their clock is slow. Ask them to check it.",
    "expired": "They gave the signature a time after which it no longer counts, and it arrived later. "
    "If that happens again and again, one of the two clocks is wrong.",
    "time_missing": "Their software must sign the header Date, or the time created in the signature itself.",
    "not_covered": "Their software signs too little. Missing: {missing}. "
    "Without it somebody could change that part unnoticed.",
    "digest_missing": "Their software must send and sign a digest of the content.",
    "digest_wrong": "The digest they sent is not that of the content which arrived. "
    "Usually a proxy in between, theirs or yours, rewrites content.",
    "wrong_host": "The request names another server than this one. If you use a proxy, "
    "it must pass on the header Host unchanged.",
    "header_absent": "A proxy in between, theirs or yours, may have removed a header field that was signed.",
    "key_not_found": "Our server asked theirs for the key and got no usable answer. "
    "Can they be reached from here? Do they demand a signature for reading their own key?",
    "key_gone": "Their server says that this account has been deleted. Nothing is left to do.",
    "key_refused": "They need a new key: RSA with 2048 bits or more, or Ed25519.",
    "key_owner": "The document of the account must list the key, and the key must name the account.",
    "signature_wrong": "Perhaps they have changed their key and still publish the old one, "
    "or a proxy has changed the address or a header field. Our server has asked for the key once more.",
    "algorithm_mismatch": "Their software names another algorithm than the key is for.",
    "algorithm_unknown": "RSA with SHA-256 and Ed25519 are understood here.",
    "other_actor": "The one who signed is not the one who speaks. "
    "Servers that pass on what others said are not believed; nothing is left to do.",
    "blocked": "If you want to hear from there again, unblock them on the page of the alliance.",
    "not_admitted": "Your server listens to allied companies only (ALLIANCE_FEDERATION=alliance-only).",
    "domain_too_busy": "They are asked to wait and try again; nothing is lost. If this partner needs more, "
    "raise ALLIANCE_INBOX_RATE.",
    "too_busy": "They are asked to try again; nothing is lost. "
    "Look whether the disk is full and how busy the database is.",
    "no_signature": "Only signed requests are accepted. Programs that look for weaknesses cause this, too.",
}
OTHERWISE_TEXT = "Show this page to whoever runs the other server; it says what their software has to change."
_CODE = re.compile(r"(\d{3})\b ?(.*)", re.DOTALL)
_FAILURES = {
    kind.__name__: kind.default_sentence
    for kind in vars(failures).values()
    if isinstance(kind, type) and issubclass(kind, FetchFailed)
}
NO_ANSWER_TEXT = "No answer"


def step_label(texts: Texts, step: str) -> str:
    """What the inbox looks at in one of `federation.explaining.STEPS`."""
    return texts.gettext(STEP_LABELS[step]) if step in STEP_LABELS else step


def reason_text(texts: Texts, reason: str) -> str:
    """Why the inbox said no; the word itself for one that came later than this table."""
    return texts.gettext(REASON_TEXTS[reason]) if reason in REASON_TEXTS else reason


def advice_text(reader: Reader, told: Explanation) -> str:
    """What can be done about it."""
    sentence = ADVICE_TEXTS.get(told.reason, OTHERWISE_TEXT)
    skew = told.skew
    words = reader.length(told.received_at, told.received_at + abs(skew)) if skew is not None else "?"
    return reader.texts.sentence(sentence, {"skew": words, "missing": ", ".join(told.missing) or "?"})


def failure_text(texts: Texts, host: str, error: str) -> str:
    """Why a host could not be reached, or what it answered instead."""
    kind = error.partition(":")[0]
    if kind in _FAILURES:
        return texts.sentence(_FAILURES[kind], {"host": host, "code": "?"})
    code = _CODE.fullmatch(error)
    if code is None:
        return error or texts.gettext(NO_ANSWER_TEXT)
    if code[2]:
        return texts.gettext("It answered with the error %(code)s: %(words)s", code=code[1], words=code[2])
    return texts.gettext("It answered with the error %(code)s.", code=code[1])
