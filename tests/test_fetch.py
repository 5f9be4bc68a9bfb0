"""Downloads are checked, leave nothing broken behind and can be repeated: real clients, real servers on 127.0.0.1."""

import hashlib
import io
import json
import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from reelgrade.course import fetch
from reelgrade.errors import UserError
from reelgrade.given.backbones import TINYBERT_REPO, TINYBERT_REVISION

FILES = {
    "train.csv": b"review,aspect,aspect_encoded\n" + b"a fine plot,Story,2\n" * 50,
    "test.csv": b"review,aspect,aspect_encoded\n" + b"a fine cast,Characters,1\n" * 50,
}
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "good", "plot", "##s"]


@dataclass
class Reply:
    """What a server answers, and how it breaks: `cut` sends so many bytes and hangs up, `stall` sends none more."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    stall: bool = False


class LocalServer(ThreadingHTTPServer):
    """Answers each request with what `answer(method, path, headers)` returns, and remembers what was asked."""

    def __init__(self, answer):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = answer
        self.asked = []
        self.over = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request, client_address):
        if not isinstance(sys.exception(), ConnectionError):  # a client may hang up
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = self.path.partition("?")[0]
        self.server.asked.append(f"{self.command} {path}")
        reply = self.server.answer(self.command, path, self.headers)
        self.send_response(reply.status)
        for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body[: reply.cut])
        if reply.stall:
            self.server.over.wait(30)
        self.close_connection = reply.stall or reply.cut is not None

    do_HEAD = do_GET  # noqa: N815

    def log_message(self, *arguments):
        pass


@contextmanager
def serving(answer):
    server = LocalServer(answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def serve():
    """Start servers that end with the test."""
    with ExitStack() as stack:
        yield lambda answer: stack.enter_context(serving(answer))


@pytest.fixture
def nobody():
    """The URL of a port that refuses connections: bound, so that nobody else takes it, but not listening."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "127.0.0.1")


