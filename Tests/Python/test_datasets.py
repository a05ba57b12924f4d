"""Data sets: those of the package, those in files of the user's, and README's lines."""

import gzip
import pathlib
import re
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
import sklearn

from equipoise import datasets

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_the_module_shows_its_names_and_loads_nothing_else():
    assert dir(datasets) == sorted(datasets.__all__)
    script = "import sys, equipoise.datasets; print({'pandas', 'sklearn'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout == "set()\n"


def test_adult_has_both_sensitive_columns_and_categories():
    both, train, test = (datasets.load_adult(part=part) for part in ("all", "train", "test"))
    assert list(train.sensitive_features) == ["sex", "race"]
    assert len(both.frame) == len(train.frame) + len(test.frame) == 48_842
    for bunch in (both, train):
        assert bunch.data["workclass"].dtype == "category" and bunch.data["workclass"].isna().any()
        assert set(bunch.target.unique()) == {0, 1}
    X, y = datasets.load_german(return_X_y=True)
    assert X.shape[0] == len(y) == 1000
    with pytest.raises(ValueError, match="train, test or all"):
        datasets.load_adult(part="half")


def test_versions_are_shown(capsys):
    from equipoise._versions import show_versions

    show_versions()
    shown = capsys.readouterr().out
    for words in (
        "System:", "python:", "Python dependencies:", "equipoise:", f"numpy: {np.__version__}",
        f"  sklearn: {sklearn.__version__}",
    ):
        assert words in shown


BANK = """"age";"job";"marital";"education";"default";"balance";"housing";"loan";"contact";"day";\
"month";"duration";"campaign";"pdays";"previous";"poutcome";"y"
58;"management";"married";"tertiary";"no";2143;"yes";"no";"unknown";5;"may";261;1;-1;0;"unknown";"no"
44;"technician";"single";"secondary";"no";29;"yes";"no";"unknown";5;"may";151;1;-1;0;"unknown";"yes"
"""
BANK_ARFF = (
    "@relation bank\n"
    + "".join(
        f"@attribute V{i} {'{a,b}' if i in (2, 3, 4, 5, 7, 8, 9, 11, 16) else 'NUMERIC'}\n"
        for i in range(1, 17)
    )
    + "@attribute Class {1,2}\n@data\n58,a,b,a,a,1,a,b,a,5,b,261,1,-1,0,a,1\n"
)


def test_files_of_the_user_are_found_by_name(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "bank-full.csv").write_text(BANK)
    bank = datasets.fetch_bank_marketing(data_home=tmp_path)
    assert bank.feature_names[:3] == ["age", "job", "marital"] and bank.target.tolist() == ["no", "yes"]
    assert bank.frame["job"].dtype == "category" and bank.data.shape == (2, 16)
    (tmp_path / "deep" / "bank-full.csv").unlink()
    with gzip.open(tmp_path / "bank_marketing.arff.gz", "wt") as file:
        file.write(BANK_ARFF)
    bank = datasets.fetch_bank_marketing(data_home=tmp_path)
    assert bank.feature_names[-1] == "poutcome" and bank.target.name == "Class"
    X, y = datasets.fetch_bank_marketing(path=tmp_path, as_frame=False, return_X_y=True)
    assert X.shape == (1, 16) and X[0, 1] == 0 and y[0] == "1"
    bunch = datasets.fetch_bank_marketing(path=tmp_path, as_frame=False)
    assert bunch.frame is None and bunch.categories["job"] == ["a", "b"]
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("a,Class\n1,2\n")
    with pytest.raises(ValueError, match="has 1 features, and bank_marketing has 16"):
        datasets.fetch_bank_marketing(path=wrong)
    wrong.write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match="no column 'Class' or"):
        datasets.fetch_bank_marketing(path=wrong)


