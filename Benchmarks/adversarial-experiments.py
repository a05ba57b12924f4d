#!/usr/bin/env python3
"""Runs adversarial debiasing many times through the command line, and says how steady it is.

    adversarial-experiments.py quality   [--seeds 10]   accuracy and gaps on Adult's test file, beside reductions
    adversarial-experiments.py dial      [--seeds 10]   rank correlation of strength and gap, collapsed runs
    adversarial-experiments.py ablation  [--seeds 3]    what each choice is worth
    adversarial-experiments.py kills     [--kills 50]   kill -9 at random moments, then resume: same bytes?

Medians over seeds. Every choice inside a run is made on rows of the training file; the test file is
only measured. `--program` names the built program. COMPAS is split 70 to 30 by the seed.
"""

import argparse
import hashlib
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time

GAPS = {
    "equalized_odds": "equalized_odds.difference",
    "demographic_parity": "selection_rate.difference",
}
STRENGTHS = [0, 0.03, 0.1, 0.3, 1, 3, 10, 30]
COLLAPSED_AUC = 0.6


def call(program, *words):
    done = subprocess.run(
        [program, *map(str, words), "--format", "json", "--quiet"], capture_output=True, text=True)
    if done.returncode not in (0, 4):
        sys.exit(f"{' '.join(map(str, words))}: {done.stderr}")
    return json.loads(done.stdout)


def data(name):
    return ["--dataset", name, "--sensitive", "sex"]


def measure(run, constraint):
    gap = GAPS[constraint]
    return {
        "accuracy": run["test"]["accuracy_score"], "auc": run["test"]["roc_auc_score"],
        "gap": abs(run["test"][gap]), "train_gap": abs(run["train"][gap]),
        "selected": run["test"].get("selection_rate.ratio"), "seconds": run["seconds"]["fit"],
    }


def train(program, name, constraint, seed, *options):
    run = call(
        program, "train", "adversarial", *data(name), "--constraint", constraint, "--seed", seed,
        *options)
    return measure(run, constraint)


def median(rows, key):
    return statistics.median(row[key] for row in rows)


def line(label, rows):
    gaps = sorted(row["gap"] for row in rows)
    print(
        f"{label:34} test accuracy {100 * median(rows, 'accuracy'):6.2f} %  "
        f"gap {median(rows, 'gap'):.4f} [{gaps[0]:.4f}, {gaps[-1]:.4f}]  "
        f"AUC {median(rows, 'auc'):.4f}  train gap {median(rows, 'train_gap'):.4f}  "
        f"{median(rows, 'seconds'):.2f} s", flush=True)


def quality(arguments):
    for constraint in GAPS:
        print(f"\n{constraint} on Adult, {arguments.seeds} seeds")
        for bound in [0.005, 0.01, 0.02, 0.03, 0.05]:
            run = call(
                arguments.program, "train", "reductions", *data("adult"), "--constraint",
                constraint, "--bound", bound)
            line(f"reductions, bound {bound}", [measure(run, constraint)])
        for strength in [3, 10, 20, 30]:
            rows = [
                train(arguments.program, "adult", constraint, seed, "--strength", strength)
                for seed in range(arguments.seeds)]
            line(f"adversarial, strength {strength}", rows)
        for target in [0.01, 0.02, 0.03]:
            rows = [
                train(
                    arguments.program, "adult", constraint, seed, "--target-gap", target)
                for seed in range(arguments.seeds)]
            line(f"adversarial, target gap {target}", rows)


def ranks(values):
    order = sorted(range(len(values)), key=lambda i: values[i])
    result = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for k in order[start:end]:
            result[k] = (start + end - 1) / 2
        start = end
    return result


def spearman(x, y):
    a, b = ranks(x), ranks(y)
    return statistics.correlation(a, b) if len(set(b)) > 1 else 0.0


