"""The README's example gives the README's output."""

import re
from pathlib import Path

import matplotlib.pyplot as plt

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_example_prints_what_the_readme_shows(capsys):
    code = re.search(r"```python\n(import loyaltystudy.*?)```", README, re.S).group(1)
    exec(code, {})
    shown = re.search(r"```text\n(.*?)```", README, re.S).group(1)
    assert capsys.readouterr().out.strip() == shown.strip()
    plt.close("all")


def test_codebook_of_the_readme_is_a_codebook(tmp_path):
    from loyaltystudy import read_study

    text = re.search(r"```yaml\n(.*?)```", README, re.S).group(1)
    (tmp_path / "codebook.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "answers.csv").write_text("t1,t2,l1\n1,7,2\n5,3,99\n", encoding="utf-8")
    study = read_study(tmp_path / "answers.csv", tmp_path / "codebook.yaml")
    assert study.keyed(["t2"])["t2"].tolist() == [1, 5] and study.answers["l1"].isna().sum() == 1
