"""Experiments with fine-tuning: scripted losses on a model whose one parameter counts the steps."""

import itertools
import math
from typing import Any

import torch
from torch import Tensor, nn

from reelgrade.given import text_loader
from reelgrade.grading.experiments.training import curves


def step_of_optimizer(
    holes: Any, start: float, gradient: float, widths: list[int], frozen: list[int], **options: Any
) -> dict[str, Any]:
    """Take one step with the optimizer of your make_optimizer; all weights start equal, all gradients are equal.

    Returns the class, how many numbers it holds, and the value of each layer's weights afterwards.
    """
    layers = [nn.Linear(a, b) for a, b in itertools.pairwise(widths)]
    model = nn.Sequential(*layers)
    for parameter in model.parameters():
        nn.init.constant_(parameter, start)
    for index in frozen:
        layers[index].requires_grad_(False)
    optimizer = holes.make_optimizer(model, **options)
    for parameter in model.parameters():
        parameter.grad = torch.full_like(parameter, gradient)
    held = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    optimizer.step()
    return {
        "is_adamw": isinstance(optimizer, torch.optim.AdamW),
        "held": sum(parameter.numel() for parameter in held),
        "weights": [layer.weight[0, 0].item() for layer in layers],
    }


class Counting(nn.Module):
    """One weight and one buffer that grow together; their value tells how long a model has trained."""

    def __init__(self, start: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor([start]))
        self.register_buffer("seen", torch.tensor([start]))

    def grow(self, by: float) -> None:
        """Change both in place, as an optimizer does."""
        with torch.no_grad():
            self.weight.add_(by)
            self.get_buffer("seen").add_(by)


def stop_early(
    holes: Any, losses: list[float], start: float, grow: float, settings: dict[str, Any], restore: bool = False
) -> dict[str, Any]:
    """Show losses to your EarlyStopping, one a step, while the weights of a model grow.

    Returns the answers of step, best_loss and best_epoch, and the weight and buffer after restore.
    """
    model, stopper = Counting(start), holes.EarlyStopping(**settings)
    answers = []
    for loss in losses:
        model.grow(grow)
        answers.append(stopper.step(loss, model))
    best = {"best_loss": _plain(stopper.best_loss), "best_epoch": _plain(stopper.best_epoch)}
    if restore:
        model.grow(100 * grow)
        stopper.restore(model)
    return {
        "answers": [_plain(answer) for answer in answers],
        **best,
        "weight": model.weight.item(),
        "buffer": model.get_buffer("seen").item(),
    }


class Scripted(nn.Module):
    """A classifier whose evaluation loss follows a script, by the number of optimizer steps so far.

    The first id of a row is its label + 1, tenths of the second scale its loss, the third is the class it predicts. In
    train mode, or with a graph in evaluation, the loss is what the judge chose for that. It is called, and answers, as the
    encoder of the course does: the cross-entropy of its logits is its loss, in value and in gradient, as long as each
    row's loss is between log 2 and log 3, where three logits can have any class in front.
    """

    def __init__(self, script: list[float], steps_per_epoch: int, shifts: dict[str, float]) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(0.0))
        self.script, self.steps_per_epoch, self.shifts = script, steps_per_epoch, shifts

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        token_type_ids: Tensor | None = None,
        position_ids: Tensor | None = None,
        inputs_embeds: Tensor | None = None,
        labels: Tensor | None = None,
        return_dict: bool = True,
        **_: Any,  # what else the encoder takes changes neither loss nor logits
    ) -> Any:
        """Ids [batch, 3] -> an output with loss and logits [batch, 3], or a tuple without `return_dict`."""
        from transformers.modeling_outputs import SequenceClassifierOutput

        epoch = int(self.weight.item()) // self.steps_per_epoch - 1
        level = self.shifts["train"] if self.training else self.script[min(max(epoch, 0), len(self.script) - 1)]
        if not self.training and torch.is_grad_enabled():
            level += self.shifts["graph"]
        if attention_mask is None:
            level += self.shifts["no mask"]
        slope = self.shifts["slope"] * (self.weight - self.weight.detach())  # 0, with a gradient
        losses = level * input_ids[:, 1] / 10
        logits = _logits_with(losses, input_ids[:, 0] - 1, input_ids[:, 2], slope)
        loss = losses.mean() + slope
        output = SequenceClassifierOutput(loss=None if labels is None else loss, logits=logits)
        return output if return_dict else output.to_tuple()


def _logits_with(losses: Tensor, labels: Tensor, classes: Tensor, slope: Tensor) -> Tensor:
    """Return logits [batch, 3] with these losses, up to their bounds, and classes in front; each loss grows with `slope`."""
    rows, right = torch.arange(len(labels)), labels == classes
    bounded = losses.clamp(math.log(2) + 1e-3, math.log(3) - 1e-3)
    logits = torch.full((len(labels), 3), -40.0)  # a third class that is neither label nor in front counts for nothing
    logits[right] = 0.0
    others = torch.expm1(bounded)  # the sum of exp(logit) of the others, where that of the label is 1
    logits[rows, classes] = torch.where(right, -torch.log(others / 2), torch.log(others))
    logits[rows, labels] = torch.where(right, logits[rows, labels], 0.0) - slope / -torch.expm1(-bounded)
    return logits


class StepCounter(torch.optim.SGD):
    """An optimizer whose step adds 1 to the only parameter."""

    def __init__(self, parameters: Any) -> None:
        super().__init__(parameters, lr=0.0)
        self.gradients: list[float] = []

    def step(self, closure: Any = None) -> Any:
        """Note the gradient and add 1."""
        (parameter,) = self.param_groups[0]["params"]
        self.gradients.append(math.nan if parameter.grad is None else parameter.grad.item())
        parameter.data.add_(1.0)


def finetune_scripted(
    holes: Any,
    script: list[float],
    train_rows: list[list[int]],
    train_labels: list[int],
    val_rows: list[list[int]],
    val_labels: list[int],
    batch_size: int,
    shifts: dict[str, float],
    **limits: int,
) -> dict[str, Any]:
    """Fine-tune a model whose validation loss follows a script by your finetune.

    Returns the curves, the gradient that each optimizer step found, and the weight at the end,
    which counts the steps that went into the weights it ends with.
    """
    steps_per_epoch = math.ceil(len(train_rows) / batch_size)
    model = Scripted(script, steps_per_epoch, shifts)
    optimizer = StepCounter(model.parameters())
    train, val = _loader(train_rows, train_labels, batch_size), _loader(val_rows, val_labels, batch_size)
    history = holes.finetune(model, train, val, optimizer, **limits)
    return {**curves(history), "gradients": optimizer.gradients, "weight": model.weight.item()}


def _loader(rows: list[list[int]], labels: list[int], batch_size: int) -> Any:
    ids = torch.tensor(rows)
    ids[:, 0] = torch.tensor(labels) + 1
    return text_loader({"input_ids": ids, "attention_mask": torch.ones_like(ids)}, labels, batch_size)


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, Tensor) else value
