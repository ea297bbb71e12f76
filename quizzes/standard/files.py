"""A change set as a YAML file: to keep, to pass on to another school, to read in again."""

from typing import Any

import yaml
from yaml.events import AliasEvent

from literacy.errors import Refused
from quizzes.rubric.changes import faults
from quizzes.rubric.rules import load_rule_data
from quizzes.standard.models import RubricVersion

LARGEST = 400_000
FORMAT = "rubric-changes-1"


class _Loader(yaml.SafeLoader):
    """Safe YAML without references, which could make a small file huge."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Refuse references."""
        if self.check_event(AliasEvent):
            raise yaml.YAMLError("references are not read")
        return super().compose_node(parent, index)


class _Dumper(yaml.SafeDumper):
    """Writes every value out."""

    def ignore_aliases(self, _data: Any) -> bool:
        """No references."""
        return True


def written(version: RubricVersion) -> str:
    """A version's changes as a file."""
    data = {
        "format": FORMAT,
        "label": version.label,
        "note": version.note,
        "version": version.stamp,
        "base_hash": version.base_hash,
        "content_hash": version.content_hash,
        "changes": version.changes,
    }
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)


def read(content: bytes) -> tuple[str, dict[str, Any]]:
    """Label and changes out of a file.

    Raises Refused, with the place, for what cannot be read or used.
    """
    if len(content) > LARGEST:
        raise Refused("文件太大，不像是评分准则的改动。", field="file")
    try:
        data = yaml.load(content.decode("utf-8-sig"), _Loader)  # noqa: S506  a subclass of SafeLoader
    except UnicodeDecodeError:
        raise Refused("文件不是 UTF-8 编码的文字。", field="file") from None
    except (yaml.YAMLError, RecursionError) as problem:
        mark = getattr(problem, "problem_mark", None)
        where = f"第 {mark.line + 1} 行附近" if mark else ""
        raise Refused(f"文件{where}读不懂。请用这里下载的文件，不要改动格式。", field="file") from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise Refused("这不是评分准则的改动文件。", field="file")
    changes = data.get("changes")
    if wrong := faults(changes, load_rule_data()):
        at, sentence = wrong[0]
        more = f"另有 {len(wrong) - 1} 处也要改。" if len(wrong) > 1 else ""
        raise Refused(f"{at}：{sentence}。{more}", field="file")
    return str(data.get("label") or "")[:60], {str(at): change for at, change in (changes or {}).items()}
