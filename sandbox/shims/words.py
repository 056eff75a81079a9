"""A command line of crane taken apart: which words name images, and which of them it writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sandbox import hosts

# Position of every image among a command's words; what follows is a path, a tag or nothing.
_IMAGES = {
    "blob": (0,),
    "config": (0,),
    "copy": (0, 1),
    "cp": (0, 1),
    "delete": (0,),
    "digest": (0,),
    "edit": (1,),
    "export": (0,),
    "flatten": (0,),
    "index": (1,),
    "ls": (0,),
    "manifest": (0,),
    "mutate": (0,),
    "pull": (0,),
    "push": (1,),
    "rebase": (0,),
    "tag": (0,),
}
# Of those, the images that the command writes; a target in a flag comes on top.
_WRITTEN = {"copy": (1,), "cp": (1,), "push": (1,), "tag": (0,), "delete": (0,)}
_TARGET_FLAGS = {"-t", "--tag", "--new_tag", "--repo"}
_IMAGE_FLAGS = {*_TARGET_FLAGS, "-b", "--base", "-m", "--manifest", "--remote", "--old_base", "--new_base"}
_VALUE_FLAGS = {
    *_IMAGE_FLAGS,
    *("--platform", "-j", "--jobs", "-f", "--new_layer", "-o", "--output", "--tarball", "--format", "-c"),
    *(
        "--cache_path",
        "--image-refs",
        "-a",
        "--annotation",
        "--append",
        "--cmd",
        "--entrypoint",
        "-e",
        "--env",
    ),
    *("--exposed-ports", "-l", "--label", "--set-platform", "-u", "--user", "-w", "--workdir"),
}
_BOOLEAN = {"copy": {"-a"}, "cp": {"-a"}}


@dataclass
class Words:
    """The parts of one command line."""

    command: str
    arguments: list[str]
    positional: list[str] = field(default_factory=list)
    platform: list[str] = field(default_factory=list)
    read: list[hosts.Reference] = field(default_factory=list)
    written: list[hosts.Reference] = field(default_factory=list)
    _images: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, arguments: Sequence[str]) -> "Words":
        """Take a command line apart."""
        made = cls(_command(arguments), list(arguments))
        flags = _VALUE_FLAGS - _BOOLEAN.get(made.command, set())
        before, places = "", []
        for index, word in enumerate(arguments):
            if before in flags:
                made._flag(index, before, word)
                before = ""
            elif word.startswith("-") and word != "-":
                before = made._joined(index, word)
            else:
                places.append(index)
        made._places(places[1:])
        return made

    @property
    def all_tags(self) -> bool:
        """Whether a copy takes every tag along."""
        return bool({"-a", "--all-tags"} & set(self.arguments))

    def mapped(self, addresses: Mapping[str, str]) -> list[str]:
        """The same command line for the local registries."""
        return [self._map(index, word, addresses) for index, word in enumerate(self.arguments)]

    def _map(self, index: int, word: str, addresses: Mapping[str, str]) -> str:
        if index not in self._images:
            return word
        if word.startswith("--"):
            flag, _, value = word.partition("=")
            return f"{flag}={hosts.to_local(value, addresses)}"
        return hosts.to_local(word, addresses)

    def _joined(self, index: int, word: str) -> str:
        """Take `--flag=value`; of `--flag` alone the value is the next word."""
        flag, equals, value = word.partition("=")
        if not equals:
            return word
        self._flag(index, flag, value)
        return ""

    def _flag(self, index: int, flag: str, value: str) -> None:
        if flag == "--platform":
            self.platform = ["--platform", value]
        if flag in _IMAGE_FLAGS:
            self._image(index, value, written=flag in _TARGET_FLAGS)

    def _places(self, places: Sequence[int]) -> None:
        images = _IMAGES.get(self.command)
        for position, index in enumerate(places):
            word = self.arguments[index]
            self.positional.append(word)
            named = position in images if images is not None else _names_image(word)
            if named:
                self._image(index, word, written=position in _WRITTEN.get(self.command, ()))

    def _image(self, index: int, word: str, written: bool) -> None:
        reference = hosts.parse(word)
        self._images.add(index)
        if hosts.is_local(reference.host):
            return
        (self.written if written else self.read).append(reference)


def _command(arguments: Sequence[str]) -> str:
    """The first word that is no flag and no value of a flag."""
    before = ""
    for word in arguments:
        if not word.startswith("-") and before not in _VALUE_FLAGS:
            return word
        before = word
    return ""


def _names_image(word: str) -> bool:
    return hosts.looks_like_reference(word) and not Path(word).exists()
