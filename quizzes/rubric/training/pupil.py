"""The second reader while it learns: the network of ``quizzes.rubric.encoder`` in torch, and what it begins with."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn import functional

from quizzes.rubric.training.graph import HEADS, MOST, VERDICTS, weighted
from quizzes.rubric.training.samples import LABELS

LAYERS, _WIDTH, _WIDE = 6, 384, 1536
NEW = frozenset({"posted", *VERDICTS})
"""The parts that the published weights have not."""
_DROPPED = 0.1
_SECTION = "Transformer-{}-{}"


class Rounded(nn.Linear):
    """A matrix and a bias; the matrix is heard as it will be kept, in whole numbers, and learns as if it were not.

    Jacob et al. 2018 (arXiv 1712.05877): who learns with rounded weights loses less when they are rounded for good.
    """

    def forward(self, x: Tensor) -> Tensor:
        """The product with what the matrix will be once it is rounded."""
        scale = self.weight.detach().abs().amax(1, keepdim=True).clamp_min(1e-12) / MOST
        rounded = (self.weight.detach() / scale).round() * scale
        return functional.linear(x, self.weight + (rounded - self.weight.detach()), self.bias)


class Block(nn.Module):
    """A layer that learns; its parts bear the names that ``graph`` knows."""

    def __init__(self) -> None:
        super().__init__()
        self.attend, self.out = Rounded(_WIDTH, 3 * _WIDTH), Rounded(_WIDTH, _WIDTH)
        self.widen, self.narrow = Rounded(_WIDTH, _WIDE), Rounded(_WIDE, _WIDTH)
        self.norm, self.last = nn.LayerNorm(_WIDTH, 1e-12), nn.LayerNorm(_WIDTH, 1e-12)

    def forward(self, x: Tensor, read: Tensor, waves: tuple[Tensor, Tensor]) -> Tensor:
        """The next state of each character; ``read`` is false where there is none."""
        size, length, width = x.shape
        mixed = self.attend(x).view(size, length, 3, HEADS, width // HEADS).permute(2, 0, 3, 1, 4)
        queries, keys = (_turned(one, waves) for one in mixed[:2])
        dropped = _DROPPED if self.training else 0.0
        # Nothing is dropped in here: that would cost a third of the speed.
        seen = functional.scaled_dot_product_attention(queries, keys, mixed[2], attn_mask=read)
        seen = self.out(seen.transpose(1, 2).reshape(size, length, width))
        x = self.norm(x + functional.dropout(seen, dropped))
        thought = self.narrow(functional.gelu(self.widen(x), approximate="tanh"))
        return self.last(x + functional.dropout(thought, dropped))


class Pupil(nn.Module):
    """The second reader while it learns."""

    def __init__(self, letters: int) -> None:
        super().__init__()
        self.table, self.first = nn.Embedding(letters, _WIDTH), nn.LayerNorm(_WIDTH, 1e-12)
        self.posted = nn.Parameter(torch.zeros(_WIDTH))
        self.layers = nn.ModuleList(Block() for _ in range(LAYERS))
        self.looking, self.whole, self.part = (nn.Linear(_WIDTH, len(LABELS)) for _ in range(3))
        for verdict in (self.whole, self.part):
            nn.init.normal_(verdict.weight, std=0.02)
            nn.init.constant_(verdict.bias, -2.0)

    def forward(self, tokens: Tensor, own: Tensor, stretches: Tensor) -> tuple[Tensor, Tensor]:
        """Log-odds of replies, (replies, labels), and of stretches, which are rows of weights of their characters.

        ``own`` is true for tokens of the reply, false for those of post and facts behind them.
        """
        read = tokens != 0
        x = self.table(tokens) + self.posted * (read & ~own)[..., None]
        x = functional.dropout(self.first(x), _DROPPED, self.training)
        waves = _waves(tokens.shape[1])
        for layer in self.layers:
            x = layer(x, read[:, None, None, :], waves)
        looked = self.looking(x).masked_fill(~own[..., None], -1e4).softmax(1)
        seen = torch.einsum("rcl,rcw->rlw", looked, x)
        return (seen * self.whole.weight).sum(-1) + self.whole.bias, self.part(torch.bmm(stretches, x))

    def take(self, base: Mapping[str, Tensor], rows: Sequence[int]) -> None:
        """Begin with the published weights; ``rows`` are the characters that are kept."""
        own = self.state_dict()
        reply, post = base["Embedding-Segment/embeddings"]
        own["table.weight"], own["posted"] = base["Embedding-Token/embeddings"][list(rows)] + reply, post - reply
        _put(own, "first", base["Embedding-Norm/mul"], base["Embedding-Norm/add_1"])
        for number in range(LAYERS):
            attention, thinking = (_SECTION.format(number, name) for name in ("MultiHeadSelfAttention", "FeedForward"))
            maps = [_dense(base, attention if at < 4 else thinking, 6 * number + at) for at in range(6)]
            _put(own, f"layers.{number}.attend", *(torch.cat([one[at] for one in maps[:3]]) for at in (0, 1)))
            for name, found in zip(("out", "widen", "narrow"), maps[3:], strict=True):
                _put(own, f"layers.{number}.{name}", *found)
            for name, section in (("norm", attention), ("last", thinking)):
                _put(own, f"layers.{number}.{name}", base[f"{section}-Norm/mul"], base[f"{section}-Norm/add_1"])
        self.load_state_dict(own)

    def go_on(self, weights: Mapping[str, numpy.ndarray]) -> None:
        """Begin with weights by the names that ``graph`` gives them, to be taught further."""
        own = self.state_dict()
        own["table.weight"], own["posted"] = torch.tensor(weights["table"]), torch.tensor(weights["posted"])
        for name in weighted(LAYERS):
            _put(own, _path(name), torch.tensor(weights[name].T), torch.tensor(weights[f"{name}.bias"]))
        self.load_state_dict(own)

    def weights(self) -> dict[str, numpy.ndarray]:
        """The weights by the names that ``graph`` gives them, matrices as (in, out)."""
        own = {name: value.detach().numpy() for name, value in self.state_dict().items()}
        found = {"table": own["table.weight"], "posted": own["posted"]}
        for name in weighted(LAYERS):
            found[name], found[f"{name}.bias"] = own[f"{_path(name)}.weight"].T, own[f"{_path(name)}.bias"]
        return found


def _path(name: str) -> str:
    """Where torch keeps what ``graph`` gives this name."""
    return f"layers.{name}" if name[0].isdigit() else name


def _put(own: dict[str, Tensor], name: str, weight: Tensor, bias: Tensor) -> None:
    own[f"{name}.weight"], own[f"{name}.bias"] = weight, bias


def _dense(base: Mapping[str, Tensor], section: str, number: int) -> tuple[Tensor, Tensor]:
    name = f"{section}/dense_{number}" if number else f"{section}/dense"
    return base[name].T, base[f"{name}/BiasAdd"]


def _turned(x: Tensor, waves: tuple[Tensor, Tensor]) -> Tensor:
    turned = torch.stack([-x[..., 1::2], x[..., ::2]], -1).reshape(x.shape)
    return x * waves[1] + turned * waves[0]


def _waves(size: int) -> tuple[Tensor, Tensor]:
    each = _WIDTH // HEADS
    angles = torch.arange(size)[:, None] * 10_000 ** (-2 * torch.arange(each // 2) / each)
    return angles.sin().repeat_interleave(2, -1), angles.cos().repeat_interleave(2, -1)


def base_weights(file: Path) -> dict[str, Tensor]:
    """The weights of the published model by their names, without what the export put behind them."""
    found = {}
    for one in onnx.load(file).graph.initializer:
        if one.data_type == onnx.TensorProto.FLOAT:
            name = one.name.removesuffix(":0").removesuffix("/Tensordot/Reshape_1").removesuffix("/ReadVariableOp")
            found[name] = torch.tensor(numpy_helper.to_array(one).copy())
    return found
