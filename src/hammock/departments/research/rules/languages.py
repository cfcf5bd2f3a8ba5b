"""Which texts are surely not English: by their script, or by words that only another language has.

The shipped model understands English, so a file that mixes languages must be named. Short texts
often give no sign, so what is counted here is the least, never the whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

SIGNS_NEEDED = 2  # words of one language; a single one may be a name
_WORD = re.compile(r"[^\W\d_]+")
_TELLING = {
    "German": "auf bei das dem den der ein eine einen für ich ist kann mit nicht oder und wie zum",
    "French": "avec comment dans est et je la le les mon où pour quel sans sur une vous à ça",
    "Spanish": "como con cuando dónde el es la las los mi más para por que qué cómo una y",
    "Italian": "che come con della di dove gli il mio non per perché più sono una è",
    "Portuguese": "com como da do em meu não os para por que são um uma você é",
    "Dutch": "een het hoe ik kan met mijn naar niet van voor waar wat zijn",
}
_LANGUAGES_OF: dict[str, tuple[str, ...]] = {
    word: tuple(name for name, words in _TELLING.items() if word in words.split())
    for words in _TELLING.values()
    for word in words.split()
}


def foreign(text: str) -> str:
    """Name the language of a text that is surely not English, or its script; else "".

    Two different words of one language are needed, and more of it than of any other; or more than
    half of the letters in another script than Latin.
    """
    script = _script(text)
    if script:
        return script
    signs: Counter[str] = Counter()
    for word in set(_WORD.findall(text.lower())):
        signs.update(_LANGUAGES_OF.get(word, ()))
    (name, most), (_, next_) = [*signs.most_common(2), ("", 0), ("", 0)][:2]
    return name if most >= SIGNS_NEEDED and most > next_ else ""


def mixture(texts: Iterable[str]) -> str:
    """Say in a sentence how many texts are not English and what they are; "" where none is."""
    count, found = 0, Counter[str]()
    for text in texts:
        count += 1
        found[foreign(text)] += 1
    found.pop("", None)
    if not found:
        return ""
    named = ", ".join(f"{name} {times:,}" for name, times in found.most_common())
    return (
        f"At least {found.total():,} of {count:,} texts are not English ({named}); the model that "
        "ships understands English, so these are grouped by the words they share."
    )


def _script(text: str) -> str:
    letters = [one for one in text if one.isalpha()]
    strange = [one for one in letters if ord(one) > 0x24F]  # past Latin with all its accents
    if len(strange) * 2 <= len(letters):
        return ""
    scripts = Counter(unicodedata.name(one, "unknown").split()[0].capitalize() for one in strange)
    return f"{scripts.most_common(1)[0][0]} script"
