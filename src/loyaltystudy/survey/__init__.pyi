"""What other rooms may use of `survey`, by the module that holds it."""

from ._atomic import PART as PART, held as held, write_whole as write_whole
from ._base import BaseStudy as BaseStudy
from ._checks import (
    assemble as assemble,
    check_columns as check_columns,
    identifiers as identifiers,
    is_blank as is_blank,
    match_columns as match_columns,
    no_respondent as no_respondent,
    stands_twice as stands_twice,
)
from ._codebook import (
    constructs as constructs,
    facts as facts,
    list_constructs as list_constructs,
    load_codebook as load_codebook,
    make_codebook as make_codebook,
    near_constructs as near_constructs,
)
from ._download import (
    at_hand as at_hand,
    fetch as fetch,
    file_hash as file_hash,
    kept_table as kept_table,
    registry as registry,
)
from ._draft import draft_codebook as draft_codebook
from ._files import read_table as read_table
from ._files.columnar import stored_attrs as stored_attrs
from ._files.guard import csv_text as csv_text, guard_text as guard_text
from ._files.write import (
    WRITERS as WRITERS,
    Written as Written,
    takes_name as takes_name,
    write_table as write_table,
)
from ._groups import (
    GroupedMoments as GroupedMoments,
    GroupedSums as GroupedSums,
    ModelColumn as ModelColumn,
    add_groups as add_groups,
    by_group as by_group,
    without_references as without_references,
)
from ._headers import columns_used as columns_used, respondent_column as respondent_column
from ._item_sums import ItemSums as ItemSums
from ._keys import GROUPS as GROUPS, groups_of as groups_of, hashed as hashed, mixed as mixed
from ._label import label_codebook as label_codebook
from ._open_studies import SOURCES as SOURCES
from ._raking import Raking as Raking, unit_totals as unit_totals
from ._schema import (
    Codebook as Codebook,
    Column as Column,
    Item as Item,
    Scale as Scale,
    Variable as Variable,
)
from ._shared_moments import SharedMoments as SharedMoments
from ._shipped import data_folder as data_folder, package_folder as package_folder
from ._study import (
    Study as Study,
    as_written as as_written,
    list_studies as list_studies,
    load_study as load_study,
    read_study as read_study,
)
from ._values import (
    COMMA as COMMA,
    NUMBER as NUMBER,
    masked_cell as masked_cell,
    plain as plain,
)
from ._waves import check_one_wave as check_one_wave
from ._write import write_study as write_study
from ._yaml import read_yaml as read_yaml, yaml_text as yaml_text
