"""The fixed words of a questionnaire: what every form says whatever it asks."""

from __future__ import annotations

LANGUAGES = ("en", "sv", "nb")

# Codes that mean missing and are offered as answers. A missing code outside this table (such as
# -99) is set by a data file and never offered to a respondent.
MISSING = {
    96: {
        "en": "Never been invited",
        "sv": "Har aldrig blivit inbjuden",
        "nb": "Har aldri blitt invitert",
    },
    97: {"en": "Does not apply", "sv": "Gäller inte mig", "nb": "Gjelder ikke meg"},
    98: {"en": "Do not know", "sv": "Vet inte", "nb": "Vet ikke"},
    99: {"en": "Would rather not answer", "sv": "Vill inte svara", "nb": "Vil ikke svare"},
}

WORDS = {
    "title": {
        "en": "Questionnaire for customers",
        "sv": "Enkät till kunder",
        "nb": "Spørreskjema til kunder",
    },
    "welcome": {
        "en": "Taking part is voluntary. There are no right or wrong answers: what counts is what "
        "you think. You may leave out any question that you would rather not answer.",
        "sv": "Det är frivilligt att delta. Det finns inga rätta eller felaktiga svar: det viktiga "
        "är vad du tycker. Du får hoppa över frågor som du inte vill svara på.",
        "nb": "Det er frivillig å delta. Det finnes ingen riktige eller gale svar: det viktige er "
        "hva du mener. Du kan hoppe over spørsmål som du ikke vil svare på.",
    },
    "thanks": {
        "en": "Thank you for your answers.",
        "sv": "Tack för dina svar.",
        "nb": "Takk for svarene dine.",
    },
    "each_line": {
        "en": "Choose one answer on each line.",
        "sv": "Välj ett svar på varje rad.",
        "nb": "Velg ett svar på hver linje.",
    },
    "statement": {"en": "Question", "sv": "Fråga", "nb": "Spørsmål"},
    "respondent": {
        "en": "Respondent number (filled in by the study)",
        "sv": "Svarandens nummer (fylls i av studien)",
        "nb": "Respondentens nummer (fylles ut av studien)",
    },
    "whole_number": {"en": "Whole number", "sv": "Heltal", "nb": "Helt tall"},
    "number": {"en": "Number", "sv": "Tal", "nb": "Tall"},
    "version": {"en": "Version", "sv": "Version", "nb": "Versjon"},
    "one_version": {
        "en": "For the study: each respondent is to read one version only, drawn at random. "
        "Opened in a browser with scripts, this page draws one itself each time it is loaded.",
        "sv": "För studien: varje svarande ska läsa endast en version, slumpmässigt dragen. När "
        "sidan öppnas i en webbläsare med skript drar den själv en version varje gång den "
        "läses in.",
        "nb": "For studien: hver respondent skal lese bare én versjon, trukket tilfeldig. Når "
        "siden åpnes i en nettleser med skript, trekker den selv en versjon hver gang den lastes.",
    },
    "minutes": {
        "en": "About {} minutes.",
        "sv": "Ungefär {} minuter.",
        "nb": "Omtrent {} minutter.",
    },
}


def say(key: str, language: str, *values) -> str:
    """A fixed text in a language, its places filled.

    Examples
    --------
    >>> say("minutes", "nb", 8)
    'Omtrent 8 minutter.'
    """
    return WORDS[key][language].format(*values)
