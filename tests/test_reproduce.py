"""The reproduction, run as its user would: figures, files, the same digits twice, and clean ends."""

import json
import shutil
import signal
import subprocess
import sys
import time

import pytest

from reelgrade.course.stubs import open_holes
from sampling import is_whole
from warm import reelgrade

RUNGS = [
    "majority",
    "keywords",
    "simple_nn_published",
    "simple_nn_tuned",
    "tfidf_logreg",
    "finetuned_published",
    "finetuned_sound",
]
FILES = ["comparison.md", "confusion_matrices.png", "curves.png", "metrics.json", "overfitting_gap.png", "seeds.png"]


BACKBONE = "minilm-4l" if is_whole("slow") else "tiny-random"
pytestmark = pytest.mark.sampled("slow")


def reproduce(cwd, *arguments):
    return reelgrade("reproduce", *arguments, cwd=cwd)


def metrics_of(folder):
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    for rung in metrics["ladder"]:
        rung.pop("seconds")
    return metrics


@pytest.fixture(scope="module")
def quick(repository, tmp_path_factory):
    out = tmp_path_factory.mktemp("quick")
    return reproduce(repository, "--quick", "--backbone", BACKBONE, "--out", out), out


def test_quick_writes_every_file_and_prints_the_ladder(quick):
    ended, out = quick
    assert ended.returncode == 0, ended.stderr
    assert sorted(path.name for path in out.iterdir()) == FILES
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in out.glob("*.png"))
    assert "fine-tuned (published)" in ended.stdout
    assert "0.939" in ended.stdout


def test_metrics_have_the_promised_keys_and_believable_values(quick):
    metrics = json.loads((quick[1] / "metrics.json").read_text(encoding="utf-8"))
    assert {"data", "backbone", "seeds", "published", "ladder"} <= metrics.keys()
    assert (metrics["backbone"], metrics["seeds"]) == (BACKBONE, [0, 1, 2])
    assert [rung["name"] for rung in metrics["ladder"]] == RUNGS
    keys = {"accuracy_mean", "accuracy_sd", "n", "loss_mean", "macro_f1_mean", "per_class_recall", "confusion_matrix"}
    ladder = {rung["name"]: rung for rung in metrics["ladder"]}
    for rung in ladder.values():
        assert keys | {"seconds"} <= rung.keys()
        assert [round(sum(row)) for row in rung["confusion_matrix"]] == [49, 38, 45]
    assert ladder["majority"]["accuracy_mean"] == 49 / 132
    assert 0.42 < ladder["simple_nn_published"]["accuracy_mean"] < 0.56
    assert 0.68 < ladder["simple_nn_tuned"]["accuracy_mean"] < 0.82
    for name in ("finetuned_published", "finetuned_sound"):
        assert ladder[name]["accuracy_mean"] > (0.90 if BACKBONE == "minilm-4l" else 0.30)
    assert ladder["finetuned_sound"]["n"] == 3


def test_the_same_seeds_give_the_same_digits(quick, repository, tmp_path):
    assert reproduce(repository, "--seeds", 1, "--backbone", BACKBONE, "--out", tmp_path).returncode == 0
    again, before = metrics_of(tmp_path), metrics_of(quick[1])
    for one, three in zip(again["ladder"], before["ladder"], strict=True):
        assert one["accuracies"][0] == three["accuracies"][0]


def test_reported_wilson_interval_is_the_solutions_formula(quick, solutions):
    for rung in metrics_of(quick[1])["ladder"]:
        expected = solutions.extensions.wilson_interval(round(rung["accuracy_mean"] * 132), 132, z=1.959963984540054)
        assert rung["wilson_95"] == pytest.approx(expected, abs=1e-12)


def test_comparison_has_both_metrics_tables(quick):
    text = (quick[1] / "comparison.md").read_text(encoding="utf-8")
    for heading in ("## Baseline", "## Fine-tuned encoder", "precision (macro)", "test loss", BACKBONE):
        assert heading in text


def half_done(repository, folder):
    """A student's folder: solutions up to exercise 5, stubs after it."""
    shutil.copytree(repository / "solutions", folder)
    for name in ("training.py", "tinybert.py", "finetuning.py"):
        source = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text(open_holes(source), encoding="utf-8")
    return folder


