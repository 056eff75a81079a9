"""Google Cloud: what only code can say about the template of a Cloud Run service."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.needs import Situation, rule
from sandbox.rules.gcp_types import RUN
from sandbox.wire import has_unknown

# cloud.google.com/run/docs/container-contract#env-vars
_RESERVED = ("PORT", "K_SERVICE", "K_REVISION", "K_CONFIGURATION")
_QUANTITY = re.compile(r"(\d+(?:\.\d+)?)(m|Mi|Gi|M|G|Ki|k)?")
_UNITS = {None: 1.0, "m": 0.001, "k": 1e3, "M": 1e6, "G": 1e9, "Ki": 2.0**10, "Mi": 2.0**20, "Gi": 2.0**30}
_GIB = 2.0**30
_CPUS = (1, 2, 4, 6, 8)
# cloud.google.com/run/docs/configuring/services/memory-limits: more than so many GiB need so many vCPU …
_MEMORY_NEEDS = ((24, 8), (16, 6), (8, 4), (4, 2))
# … and so many vCPU need so many GiB.
_CPU_NEEDS = ((6, 4), (4, 2))
_LEAST_MEMORY, _MOST_MEMORY = 0.125, 32
_LONGEST_TIMEOUT = 3600
_LONGEST_PROBE = {"startupProbe": 240, "livenessProbe": 3600, "readinessProbe": 300}
_USUAL_MOST = 100

Found = Iterator[tuple[str, str]]


def _containers(situation: Situation) -> list[tuple[str, Mapping[str, Any]]]:
    template = situation.inputs.get("template")
    found = template.get("containers") if isinstance(template, Mapping) else None
    return [(f"template.containers[{at}]", each) for at, each in enumerate(found or [])]


@rule("run-variables", RUN)
def _variables(situation: Situation) -> Found:
    for path, container in _containers(situation):
        names = [str(each.get("name")) for each in container.get("envs") or []]
        for name in names:
            if name in _RESERVED:
                yield f"{path}.envs", f"The following reserved env names were provided: {name}"
        for name, times in Counter(names).items():
            if times > 1:
                yield f"{path}.envs", f"{name!r} is given {times} times"
        for at, each in enumerate(container.get("envs") or []):
            if each.get("value") is not None and each.get("valueSource") is not None:
                yield f"{path}.envs[{at}]", "either value or valueSource"


def _amount(text: Any) -> float | None:
    found = _QUANTITY.fullmatch(str(text))
    return float(found[1]) * _UNITS[found[2]] if found else None


@rule("run-limits", RUN)
def _limits(situation: Situation) -> Found:
    for path, container in _containers(situation):
        resources = container.get("resources") or {}
        limits = resources.get("limits") or {}
        if has_unknown(limits):
            continue
        if resources and resources.get("cpuIdle") is None:
            yield (
                f"{path}.resources.cpuIdle",
                "is left out beside limits: processors would be paid for between requests",
            )
        cpu, memory = _amount(limits.get("cpu", "1")), _amount(limits.get("memory", "512Mi"))
        if cpu is None or memory is None or set(limits) - {"cpu", "memory"}:
            yield f"{path}.resources.limits", f"cpu and memory, such as 2 and 4Gi; came {limits}"
        else:
            yield from _pair(f"{path}.resources.limits", cpu, memory / _GIB)


def _pair(path: str, cpu: float, memory: float) -> Found:
    if cpu not in _CPUS and not 0.08 <= cpu < 1:
        yield f"{path}.cpu", f"allowed: 0.08 to 1, {', '.join(map(str, _CPUS))}; came {cpu:g}"
    if not _LEAST_MEMORY <= memory <= _MOST_MEMORY:
        yield f"{path}.memory", f"allowed: 128Mi to {_MOST_MEMORY}Gi; came {memory:g}Gi"
    for more, needed in _MEMORY_NEEDS:
        if memory > more and cpu < needed:
            yield f"{path}.memory", f"more than {more}Gi need {needed} vCPU at least, came {cpu:g}"
            break
    for many, needed in _CPU_NEEDS:
        if cpu >= many and memory < needed:
            yield f"{path}.cpu", f"{cpu:g} vCPU need {needed}Gi at least, came {memory:g}Gi"
            break


@rule("run-concurrency", RUN)
def _concurrency(situation: Situation) -> Found:
    cpus = [_amount(cpu) for _, cpu in situation.each("template.containers.resources.limits.cpu")]
    wanted = situation.get("template.maxInstanceRequestConcurrency")
    if wanted is not None and wanted > 1 and any(cpu is not None and cpu < 1 for cpu in cpus):
        yield "template.maxInstanceRequestConcurrency", f"less than 1 vCPU serves 1 request, came {wanted}"


@rule("run-scaling", RUN)
def _scaling(situation: Situation) -> Found:
    for path in ("template.scaling", "scaling"):
        least = situation.get(f"{path}.minInstanceCount", 0)
        most = situation.get(f"{path}.maxInstanceCount", max(least, _USUAL_MOST))
        if least > most:
            yield f"{path}.minInstanceCount", f"{least} is more than maxInstanceCount, {most}"


@rule("run-timeout", RUN)
def _timeout(situation: Situation) -> Found:
    timeout = situation.get("template.timeout")
    if timeout is None:
        return
    found = re.fullmatch(r"(\d+(?:\.\d{1,9})?)s", str(timeout))
    if found is None or not 0 < float(found[1]) <= _LONGEST_TIMEOUT:
        yield "template.timeout", f"seconds such as 30s, {_LONGEST_TIMEOUT}s at most; came {timeout!r}"


@rule("run-probes", RUN)
def _probes(situation: Situation) -> Found:
    """cloud.google.com/run/docs/configuring/healthchecks"""
    for path, container in _containers(situation):
        for kind, longest in _LONGEST_PROBE.items():
            probe = container.get(kind)
            if probe:
                yield from _probe(f"{path}.{kind}", kind, probe, longest)


def _probe(path: str, kind: str, probe: Mapping[str, Any], longest: int) -> Found:
    period, timeout = probe.get("periodSeconds", 10), probe.get("timeoutSeconds", 1)
    failures = probe.get("failureThreshold", 3)
    if not 1 <= period <= longest:
        yield f"{path}.periodSeconds", f"allowed: 1 to {longest}; came {period}"
    if not 1 <= timeout <= period:
        yield f"{path}.timeoutSeconds", f"allowed: 1 to periodSeconds, {period}; came {timeout}"
    if failures < 1 or (kind == "startupProbe" and failures * period > longest):
        yield f"{path}.failureThreshold", f"1 or more, {longest} seconds in all; came {failures} × {period}"
    if sum(probe.get(each) is not None for each in ("httpGet", "tcpSocket", "grpc")) != 1:
        yield path, "exactly one of httpGet, tcpSocket, grpc"


@rule("run-port", RUN)
def _port(situation: Situation) -> Found:
    """One container listens; its probes ask there."""
    containers = _containers(situation)
    listening = [path for path, each in containers if each.get("ports")]
    if len(containers) > 1 and len(listening) != 1:
        yield "template.containers", f"exactly one container has ports, came {len(listening)}"
    for path, each in containers:
        port = (each.get("ports") or {}).get("containerPort")
        for kind in _LONGEST_PROBE:
            asked = ((each.get(kind) or {}).get("httpGet") or {}).get("port")
            if None not in (port, asked) and port != asked:
                yield f"{path}.{kind}.httpGet.port", f"{asked}, but the container listens on {port}"
