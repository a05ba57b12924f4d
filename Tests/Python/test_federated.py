"""Sites that share no rows: the fit of all rows, and nothing else leaves."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from test_distributed import content, made

from equipoise import distributed, federated
from equipoise._engine import parts as engine_parts
from equipoise._engine.calls import EquipoiseError
from equipoise.federated._masks import Masks

ROLES = {"label": "label", "sensitive": "sex", "weights": "weight", "missing": "own-level"}
NAMES = ["north", "south", "west"]


def frames() -> list[pd.DataFrame]:
    frame = made(1800)
    frame["region"] = frame["region"].replace("far east", "east")
    return [frame[:500], frame[500:1100], frame[1100:]]


FRAMES = frames()
COLUMNS = {
    "age": (18, 80), "amount": (0, 1e6), "region": ["north", "south", "east", "overseas"],
    "sex": ["Female", "Male"], "label": ["no", "yes"],
}


def policy(**changed) -> federated.Policy:
    return federated.Policy(**{"columns": COLUMNS, "weights": "weight", "largest_weight": 1e6, **changed})


def keys() -> list[dict[str, object]]:
    """Each site's key, and the others' public ones."""
    pytest.importorskip("cryptography")
    pairs = dict(zip(NAMES, [federated.new_key() for _ in NAMES]))
    return [
        {"key": pairs[name][0], "peers": {n: pair[1] for n, pair in pairs.items() if n != name}}
        for name in NAMES]


class Sites(distributed.Here):
    """Asks sites of this process; keeps what each has answered."""

    def __init__(self, sites):
        super().__init__()
        self.sites, self.answers = sites, []

    def parts(self, data):
        return list(data)

    def start(self, parts, options):
        fit = {
            "session": f"session{id(self)}", "method": self.method, "options": dict(options),
            "sites": [site.name for site in self.sites]}
        for site in self.sites:
            site.open(fit)

    def round(self, request):
        self.answers.append([site.answer(request) for site in self.sites])
        total = self.answers[-1][0]
        for answer in self.answers[-1][1:]:
            total = engine_parts.added(total, answer)
        return total


def sites(own=None, given=FRAMES, policies=None):
    own, policies = own or [{}] * 3, policies or [policy()] * 3
    return [
        federated.Site(name, frame, rule, **more)
        for name, frame, rule, more in zip(NAMES, given, policies, own)]


def fit(method="penalized", engine=None, **options):
    return distributed.fit(method, NAMES, engine=engine or Sites(sites()), **ROLES, **options)


@pytest.mark.parametrize(("method", "options"), [
    ("logistic", {}), ("penalized", {"strength": 5}), ("prejudice-remover", {"eta": 5}),
    ("reductions", {"bound": 0.02}),
])
def test_sites_give_the_fit_of_all_rows(method, options):
    found = fit(method, precision="double", **options)
    pooled = distributed.fit(method, FRAMES, precision="double", **ROLES, **options)
    a, b = (m.report["report"]["objective"] for m in (found, pooled))
    assert found.report["report"]["status"] == "converged"
    assert abs(a - b) <= (1e-2 if method == "reductions" else 1e-9 * (1 + abs(b)))


def test_masked_sums_give_the_same_bytes(tmp_path):
    own = keys()
    plain, masked = Sites(sites()), Sites(sites(own))
    assert content(fit(engine=plain), tmp_path) == content(fit(engine=masked), tmp_path)
    alone = [engine_parts.explained(answer[0]) for answer in masked.answers]
    assert {told.get("masked") for told in alone if told["sums"]} == {1}
    # What leaves a site is as good as random: no word of it is that without masks.
    ours, theirs = plain.answers[-1][0], masked.answers[-1][0]
    count = alone[-1]["sums"]
    words = [np.frombuffer(each[-8 - 16 * count:-8], "<u8") for each in (ours, theirs)]
    assert (words[0] != words[1]).all()


def drawn(own, fit=b"a", requests=(b"request",)) -> list[bytes]:
    """The masks of each site after some requests."""
    found = []
    for name, each in zip(NAMES, own):
        masks = Masks(name, each["key"], each["peers"], fit)
        for request in requests:
            masks.hear(request)
        found.append(masks.words(50))
    return found


def test_masks_cancel_and_are_never_the_same():
    own = keys()
    first = drawn(own)
    totals = [sum(int.from_bytes(each[k:k + 16], "little") for each in first) % 2**128
              for k in range(0, 800, 16)]
    assert totals == [0] * 50
    assert drawn(own) == first
    others = [drawn(own, b"b"), drawn(own, requests=[b"another"]),
              drawn(own, requests=[b"request", b"other", b"request"])]
    assert all(mask not in first for each in others for mask in each)


def test_fewer_than_all_sites_are_no_answer():
    class Losing(Sites):
        def round(self, request):
            super().round(request)
            first, second, _ = self.answers[-1]
            return engine_parts.added(first, second)

    with pytest.raises(EquipoiseError, match="2 of 3 sites|rows"):
        fit(engine=Losing(sites(keys())))


# ---- Through files ---------------------------------------------------------------------------------


def served(folder: Path, all_sites, **options) -> list[threading.Thread]:
    threads = [
        threading.Thread(target=_serve, args=(site, folder, options), daemon=True)
        for site in all_sites]
    for thread in threads:
        thread.start()
    return threads


def _serve(site, folder, options):
    try:
        site.serve(folder, **{"poll": 0.002, "timeout": 60, **options})
    except (PermissionError, ValueError):
        pass  # Whoever leads is told.


def test_a_mailbox_gives_the_same_bytes(tmp_path):
    logs = [tmp_path / f"{name}.jsonl" for name in NAMES]
    own = [{**each, "log": log} for each, log in zip(keys(), logs)]
    folder = tmp_path / "mail"
    threads = served(folder, sites(own))
    engine = federated.Mailbox(folder, poll=0.002, timeout=60)
    model = fit(engine=engine)
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive()
    assert content(model, tmp_path) == content(fit(), tmp_path)
    entries = [json.loads(line) for line in logs[1].read_text().splitlines()]
    assert [entry["round"] for entry in entries] == list(range(1, engine.rounds + 1))
    assert all(entry["takes"] and len(entry["request"]) == 64 for entry in entries)
    assert not any("refused" in entry for entry in entries)


def test_a_site_that_starts_again_goes_on(tmp_path):
    folder = tmp_path / "mail"
    first, second, third = sites()
    reply = third._reply

    def leaving(mail, session, number, request):
        if number == 9:
            raise ValueError("the process ends")
        reply(mail, session, number, request)

    third._reply = leaving
    served(folder, [first, second])

    def lived_twice():
        with pytest.raises(ValueError, match="ends"):
            third.serve(folder, poll=0.002)
        sites()[2].serve(folder, poll=0.002)

    again = threading.Thread(target=lived_twice, daemon=True)
    again.start()
    model = fit(engine=federated.Mailbox(folder, poll=0.002, timeout=60))
    again.join(timeout=60)
    assert content(model, tmp_path) == content(fit(), tmp_path)


def test_a_site_that_does_not_answer_is_named(tmp_path):
    served(tmp_path, sites()[:2], timeout=5)
    with pytest.raises(distributed.LostWorker, match="'west' has not answered request 1"):
        fit(engine=federated.Mailbox(tmp_path, poll=0.002, timeout=1))


def test_a_site_may_decline(tmp_path):
    asked = []

    def approve(told):
        asked.append(told)
        return False

    served(tmp_path, sites([{}, {}, {"approve": approve}]))
    with pytest.raises(distributed.LostWorker, match="'west' has left: .*does not take part"):
        fit(engine=federated.Mailbox(tmp_path, poll=0.002, timeout=60))
    assert asked[0]["method"] == "penalized"
    assert asked[0]["options"]["label"] == "label"


# ---- What does not leave ---------------------------------------------------------------------------


def refused(rule: federated.Policy, frame=None) -> tuple[str, list[dict[str, object]]]:
    held = sites(given=[FRAMES[0], FRAMES[1] if frame is None else frame, FRAMES[2]],
                 policies=[policy(), rule, policy()])
    with pytest.raises(EquipoiseError) as failure:
        fit(engine=Sites(held))
    return str(failure.value), held[1].log


@pytest.mark.parametrize(("changed", "word"), [
    ({"least_rows": 601}, "partition 1.*fewer than 601 rows"),
    ({"least_cell": 400}, "fewer than 400 rows"),
    ({"most_rounds": 9}, "answers 9 requests"),
    ({"weights": None, "largest_weight": None}, "does not let 'weight' be weights"),
    ({"weights": "age"}, "does not let 'weight' be weights"),
    ({"largest_weight": 10.0}, "a weight is above the policy's"),
    ({"columns": {**COLUMNS, "age": (18, 60)}}, "'age' lies outside"),
    ({"columns": {**COLUMNS, "sex": ["Female"]}}, "'sex' has a value that the policy does not list"),
    ({"columns": {"age": (18, 80)}}, "'amount'"),
    ({"questions": ["survey", "open", "moments"]}, "does not answer 'pack'"),
    ({"rows_per_column": 200}, "columns needs"),
])
def test_a_policy_is_kept(changed, word):
    told, log = refused(policy(**changed))
    assert re.search(word, told)
    assert log[-1]["refused"]


def test_what_rows_have_is_told_to_the_site_alone():
    frame = FRAMES[1].copy()
    frame.loc[frame.index[:3], "region"] = "Atlantis"
    told, log = refused(policy(), frame)
    assert "Atlantis" not in told and "Atlantis" in log[-1]["refused"]
    assert "fewer than 11" in told or "does not list" in told
    frame = FRAMES[1].copy()
    frame.loc[frame.index[0], "weight"] = -77.5
    told, log = refused(policy(), frame)
    assert "77.5" not in told and "77.5" in log[-1]["refused"]


@pytest.mark.parametrize(("given", "word"), [
    ({"name": "../etc"}, "a name has letters"), ({"key": b"k"}, "need key= and peers="),
    ({"key": b"k", "peers": {"a": b"b"}}, "three are needed"),
    ({"key": b"k", "peers": {"a": b"b", "here": b"c"}}, "not 'here' itself"),
])
def test_sites_that_cannot_be_are_refused(given, word):
    with pytest.raises(ValueError, match=word):
        federated.Site(**{"name": "here", "rows": FRAMES[0], "policy": policy(), **given})


def test_a_session_is_used_once():
    site = sites()[0]
    told = {"session": "a", "method": "logistic", "options": {"label": "label"}, "sites": NAMES}
    site.open(told)
    with pytest.raises(ValueError, match="has been"):
        site.open(told)


@pytest.mark.parametrize("option", ["where", "na", "fold", "file"])
def test_whoever_leads_chooses_no_rows(option):
    told = {"session": "a", "method": "logistic", "sites": NAMES,
            "options": {"label": "label", option: "age > 30"}}
    with pytest.raises(ValueError, match=f"does not take '{option}'"):
        sites()[0].open(told)


def test_nothing_is_answered_after_a_refusal_or_twice():
    asked = []

    class Telling(Sites):
        def round(self, request):
            asked.append(request)
            return super().round(request)

    fit(engine=Telling(sites()))
    site = federated.Site("north", FRAMES[0], policy(least_rows=501))
    told = {"method": "logistic", "options": {k: v for k, v in ROLES.items()}, "sites": NAMES}
    site.open({**told, "session": "a"})
    answers = [engine_parts.explained(site.answer(request)) for request in asked]
    assert all(answer["refused"] == "the site has fewer than 501 rows" for answer in answers)
    site = federated.Site("north", FRAMES[0], policy())
    site.open({**told, "session": "b"})
    # Without a survey, and opened anew.
    found = [engine_parts.explained(site.answer(asked[k])).get("refused") for k in (1, 2, 1, 2)]
    assert found[:2] == [None, None] and "done once" in found[2] and found[3] == found[2]
    assert len(site.log) == 4


def test_a_site_answers_one_fit_after_the_other(tmp_path):
    held = sites()
    for _ in range(2):
        threads = served(tmp_path, held)
        fit(engine=federated.Mailbox(tmp_path, poll=0.002, timeout=60))
        for thread in threads:
            thread.join(timeout=60)


def test_a_fit_that_is_begun_anew_finds_its_sites(tmp_path):
    class Leaving(federated.Mailbox):
        def round(self, request):
            if self.rounds == 8:
                self._session = ""  # As if the process was gone: nobody says that it is over.
                raise ConnectionError("gone")
            return super().round(request)

    threads, kept = served(tmp_path / "mail", sites()), tmp_path / "rounds"
    with pytest.raises(ConnectionError):
        fit(engine=Leaving(tmp_path / "mail", poll=0.002), checkpoint=kept)
    model = fit(engine=federated.Mailbox(tmp_path / "mail", poll=0.002, timeout=60),
                checkpoint=kept, resume=True)
    for thread in threads:
        thread.join(timeout=60)
    assert content(model, tmp_path) == content(fit(), tmp_path)


def test_policies_are_kept_in_files(tmp_path):
    path = tmp_path / "policy.json"
    path.write_text(policy().to_json())
    assert federated.Policy.from_file(path).to_json() == policy().to_json()
    for wrong in ["[]", "{", '{"columns": {"a": {}}}', '{"columns": {}, "least_row": 3}']:
        path.write_text(wrong)
        with pytest.raises(EquipoiseError, match="is no policy"):
            federated.Policy.from_file(path)
    with pytest.raises(EquipoiseError, match="needs levels"):
        Site = federated.Site("here", FRAMES[0], federated.Policy({"age": (3, 2)}))
        Site.open({"session": "s", "method": "m", "options": {"label": "label"}, "sites": ["here"]})


def test_the_example_of_three_sites_gives_the_fit_of_all_rows():
    pytest.importorskip("cryptography")
    example = Path(__file__).resolve().parents[2] / "Examples" / "Python" / "three_sites.py"
    done = subprocess.run(
        [sys.executable, str(example)], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    ours, theirs = re.findall(r"0\.\d{9}", done.stdout)
    assert abs(float(ours) - float(theirs)) < 1e-6
    assert "north was asked" in done.stdout