def test_a_half_done_submission_climbs_as_far_as_it_can(repository, tmp_path):
    student = half_done(repository, tmp_path / "Ann Bé")
    ended = reproduce(repository, "--submission", student, "--backbone", "tiny-random", "--out", tmp_path / "out")
    assert ended.returncode == 1
    assert "not started: fit" in ended.stdout
    assert "not started: encode_batch" in ended.stdout
    metrics = metrics_of(tmp_path / "out")
    assert [rung["name"] for rung in metrics["ladder"]] == ["majority", "keywords", "tfidf_logreg"]
    assert metrics["not_started"]["simple_nn_published"] == "fit"


def test_untouched_stubs_are_told_where_to_start(repository, tmp_path):
    ended = reproduce(repository, "--submission", "exercises", "--out", tmp_path / "out")
    assert ended.returncode == 2
    assert "load_reviews is not started yet" in ended.stderr
    assert not (tmp_path / "out").exists()


def test_a_students_mistake_is_one_line_with_its_place(repository, tmp_path):
    shutil.copytree(repository / "solutions", tmp_path / "mine")
    path = tmp_path / "mine" / "vocab.py"
    source = path.read_text(encoding="utf-8")
    path.write_text(source.replace("vocab[word] = len(vocab)", "vocab[word] = len(vocabulary)"), encoding="utf-8")
    ended = reproduce(repository, "--submission", tmp_path / "mine", "--out", tmp_path / "out")
    assert ended.returncode == 2
    (line,) = [line for line in ended.stderr.splitlines() if line.startswith("reelgrade:")]
    assert "vocab.py, line" in line
    assert "in build_vocab: NameError" in line
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--submission", "nowhere"], "nowhere: no such submission folder"),
        (["--submission", "docs"], "no exercise in it"),
        (["--backbone", "bert-large"], "'bert-large' is unknown"),
        (["--backbone", "tinybert"], "reelgrade fetch tinybert"),
        (["--out", "README.md/out"], "README.md/out: cannot be written"),
        (["--seeds", "0"], "--seeds"),
        (["--study", "luck"], "--study"),
    ],
)
def test_bad_arguments_end_with_2_and_a_reason(arguments, message, repository, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hub"))
    out = [] if "--out" in arguments else ["--out", tmp_path / "out"]
    ended = reproduce(repository, *arguments, *out)
    assert ended.returncode == 2
    assert message in " ".join(ended.stderr.split())
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "out").exists()


def test_ctrl_c_leaves_nothing_behind(repository, tmp_path):
    out = tmp_path / "out"
    command = [sys.executable, "-m", "reelgrade", "reproduce", "--out", str(out)]
    running = subprocess.Popen(command, cwd=repository, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not out.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1.0)  # in the middle of the work
    running.send_signal(signal.SIGINT)
    _, errors = running.communicate(timeout=30)
    assert running.returncode == 130
    assert errors.strip().splitlines()[-1] == "reelgrade: stopped; nothing was written"
    assert "Traceback" not in errors
    assert not out.exists()


@pytest.mark.parametrize("study", ["lr", "vocab", pytest.param("layers", marks=pytest.mark.part("slow"))])
def test_studies_write_a_figure_and_their_numbers(study, repository, tmp_path):
    ended = reproduce(repository, "--study", study, "--quick", "--backbone", "tiny-random", "--out", tmp_path)
    assert ended.returncode == 0, ended.stderr
    content = json.loads((tmp_path / f"study_{study}.json").read_text(encoding="utf-8"))
    expected = {"lr": [1e-5, 5e-4, 2.5e-3], "vocab": [500, 1000, 2000, 5000], "layers": [0, 1, 2, 3, 4]}
    assert [setting["setting"] for setting in content["settings"]] == expected[study]
    assert (tmp_path / f"study_{study}.png").read_bytes().startswith(b"\x89PNG")


def test_help_shows_examples(repository):
    for verb in ("stubs", "fetch", "reproduce"):
        assert "Example" in reelgrade(verb, "--help").stdout