@pytest.mark.parametrize("name", [
    "acs_income", "bank_marketing", "boston", "credit_card", "diabetes_hospital",
])
def test_without_a_file_the_error_says_what_to_download(name, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(FileNotFoundError) as raised:
            getattr(datasets, f"fetch_{name}")(data_home=tmp_path)
    for words in ("nothing is downloaded", str(tmp_path), "https://www.openml.org/d/", f"{name}.csv"):
        assert words in str(raised.value)


def test_arff_files(tmp_path):
    path = tmp_path / "boston.arff"
    path.write_text(
        "% a comment\n@RELATION boston\n@attribute CRIM real\n@attribute 'CH AS' {0,'a b','x\\'y'}\n"
        "@attribute B integer\n@attribute name string\n@attribute MEDV numeric\n@data\n% another\n"
        "0.1,0,1,'some, text',24\n?,'a b',2,x,22.5\n3,'x\\'y',3,?,1\n"
    )
    with pytest.warns(datasets.DataFairnessWarning):
        boston = datasets.fetch_boston(path=path)
    frame = boston.frame
    assert frame["CRIM"].isna().tolist() == [False, True, False]
    assert frame["CH AS"].cat.categories.tolist() == ["0", "a b", "x'y"]
    assert frame["name"].isna().tolist() == [False, False, True]
    assert boston.target.tolist() == [24, 22.5, 1] and frame["B"].dtype.kind == "i"
    path.write_text("a,b\n")
    with pytest.raises(ValueError, match="no ARFF file"):
        datasets.fetch_boston(path=path, warn=False)


def test_states_are_chosen(tmp_path):
    table = pd.DataFrame({"AGEP": [20, 30, 40], "ST": [6, 36, 72], "PINCP": [1.0, 2.0, 3.0]})
    path = tmp_path / "ACSIncome.csv"
    table.to_csv(path, index=False)
    assert datasets.fetch_acs_income(data_home=tmp_path).data.columns.tolist() == ["AGEP"]
    found = datasets.fetch_acs_income(path=path, states=["ca", "PR"])
    assert found.target.tolist() == [1, 3] and "ST" not in found.frame
    with pytest.raises(ValueError, match=r"no such states: \['XX'\]"):
        datasets.fetch_acs_income(path=path, states=["XX"])


def test_credit_cards_lose_their_number(tmp_path):
    names = ["ID", "LIMIT_BAL", "SEX", "EDUCATION", "MARRIAGE", "AGE", "PAY_0",
             *(f"PAY_{i}" for i in range(2, 7)), *(f"BILL_AMT{i}" for i in range(1, 7)),
             *(f"PAY_AMT{i}" for i in range(1, 7)), "default.payment.next.month"]
    path = tmp_path / "UCI_Credit_Card.csv"
    pd.DataFrame([np.arange(25)], columns=names).to_csv(path, index=False)
    found = datasets.fetch_credit_card(data_home=tmp_path)
    assert found.data.iloc[0].tolist() == list(range(1, 24)) and found.target[0] == 24


def test_diabetes_as_the_quickstart_of_fairlearn_uses_it(tmp_path):
    path = tmp_path / "diabetes_hospital.csv"
    pd.DataFrame({
        "race": ["Caucasian", "Other", "Caucasian"], "age": ["30-60 years"] * 3,
        "medicare": [True, False, True], "readmitted": ["NO", ">30", "<30"],
        "readmit_binary": [0, 1, 1], "readmit_30_days": [0, 0, 1],
    }).to_csv(path, index=False)
    data = datasets.fetch_diabetes_hospital(as_frame=True, data_home=tmp_path)
    X = data.data.drop(columns=["readmitted", "readmit_binary"])
    assert data.target.tolist() == [0, 0, 1] and pd.get_dummies(X).shape == (3, 4)


def python_blocks(file):
    return re.findall(r"^```python\n(.*?)^```", file.read_text(), re.MULTILINE | re.DOTALL)


def test_the_lines_of_the_readme_run_as_printed():
    blocks = python_blocks(ROOT / "README.md")
    assert blocks
    names: dict = {}
    for block in blocks:
        exec(compile(block, "README.md", "exec"), names)
