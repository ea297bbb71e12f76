"""The second reader as a file that ONNX Runtime reads: its network written down as a graph, and read back from it.

With ``small`` the matrices are kept as whole numbers up to ``MOST``, with a scale for each column, and what is
multiplied with them is rounded to eight bits too, each character by its own scale: half the time of full
precision and a quarter of the bytes. Seven bits of a weight and eight of what it meets are as much as every processor
adds up without overflow (two products of 63 × 255 stay below 2¹⁵; eight and eight do not where VNNI is missing).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

from quizzes.rubric.encoder import LONGEST

HEADS = 6
MOST = 63
"""Weights of matrices are kept as whole numbers up to this one, times a scale."""
MOST_IN_TABLE = 127
"""The same for the table of characters, which is multiplied with nothing."""
PARTS = ("attend", "out", "norm", "widen", "narrow", "last")
"""A layer: queries, keys and values in one map, the map behind them, a norm, a wide and a narrow map, a norm."""
VERDICTS = ("looking", "whole", "part")
"""What is asked of each character: whether to look there, what it says of the reply, and what of its sentence."""
_OPERATIONS, _FORMAT = 23, 11
_EPSILON = 1e-12
_FARTHEST_TURN = 10_000
_LEVELS = 127
"""Steps to either side of zero for what is multiplied with a matrix of whole numbers."""

Arrays = Mapping[str, numpy.ndarray]


def weighted(layers: int) -> list[str]:
    """The names of all weights that have a bias."""
    return ["first", *(f"{number}.{part}" for number in range(layers) for part in PARTS), *VERDICTS]


def write(file: Path, weights: Arrays, about: Mapping[str, Any], *, small: bool) -> None:
    """Write a reader: its weights by name, matrices as (in, out), and what is to be known of it.

    ``weights`` holds ``table`` (letters, width), ``posted`` (width,), and each of ``weighted`` with its ``.bias``;
    ``about`` needs the number of ``layers``.
    """
    graph = _Graph(weights, small=small)
    outputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["characters", "labels"])
        for name in _verdicts(graph, about["layers"])
    ]
    inputs = [
        helper.make_tensor_value_info("tokens", TensorProto.INT64, ["characters"]),
        helper.make_tensor_value_info("beside", TensorProto.FLOAT, ["characters", 1]),
    ]
    kept = [numpy_helper.from_array(numpy.ascontiguousarray(value), name) for name, value in graph.kept.items()]
    drawn = helper.make_graph(graph.nodes, "reader", inputs, outputs, kept)
    model = helper.make_model(drawn, opset_imports=[helper.make_opsetid("", _OPERATIONS)], ir_version=_FORMAT)
    helper.set_model_props(model, {"about": json.dumps(about, ensure_ascii=False)})
    onnx.checker.check_model(model)
    file.write_bytes(model.SerializeToString(deterministic=True))


def read(file: Path) -> tuple[dict[str, numpy.ndarray], dict[str, Any]]:
    """The inverse of ``write``, with matrices of whole numbers times their scales."""
    model = onnx.load(file)
    kept = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}
    [about] = (json.loads(one.value) for one in model.metadata_props if one.key == "about")
    names = ["table", "posted", *(f"{name}{end}" for name in weighted(about["layers"]) for end in ("", ".bias"))]
    return {name: kept[name] * kept.get(f"{name}.scale", numpy.float32(1)) for name in names}, about


def whole_numbers(weights: numpy.ndarray, axis: int, most: int) -> tuple[numpy.ndarray, numpy.ndarray]:
    """A matrix as it is kept: whole numbers up to ``most``, and the scale of all that lie along this axis."""
    scale = numpy.abs(weights).max(axis=axis, keepdims=True) / most
    scale[scale == 0] = 1
    return numpy.rint(weights / scale).astype(numpy.int8), scale.astype(numpy.float32)


@dataclass
class _Graph:
    """A graph that grows: every method adds operations and gives the name of what comes out of the last one."""

    weights: Arrays
    small: bool
    nodes: list[Any] = field(default_factory=list)
    kept: dict[str, numpy.ndarray] = field(default_factory=dict)

    def keep(self, name: str, value: numpy.ndarray) -> str:
        """Something that is known beforehand, kept once under its name."""
        self.kept.setdefault(name, value)
        return name

    def number(self, value: float) -> str:
        return self.keep(f"number.{value}", numpy.array(value, numpy.float32))

    def shape(self, *sizes: int) -> str:
        return self.keep(f"shape.{'.'.join(map(str, sizes))}", numpy.array(sizes, numpy.int64))

    def does(self, operation: str, *inputs: str, name: str = "", **settings: Any) -> str:
        made = name or f"{operation}.{len(self.nodes)}"
        self.nodes.append(helper.make_node(operation, inputs, [made], **settings))
        return made

    def applied(self, x: str, name: str) -> str:
        """A matrix and a bias."""
        bias = self.keep(f"{name}.bias", self.weights[f"{name}.bias"])
        if self.small and name not in VERDICTS:
            product = self.multiplied(x, name)
        else:
            product = self.does("MatMul", x, self.keep(name, self.weights[name]))
        return self.does("Add", product, bias, name=f"{name}.said")

    def multiplied(self, x: str, name: str) -> str:
        """The product with a matrix of whole numbers, x rounded row by row."""
        numbers, scale = whole_numbers(self.weights[name], axis=0, most=MOST)
        middle = self.keep("middle", numpy.array(_LEVELS + 1, numpy.uint8))
        most = self.does("ReduceMax", self.does("Abs", x), self.shape(-1), keepdims=1)
        step = self.does("Div", self.does("Max", most, self.number(_EPSILON)), self.number(_LEVELS))
        steps = self.does("Add", self.does("Round", self.does("Div", x, step)), self.number(_LEVELS + 1))
        rounded = self.does("Cast", steps, to=TensorProto.UINT8)
        product = self.does("MatMulInteger", rounded, self.keep(name, numbers), middle)
        # First the scale of the columns: the other way round ONNX Runtime takes the rows' scales for a single number.
        of_columns = self.does(
            "Mul", self.does("Cast", product, to=TensorProto.FLOAT), self.keep(f"{name}.scale", scale)
        )
        return self.does("Mul", of_columns, step)

    def normed(self, x: str, name: str) -> str:
        given = (self.keep(one, self.weights[one]) for one in (name, f"{name}.bias"))
        return self.does("LayerNormalization", x, *given, axis=-1, epsilon=_EPSILON)

    def looked_up(self, tokens: str) -> str:
        """The rows of the table for these tokens."""
        if not self.small:
            return self.does("Gather", self.keep("table", self.weights["table"]), tokens)
        numbers, scale = whole_numbers(self.weights["table"], axis=1, most=MOST_IN_TABLE)
        rows = self.does("Cast", self.does("Gather", self.keep("table", numbers), tokens), to=TensorProto.FLOAT)
        return self.does("Mul", rows, self.does("Gather", self.keep("table.scale", scale), tokens))

    def turns(self, tokens: str, each: int) -> Iterator[str]:
        """Cosine and sine for every place, by which pairs of numbers are turned (Su et al. 2021, arXiv 2104.09864)."""
        angles = numpy.arange(LONGEST)[:, None] * _FARTHEST_TURN ** (-2 * numpy.arange(each // 2) / each)
        length = self.does("Shape", tokens)
        for name, value in (("cosine", numpy.cos(angles)), ("sine", numpy.sin(angles))):
            all_places = self.keep(name, value[None].astype(numpy.float32))
            yield self.does("Slice", all_places, self.shape(0), length, self.shape(1))


def _verdicts(graph: _Graph, layers: int) -> list[str]:
    """The whole network; gives the names of what it says."""
    width = graph.weights["posted"].shape[0]
    posted = graph.does("Mul", "beside", graph.keep("posted", graph.weights["posted"]))
    x = graph.normed(graph.does("Add", graph.looked_up("tokens"), posted), "first")
    turns = list(graph.turns("tokens", width // HEADS))
    for number in range(layers):
        x = _layer(graph, x, str(number), turns, width)
    return [graph.applied(x, name) for name in VERDICTS]


def _layer(graph: _Graph, x: str, number: str, turns: list[str], width: int) -> str:
    """From the state of each character to the next one: attention, then a wide and a narrow map, each with its norm."""
    mixed = graph.does("Reshape", graph.applied(x, f"{number}.attend"), graph.shape(-1, 3, HEADS, width // HEADS))
    mixed = graph.does("Transpose", mixed, perm=[1, 2, 0, 3])
    queries, keys, values = (
        graph.does("Slice", mixed, graph.shape(at), graph.shape(at + 1), graph.shape(0)) for at in range(3)
    )
    queries, keys = (graph.does("RotaryEmbedding", one, *turns, interleaved=1) for one in (queries, keys))
    seen = graph.does("Transpose", graph.does("Attention", queries, keys, values), perm=[0, 2, 1, 3])
    seen = graph.applied(graph.does("Reshape", seen, graph.shape(-1, width)), f"{number}.out")
    x = graph.normed(graph.does("Add", x, seen), f"{number}.norm")
    thought = graph.does("Gelu", graph.applied(x, f"{number}.widen"), approximate="tanh")
    return graph.normed(graph.does("Add", x, graph.applied(thought, f"{number}.narrow")), f"{number}.last")
