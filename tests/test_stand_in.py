"""Fine-tuning loops in the forms that people write: the stand-in of the checks takes each that the course's encoder takes."""

import pytest
import torch

from alternatives import ALTERNATIVES, replace_hole
from reelgrade.course.submission import run_file
from reelgrade.given import load_backbone, text_loader
from reelgrade.grading.judging import PASSED
from reelgrade.grading.runner import Bench, run_checks
from sampling import chosen
from variants import SOLUTIONS

CALL = "output = model(**batch)\n"
FORMS = {
    "as the solution does": CALL,
    "return_dict=True": "output = model(**batch, return_dict=True)\n",
    "named arguments": "output = model(\n"
    "                    input_ids=batch['input_ids'], attention_mask=batch['attention_mask'], labels=batch['labels']\n"
    "                )\n",
    "by position": "output = model(batch['input_ids'], batch['attention_mask'], labels=batch['labels'])\n",
    "token types": "output = model(**batch, token_type_ids=torch.zeros_like(batch['input_ids']))\n",
    "without hidden states": "output = model(**batch, output_hidden_states=False, output_attentions=False)\n",
    "items and keys": "output = model(**batch)\n                assert output[0] is output['loss'] and output[1] is output['logits']\n",
    "a tuple": "from types import SimpleNamespace\n"
    "                loss, logits = model(**batch, return_dict=False)\n"
    "                output = SimpleNamespace(loss=loss, logits=logits)\n",
    "the loss from the logits": "output = model(input_ids=batch['input_ids'], attention_mask=batch['attention_mask'])\n"
    "                output.loss = torch.nn.functional.cross_entropy(output.logits, batch['labels'])\n",
    "the loss from the logits, labels passed": "output = model(**batch)\n"
    "                output.loss = torch.nn.functional.cross_entropy(output.logits, batch['labels'])\n",
    "clipped gradients": CALL,
}
CLIPPED = "output.loss.backward()\n                torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)\n"


def loops():
    source = SOLUTIONS["finetuning.py"]
    for name, call in FORMS.items():
        assert source.count(CALL) == 1
        text = source.replace(CALL, call)
        yield name, text.replace("output.loss.backward()\n", CLIPPED) if name == "clipped gradients" else text
    for one in ALTERNATIVES:
        if (one.file, one.hole) == ("finetuning.py", "finetune"):
            yield one.name, replace_hole(one, source)


LOOPS = dict(loops())


def curves_on_the_encoder(module):
    torch.manual_seed(0)
    tokenizer, model = load_backbone("tiny-random")
    encoded = tokenizer(["a good plot", "a bad cast", "fine light"], padding=True, return_tensors="pt")
    loader = text_loader(encoded, [2, 1, 0], batch_size=2)
    history = module.finetune(model, loader, loader, module.make_optimizer(model, lr=1e-3), max_epochs=2)
    return torch.tensor([list(map(float, history.train_loss)), list(map(float, history.val_loss))])


@pytest.fixture(scope="module")
def curves(repository):
    return curves_on_the_encoder(run_file(repository / "solutions" / "finetuning.py"))


@pytest.mark.sampled("variants")
@pytest.mark.parametrize("name", chosen(list(LOOPS), 3, "variants"))
def test_a_loop_that_runs_on_the_encoder_keeps_its_points_on_the_stand_in(name, curves, repository, tmp_path):
    (tmp_path / "finetuning.py").write_text(LOOPS[name], encoding="utf-8")
    there = curves_on_the_encoder(run_file(tmp_path / "finetuning.py"))
    if name != "clipped gradients":
        assert torch.allclose(there, curves, atol=1e-5)
    ledger = run_checks(Bench(repository / "autograder", tmp_path), ["finetuning"], accuracy=False)
    lost = [(one.check.id, one.message, one.got) for one in ledger.results.values() if one.status != PASSED]
    assert lost == []
