"""What other rooms may use of `survey`, by the module that holds it."""

from ._atomic import PART as PART
from ._atomic import write_whole as write_whole
from ._checks import (
    COMMA as COMMA,
)
from ._checks import (
    NUMBER as NUMBER,
)
from ._checks import (
    assemble as assemble,
)
from ._checks import (
    check_columns as check_columns,
)
from ._checks import (
    identifiers as identifiers,
)
from ._checks import (
    is_blank as is_blank,
)
from ._checks import (
    match_columns as match_columns,
)
from ._checks import (
    no_respondent as no_respondent,
)
from ._checks import (
    plain as plain,
)
from ._checks import (
    stands_twice as stands_twice,
)
from ._codebook import (
    constructs as constructs,
)
from ._codebook import (
    list_constructs as list_constructs,
)
from ._codebook import (
    load_codebook as load_codebook,
)
from ._codebook import (
    make_codebook as make_codebook,
)
from ._codebook import (
    near_constructs as near_constructs,
)
from ._commands import READING as READING
from ._commands import add_draft as add_draft
from ._commands import add_label as add_label
from ._commands import add_reading_options as add_reading_options
from ._commands import reading_of as reading_of
from ._download import (
    at_hand as at_hand,
)
from ._download import (
    fetch as fetch,
)
from ._download import (
    file_hash as file_hash,
)
from ._download import (
    kept_table as kept_table,
)
from ._download import (
    registry as registry,
)
from ._draft import draft_codebook as draft_codebook
from ._files import read_table as read_table
from ._files.columnar import stored_attrs as stored_attrs
from ._files.guard import csv_text as csv_text
from ._files.write import (
    WRITERS as WRITERS,
)
from ._files.write import (
    Written as Written,
)
from ._files.write import (
    takes_name as takes_name,
)
from ._files.write import (
    write_table as write_table,
)
from ._headers import columns_used as columns_used
from ._headers import respondent_column as respondent_column
from ._label import label_codebook as label_codebook
from ._open_studies import SOURCES as SOURCES
from ._schema import (
    Codebook as Codebook,
)
from ._schema import (
    Column as Column,
)
from ._schema import (
    Item as Item,
)
from ._schema import (
    Scale as Scale,
)
from ._schema import (
    Variable as Variable,
)
from ._shipped import shelf as shelf
from ._study import (
    Study as Study,
)
from ._study import (
    list_studies as list_studies,
)
from ._study import (
    load_study as load_study,
)
from ._study import (
    read_study as read_study,
)
from ._yaml import read_yaml as read_yaml