def files_in(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


# The source project's CSVs


def right(method, path, headers):
    return Reply(FILES[path[1:]])


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache folder, and small files in place of the source project's."""
    monkeypatch.setenv("REELGRADE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(fetch, "TIMEOUT_S", 0.5)
    monkeypatch.setattr(
        fetch, "ORIGINAL_SHA256", {name: hashlib.sha256(body).hexdigest() for name, body in FILES.items()}
    )
    return tmp_path / "cache"


def test_right_files_are_stored_once_and_not_asked_for_again(cache, serve):
    server = serve(right)
    for _ in range(2):
        folder = fetch.fetch_original(server.url)
        assert folder == cache / "original"
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == FILES
    assert server.asked == ["GET /train.csv", "GET /test.csv"]


def test_a_damaged_file_in_the_cache_is_replaced(cache, serve):
    server = serve(right)
    folder = fetch.fetch_original(server.url)
    (folder / "test.csv").write_bytes(FILES["test.csv"][:-1])
    fetch.fetch_original(server.url)
    assert (folder / "test.csv").read_bytes() == FILES["test.csv"]
    assert server.asked.count("GET /train.csv") == 1
    assert files_in(cache) == ["original/test.csv", "original/train.csv"]


def cut(body):
    return Reply(body, cut=len(body) // 2)


def truncated(body):
    return Reply(body[:-20])


def altered(body):
    return Reply(body.replace(b"fine", b"foul"))


def not_found(body):
    return Reply(b"no such file", status=404)


def broken_server(body):
    return Reply(b"sorry", status=500)


def silent(body):
    return Reply(body, cut=0, stall=True)


def stalled(body):
    return Reply(body, cut=len(body) // 2, stall=True)


BAD = {
    cut: "Connection broken",
    truncated: "not the one this course was made with",
    altered: "not the one this course was made with",
    not_found: "404",
    broken_server: "500",
    silent: "timed out",
    stalled: "timed out",
}


@pytest.mark.parametrize(("bad", "cause"), BAD.items(), ids=[bad.__name__ for bad in BAD])
def test_a_bad_answer_is_named_stores_nothing_and_can_be_repeated(bad, cause, cache, serve):
    server = serve(lambda method, path, headers: bad(FILES[path[1:]]))
    with pytest.raises(UserError) as raised:
        fetch.fetch_original(server.url)
    message = str(raised.value)
    assert message.startswith(f"{server.url}/train.csv: ")
    assert cause in message
    assert message.endswith("try again later")
    assert "\n" not in message
    assert server.asked == ["GET /train.csv"]
    assert files_in(cache) == []
    assert files_in(fetch.fetch_original(serve(right).url)) == ["test.csv", "train.csv"]


def test_a_refused_connection_is_named_stores_nothing_and_can_be_repeated(cache, serve, nobody):
    with pytest.raises(UserError, match=rf"^{nobody}/train.csv: .*refused.*try again later$"):
        fetch.fetch_original(nobody)
    assert files_in(cache) == []
    assert files_in(fetch.fetch_original(serve(right).url)) == ["test.csv", "train.csv"]


def test_a_second_call_fetches_only_what_the_first_one_lost(cache, serve):
    first = serve(lambda method, path, headers: (cut if path == "/test.csv" else Reply)(FILES[path[1:]]))
    with pytest.raises(UserError, match=r"/test\.csv: .*this file was not stored"):
        fetch.fetch_original(first.url)
    assert files_in(cache) == ["original/train.csv"]
    second = serve(right)
    fetch.fetch_original(second.url)
    assert second.asked == ["GET /test.csv"]


@pytest.mark.parametrize("blocked", ["", "original"], ids=["cache", "folder in it"])
def test_a_file_in_place_of_the_cache_is_named_before_anything_is_asked_for(blocked, cache, serve):
    path = cache / blocked
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("a file")
    server = serve(right)
    with pytest.raises(UserError, match=r"original: cannot be written \(Not a directory\); set REELGRADE_CACHE"):
        fetch.fetch_original(server.url)
    assert path.read_text() == "a file"
    assert server.asked == []


def test_a_read_only_cache_is_named_with_its_cause(cache, nobody):
    cache.mkdir(mode=0o555)
    if os.access(cache, os.W_OK):
        pytest.skip("this user, root perhaps, may write everywhere")
    with pytest.raises(UserError, match=r"original: cannot be written \(permission denied\); set REELGRADE_CACHE"):
        fetch.fetch_original(nobody)


# The command


def run(*arguments, **variables):
    """Run Python with these arguments and environment variables, and with none of the user's own for the hub."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("HF_", "HUGGING", "TRANSFORMERS"))
    }
    kept |= {"no_proxy": "127.0.0.1"} | {name: str(value) for name, value in variables.items()}
    return subprocess.run([sys.executable, *arguments], env=kept, capture_output=True, text=True, timeout=60)


COMMAND = ("-m", "reelgrade", "fetch")


def assert_one_clear_line(ended, *said):
    assert ended.returncode == 2
    assert ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    assert line.startswith("reelgrade: ")
    assert all(part in line for part in said)


def test_command_without_a_network_ends_with_2_and_one_line(tmp_path, nobody):
    """The unchanged command: a proxy that refuses stands for the missing network."""
    ended = run(*COMMAND, "original", https_proxy=nobody, REELGRADE_CACHE=tmp_path)
    assert_one_clear_line(ended, f"{fetch.ORIGINAL_URL}/imdb_movie_reviews_train.csv: ", "refused", "try again later")
    assert files_in(tmp_path) == []


def test_command_ends_with_2_and_one_line_when_other_files_come(tmp_path, serve):
    server = serve(lambda method, path, headers: Reply(FILES["train.csv"]))
    main = "from reelgrade.course.cli import main; main()"
    code = f"from reelgrade.course import fetch; fetch.fetch_original.__defaults__ = ({server.url!r},); {main}"
    ended = run("-c", code, "fetch", "original", REELGRADE_CACHE=tmp_path)
    assert_one_clear_line(ended, f"{server.url}/imdb_movie_reviews_train.csv: ", "not the one", "try again later")
    assert files_in(tmp_path) == []


# TinyBERT, from a server shaped like the hub

AUTO = "from reelgrade.given.backbones import resolve_backbone; print(resolve_backbone())"

LOAD = """
import json, sys
connections = []
sys.addaudithook(lambda event, arguments: connections.append(str(arguments)) if event == "socket.connect" else None)
from reelgrade.errors import UserError
from reelgrade.given.backbones import load_backbone, resolve_backbone
found = {"auto": resolve_backbone("auto"), "connections": connections}
try:
    tokenizer, model = load_backbone("tinybert")
    encoded = tokenizer(["A good plots"], return_tensors="pt")
    found |= {
        "ids": encoded["input_ids"][0].tolist(),
        "logits": list(model(**encoded).logits.shape),
        "words": model.bert.embeddings.word_embeddings.weight.sum().item(),
        "layers": [model.config.num_hidden_layers, model.config.hidden_size],
        "name": model.config.name_or_path,
        "training": model.training,
    }
except UserError as error:
    found["error"] = str(error)
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def tinybert():
    """A random BERT of TinyBERT's shape, as the files of its repository: keys of pre-training, and a small vocabulary."""
    import torch
    from transformers import BertConfig, BertForPreTraining

    shape = {
        "attention_probs_dropout_prob": 0.1,
        "cell": {},
        "emb_size": 312,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "hidden_size": 312,
        "initializer_range": 0.02,
        "intermediate_size": 1200,
        "max_position_embeddings": 512,
        "model_type": "bert",
        "num_attention_heads": 12,
        "num_hidden_layers": 4,
        "pre_trained": "",
        "structure": [],
        "training": "",
        "type_vocab_size": 2,
        "vocab_size": len(VOCABULARY),
    }
    torch.manual_seed(0)
    weights = BertForPreTraining(BertConfig.from_dict(shape)).state_dict()
    weights["fit_dense.weight"] = torch.zeros(768, 312)  # left over from distillation
    checkpoint = io.BytesIO()
    torch.save(weights, checkpoint)
    return {
        "README.md": b"TinyBERT\n",
        "config.json": json.dumps(shape).encode(),
        "pytorch_model.bin": checkpoint.getvalue(),
        "vocab.txt": "".join(f"{word}\n" for word in VOCABULARY).encode(),
    }


class Hub:
    """The part of the hub's HTTP interface that its client uses to download one model.

    `spoil(reply)` may change what is sent for the weights.
    """

    def __init__(self, files, spoil=None):
        self.files = files
        self.spoil = spoil
        self.entries = {name: self.entry(name, body) for name, body in files.items()}

    @staticmethod
    def entry(name, body):
        """List a file as the hub does: small ones by their git hash, weights as LFS and Xet files by their sha256."""
        entry = {"type": "file", "path": name, "size": len(body), "oid": "", "etag": ""}
        entry["oid"] = entry["etag"] = hashlib.sha1(b"blob %d\0" % len(body) + body).hexdigest()
        if name.endswith(".bin"):
            entry["etag"] = hashlib.sha256(body).hexdigest()
            entry["lfs"] = {"oid": entry["etag"], "size": len(body), "pointerSize": 134}
            entry["xetHash"] = "ab" * 32
        return entry

    def __call__(self, method, path, headers):
        api, files = f"/api/models/{TINYBERT_REPO}", f"/{TINYBERT_REPO}/resolve/{TINYBERT_REVISION}/"
        if path == f"{api}/revision/{TINYBERT_REVISION}":
            return self.json({"id": TINYBERT_REPO, "sha": TINYBERT_REVISION, "siblings": [], "tags": []})
        if path == f"{api}/tree/{TINYBERT_REVISION}":
            return self.json(list(self.entries.values()))
        if path == f"{api}/xet-read-token/{TINYBERT_REVISION}":
            store = {"X-Xet-Cas-Url": f"http://{headers['Host']}/xet", "X-Xet-Access-Token": "-"}
            return Reply(headers=store | {"X-Xet-Token-Expiration": "9999999999"})
        if path.startswith(files) and path.removeprefix(files) in self.files:
            return self.file(path.removeprefix(files), headers)
        return Reply(b'{"error": "not here"}', status=404)

    @staticmethod
    def json(value):
        return Reply(json.dumps(value).encode(), headers={"Content-Type": "application/json"})

    def file(self, name, headers):
        entry, body = self.entries[name], self.files[name]
        about = {"ETag": f'"{entry["etag"]}"', "X-Repo-Commit": TINYBERT_REVISION, "Accept-Ranges": "bytes"}
        if "lfs" in entry:
            about |= {"X-Linked-Etag": about["ETag"], "X-Linked-Size": str(len(body)), "X-Xet-Hash": entry["xetHash"]}
        reply = Reply(body, headers=about)
        if "Range" in headers:
            start = int(headers["Range"].removeprefix("bytes=").rstrip("-"))
            about["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
            reply = Reply(body[start:], status=206, headers=about)
        return self.spoil(reply) if self.spoil and "lfs" in entry else reply


def cached(home):
    """Name the files of the model in a hub cache, whole or half."""
    return [name for name in files_in(home) if "/snapshots/" in name or "/blobs/" in name]


def weights_in(home, body):
    """Name the files of a hub cache that are no smaller than half of the weights, under whatever name."""
    return [name for name in files_in(home) if (home / name).stat().st_size >= len(body) // 2]


def downloads(server):
    return sorted(path.rpartition("/")[2] for path in server.asked if path.startswith("GET") and "/resolve/" in path)


@pytest.fixture(scope="module")
def fetched(tinybert, tmp_path_factory):
    """The command's outcome against a good hub, with a proxy that is told to stay out."""
    home = tmp_path_factory.mktemp("home")
    with serving(Hub(tinybert)) as hub:
        ended = run(*COMMAND, "tinybert", HF_ENDPOINT=hub.url, HF_HOME=home)
    return home, hub, ended


def test_tinybert_is_fetched_without_what_the_course_does_not_need(fetched, tinybert):
    home, hub, ended = fetched
    assert (ended.returncode, ended.stderr) == (0, "")
    folder = home / "hub" / f"models--{TINYBERT_REPO.replace('/', '--')}" / "snapshots" / TINYBERT_REVISION
    assert ended.stdout == f"{folder}\n"
    wanted = ["config.json", "pytorch_model.bin", "vocab.txt"]
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {name: tinybert[name] for name in wanted}
    assert downloads(hub) == wanted
    assert not [path for path in hub.asked if "xet" in path]


def test_fetched_tinybert_loads_in_silence_and_without_any_connection(fetched, tinybert, nobody):
    import torch

    ended = run("-c", LOAD, HF_ENDPOINT=nobody, HF_HOME=fetched[0])
    assert (ended.returncode, ended.stderr) == (0, "")
    found = json.loads(ended.stdout)
    weights = torch.load(io.BytesIO(tinybert["pytorch_model.bin"]), weights_only=True)
    assert found.pop("words") == pytest.approx(float(weights["bert.embeddings.word_embeddings.weight"].sum()))
    assert found == {
        "auto": "tinybert",
        "ids": [VOCABULARY.index(word) for word in ["[CLS]", "a", "good", "plot", "##s", "[SEP]"]],
        "logits": [1, 3],
        "layers": [4, 312],
        "name": "tinybert",
        "training": False,
        "connections": [],
    }


def test_tinybert_that_is_not_cached_is_named_and_nothing_is_asked_for(tmp_path, tinybert, serve):
    hub = serve(Hub(tinybert))
    ended = run("-c", LOAD, HF_ENDPOINT=hub.url, HF_HOME=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    found = json.loads(ended.stdout)
    assert "tinybert is not in the local cache; run `reelgrade fetch tinybert`" in found.pop("error")
    assert found == {"auto": "minilm-4l", "connections": []}
    assert hub.asked == []


def flip_last_byte(reply):
    return Reply(reply.body[:-1] + bytes([reply.body[-1] ^ 1]), reply.status, reply.headers)


def hang_up_halfway(reply):
    return Reply(reply.body, reply.status, reply.headers, cut=len(reply.body) // 2)


@pytest.mark.parametrize(
    ("spoil", "cause"),
    [(flip_last_byte, "pytorch_model.bin did not arrive as the hub has it"), (hang_up_halfway, "closed connection")],
    ids=["altered", "cut"],
)
def test_broken_weights_are_named_not_kept_and_can_be_fetched_again(spoil, cause, tinybert, tmp_path, serve):
    spoiled = serve(Hub(tinybert, spoil))
    ended = run(*COMMAND, "tinybert", HF_ENDPOINT=spoiled.url, HF_HOME=tmp_path)
    assert_one_clear_line(ended, f"{spoiled.url}/{TINYBERT_REPO}: ", cause, "run `reelgrade fetch tinybert` again")
    assert [name for name in cached(tmp_path) if "pytorch_model" in name] == []
    assert weights_in(tmp_path, tinybert["pytorch_model.bin"]) == []
    assert run("-c", AUTO, HF_HOME=tmp_path).stdout == "minilm-4l\n"

    good = serve(Hub(tinybert))
    ended = run(*COMMAND, "tinybert", HF_ENDPOINT=good.url, HF_HOME=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert downloads(good) == ["pytorch_model.bin"]
    assert run("-c", AUTO, HF_HOME=tmp_path).stdout == "tinybert\n"


def test_tinybert_without_a_network_ends_soon_with_2_and_one_line(tmp_path, nobody):
    started = time.monotonic()
    ended = run(*COMMAND, "tinybert", HF_ENDPOINT=nobody, HF_HOME=tmp_path)
    assert time.monotonic() - started < 15  # the client's own retries alone take 23 seconds
    assert_one_clear_line(ended, f"{nobody}/{TINYBERT_REPO}: ", "refused", "check the network", "minilm-4l")
    assert cached(tmp_path) == []


def test_a_hub_without_a_needed_file_is_an_error(tinybert, tmp_path, serve):
    hub = serve(Hub({name: body for name, body in tinybert.items() if name != "vocab.txt"}))
    ended = run(*COMMAND, "tinybert", HF_ENDPOINT=hub.url, HF_HOME=tmp_path)
    assert_one_clear_line(ended, f"{hub.url}/{TINYBERT_REPO}: vocab.txt did not arrive")


def test_a_file_in_place_of_the_hub_cache_is_named(tinybert, tmp_path, serve):
    (tmp_path / "hub").write_text("a file")
    ended = run(*COMMAND, "tinybert", HF_ENDPOINT=serve(Hub(tinybert)).url, HF_HOME=tmp_path)
    assert_one_clear_line(ended, str(tmp_path / "hub"), "set HF_HOME to a folder that you can write to")


def test_a_failing_xet_store_is_an_error_where_the_user_turns_it_on(tinybert, tmp_path, serve):
    pytest.importorskip("hf_xet")
    hub = serve(Hub(tinybert))
    ended = run(*COMMAND, "tinybert", HF_ENDPOINT=hub.url, HF_HOME=tmp_path, HF_HUB_DISABLE_XET=0)
    assert [path for path in hub.asked if path.startswith("GET /xet/")]
    assert_one_clear_line(ended, f"{hub.url}/{TINYBERT_REPO}: ", "404 Not Found", "check the network")