def dial(arguments):
    collapsed = runs = 0
    for name in ["adult", "compas"]:
        for constraint in GAPS:
            correlations, table = [], []
            for seed in range(arguments.seeds):
                if arguments.frontier:
                    document = call(
                        arguments.program, "frontier", "adversarial", *data(name), "--constraint",
                        constraint, "--seed", seed)
                    rows = [measure(run, constraint) for run in document["runs"]]
                else:
                    rows = [
                        train(arguments.program, name, constraint, seed, "--strength", strength)
                        for strength in STRENGTHS]
                collapsed += sum(row["auc"] < COLLAPSED_AUC for row in rows)
                runs += len(rows)
                gaps = [row["train_gap"] for row in rows]
                correlations.append(spearman(STRENGTHS, gaps))
                table.append(gaps)
            shape = " ".join(f"{statistics.median(column):.4f}" for column in zip(*table))
            print(
                f"{name:7} {constraint:19} Spearman median {statistics.median(correlations):+.3f} "
                f"worst {max(correlations):+.3f}  train gaps {shape}", flush=True)
    print(f"{collapsed} of {runs} runs collapsed")


CHOICES = [
    ("as it is", []),
    ("whole-vector projection", ["--coupling", "projection"]),
    ("projection per tensor", ["--coupling", "per_tensor_projection"]),
    ("rows as given", ["--adversary-weights", "as_given"]),
    ("one sharpness", ["--sharpness", "1"]),
    ("s of the paper", ["--adversary-input", "sharpened"]),
    ("the prediction, linear", ["--adversary-input", "prediction"]),
    ("the prediction, 32 units", ["--adversary-input", "prediction", "--adversary-hidden", "32"]),
    ("gradient steps, linear", ["--adversary-solver", "gradient"]),
    ("32 hidden units", ["--adversary-hidden", "32"]),
    ("representation, 32 units",
     ["--adversary-input", "representation", "--adversary-hidden", "32"]),
    ("no pre-training", ["--pretraining", "0"]),
    ("no dropout", ["--dropout", "0"]),
    ("25 epochs", ["--epochs", "25"]),
    ("shuffled batches", ["--batches", "shuffled"]),
    ("constant rate", ["--schedule", "constant"]),
    ("batches of 128", ["--batch-size", "128"]),
    ("logistic predictor", ["--hidden", "0"]),
    ("256 hidden units", ["--hidden", "256"]),
]


def ablation(arguments):
    for constraint in arguments.constraints:
        print(f"\n{constraint} on Adult, {arguments.seeds} seeds")
        for label, options in CHOICES:
            for strength in arguments.strengths:
                rows = [
                    train(
                        arguments.program, "adult", constraint, seed, "--strength", strength,
                        *options)
                    for seed in range(arguments.seeds)]
                line(f"{label}, {strength}", rows)



def tensors(path):
    """The numbers of a model file; its metadata hold times."""
    with open(path, "rb") as file:
        content = file.read()
    return hashlib.sha256(content[8 + int.from_bytes(content[:8], "little"):]).hexdigest()


def kills(arguments):
    random.seed(1)
    with tempfile.TemporaryDirectory() as folder:
        model, file = os.path.join(folder, "m.eqp"), os.path.join(folder, "run.ckpt")
        words = [
            arguments.program, "train", "adversarial", *data("adult"), "--target-gap", "0.03",
            "--model", model, "--checkpoint", file, "--resume", "--quiet"]
        began = time.time()
        subprocess.run(words, stdout=subprocess.DEVNULL, check=False)
        length = time.time() - began
        wanted, same = tensors(model), 0
        for _ in range(arguments.kills):
            for path in [model, file]:
                if os.path.exists(path):
                    os.remove(path)
            process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
            time.sleep(random.random() * length)
            process.send_signal(signal.SIGKILL)
            process.wait()
            subprocess.run(words, stdout=subprocess.DEVNULL, check=False)
            same += tensors(model) == wanted
    print(f"{same} of {arguments.kills} killed runs ended in the bytes of the unbroken one")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=["quality", "dial", "ablation", "kills"])
    parser.add_argument("--program", default=".build/release/equipoise")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--frontier", action="store_true")
    parser.add_argument("--constraints", nargs="*", default=list(GAPS), help="of the ablation")
    parser.add_argument("--strengths", nargs="*", type=float, default=[3, 10, 30], help="of the ablation")
    arguments = parser.parse_args()
    {"quality": quality, "dial": dial, "ablation": ablation, "kills": kills}[arguments.what](arguments)


if __name__ == "__main__":
    main()
