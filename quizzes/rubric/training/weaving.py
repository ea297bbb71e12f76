"""Sets a single sentence into a reply: one bad sentence in a good reply is the hardest to hear."""

from collections.abc import Sequence

Span = tuple[int, int]
_ENDS = "。!?;"


def set_in(text: str, spans: Sequence[Span], sentence: str, at: int) -> tuple[str, list[Span]]:
    """A normalised reply with ``sentence`` before its sentence number ``at``, or behind all, and where each now stands.

    ``spans`` are the places of its sentences, in order, without the signs behind them; so are the places given back.
    What stands before gets an end if it has none, and so does the sentence. Raises ``ValueError`` where there is no
    such place.
    """
    if not 0 <= at <= len(spans):
        raise ValueError(f"no sentence {at} of {len(spans)}")
    place = spans[at][0] if at < len(spans) else len(text)
    before, said = text[:place], sentence.strip()
    if before.strip() and before.rstrip()[-1] not in _ENDS:
        before = before.rstrip() + "。"
    start, said = len(before), said.rstrip(_ENDS)
    found = before + said + "。"
    shift = len(found) - place
    return found + text[place:], [
        *spans[:at],
        (start, start + len(said)),
        *((a + shift, b + shift) for a, b in spans[at:]),
    ]
