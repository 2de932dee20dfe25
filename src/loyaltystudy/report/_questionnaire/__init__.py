"""From a codebook to a questionnaire that survey tools, or paper, can field."""

from collections.abc import Sequence
from pathlib import Path

from loyaltystudy.errors import SurveyError
from loyaltystudy.report._questionnaire.form import FORMS, form_codebook, minutes, read_form
from loyaltystudy.report._questionnaire.limesurvey import limesurvey_headings, write_limesurvey
from loyaltystudy.report._questionnaire.page import write_key, write_page
from loyaltystudy.report._questionnaire.variants import name_company, word_for_donors
from loyaltystudy.report._questionnaire.xlsform import write_xlsform
from loyaltystudy.survey import Codebook, write_whole

__all__ = [
    "FORMS",
    "export_questionnaire",
    "form_codebook",
    "limesurvey_headings",
    "minutes",
    "name_company",
    "read_form",
    "word_for_donors",
    "write_key",
]

_WRITERS = {
    "xlsform": (write_xlsform, ".xlsx"),
    "limesurvey": (write_limesurvey, ".txt"),
    "html": (write_page, ".html"),
}


def export_questionnaire(
    codebook: Codebook,
    *,
    to: str,
    language: str | Sequence[str],
    path,
    form: str = "full",
    records: bool = False,
) -> Path:
    """Write the questionnaire of a codebook for a survey tool, or for paper.

    Parameters
    ----------
    codebook : Codebook
    to : {"xlsform", "limesurvey", "html"}
        An XLSForm workbook (.xlsx: ODK, KoboToolbox, SurveyCTO), LimeSurvey's tab-separated
        survey structure (.txt), or a page to print (.html).
    language : {"en", "sv", "nb"} or a sequence of them
        Several languages make one file of an XLSForm or for LimeSurvey; respondents choose there.
        The first is shown first. A page is in one language.
    path : str or Path
        The file to write, with the ending that the tool wants.
    form : {"full", "short", "brief"}
    records : bool
        Whether records of the company (who left, what was bought) are to be joined. Then
        respondents give a number and read that their answers are not anonymous; else
        LimeSurvey is set to keep them anonymous, and an XLSForm makes a number of its own.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    SurveyError
        With everything that keeps the codebook from being fielded: words missing in the
        language, names that the tool refuses, an unknown option, a folder that is not there.

    Notes
    -----
    Answers come back as codes under the names of the codebook. Reversed items are asked as they
    are worded and recoded nowhere: scoring turns them. LimeSurvey allows no underscore in a
    name and puts items under their table; :func:`limesurvey_headings` gives the names back.
    It shows the rows of a table in random order; an XLSForm has no such thing. The answers of a
    shorter form are read with :func:`form_codebook`, those on paper keyed in with
    :func:`write_key`.

    Examples
    --------
    >>> import tempfile
    >>> from loyaltystudy.survey import load_codebook
    >>> from loyaltystudy.survey._shipped import data_folder
    >>> book = load_codebook(data_folder() / "instrument")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = f"{folder}/skjema.html"
    ...     export_questionnaire(book, to="html", language="nb", path=path, form="short").name
    'skjema.html'
    """
    if to not in _WRITERS:
        raise SurveyError(f"to={to!r} is not known. Take one of {[*_WRITERS]}.")
    write, ending = _WRITERS[to]
    path = Path(path)
    if path.suffix.lower() != ending:
        raise SurveyError(f"path={path.name!r}: a file for {to} must end in {ending!r}.")
    if not path.parent.is_dir():
        raise SurveyError(f"path={path.name!r}: its folder is not there. Make the folder first.")
    languages = [language] if isinstance(language, str) else list(dict.fromkeys(language))
    if not languages:
        raise SurveyError(f"language={language!r}: name one language or more.")
    forms = [read_form(codebook, language=x, form=form, records=records) for x in languages]
    write_whole(path, lambda part: write(forms, part))
    return path
