"""A provider plugin for the engine: `python -m sandbox.plugin PACKAGE` prints a port and serves there."""

# ruff: noqa: N802 - the protocol gives the methods their names

import functools
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NoReturn, TypeVar

import grpc
from google.protobuf import any_pb2, empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from sandbox import faults, local, schema
from sandbox.layout import folder
from sandbox.needs import Refused
from sandbox.provider import Difference, PartlyMade, Provider, type_of
from sandbox.wire import plain, struct
from sandbox.world import World

KINDS: dict[str, type[Provider]] = {"random": local.RandomProvider, "command": local.CommandProvider}

_LARGEST_MESSAGE = 400 * 1024 * 1024  # What the engine allows.
_Diff = provider_pb2.PropertyDiff
_PLAIN_KINDS = {"add": _Diff.ADD, "update": _Diff.UPDATE, "delete": _Diff.DELETE}
_REPLACING_KINDS = {"add": _Diff.ADD_REPLACE, "update": _Diff.UPDATE_REPLACE, "delete": _Diff.DELETE_REPLACE}

_Method = TypeVar("_Method", bound=Callable[..., Any])


def _answering(method: _Method) -> _Method:
    """Turn refusals into statuses of gRPC: an exception would only say that calling failed."""

    @functools.wraps(method)
    def wrapped(self: "Servicer", request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return method(self, request, context)
        except Refused as refused:
            context.abort(grpc.StatusCode[refused.code], str(refused))
        except faults.Late as late:
            context.abort(grpc.StatusCode.DEADLINE_EXCEEDED, str(late))
        except PartlyMade as partly:
            _abort_partly(partly, context)
        except Exception:
            context.abort(grpc.StatusCode.INTERNAL, f"a mistake in the sandbox:\n{traceback.format_exc()}")

    return wrapped  # type: ignore[return-value]


def _abort_partly(partly: PartlyMade, context: grpc.ServicerContext) -> NoReturn:
    """Say «made, but not ready» so that the engine keeps the resource in the state."""
    detail = provider_pb2.ErrorResourceInitFailed(
        id=partly.id, properties=struct(partly.outputs), inputs=struct(partly.inputs), reasons=[partly.reason]
    )
    packed = any_pb2.Any()
    packed.Pack(detail)
    code = grpc.StatusCode.UNKNOWN
    status = status_pb2.Status(code=code.value[0], message=partly.reason, details=[packed])
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(code, partly.reason)


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """Translates between the engine's messages and a provider."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider

    @_answering
    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:
        return provider_pb2.ProviderHandshakeResponse()

    @_answering
    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        return plugin_pb2.PluginInfo(version=schema.version_of(self.provider.package))

    @_answering
    def GetSchema(self, request: Any, context: grpc.ServicerContext) -> Any:
        name, version = self.provider.package, schema.version_of(self.provider.package)
        return provider_pb2.GetSchemaResponse(schema=f'{{"name": "{name}", "version": "{version}"}}')

    @_answering
    def CheckConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        failures = self.provider.check_config(plain(request.news))
        return provider_pb2.CheckResponse(inputs=request.news, failures=map(_failure, failures))

    @_answering
    def DiffConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        olds, news = plain(request.old_inputs), plain(request.news)
        changed = sorted(name for name in {*olds, *news} if olds.get(name) != news.get(name))
        some = provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(changes=some, diffs=changed)

    @_answering
    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:
        self.provider.configure(plain(request.args))
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    @_answering
    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:
        answer = provider_pb2.InvokeResponse()
        found = struct(self.provider.invoke(request.tok, plain(request.args)))
        getattr(answer, "return").CopyFrom(found)  # The field bears a word of the language.
        return answer

    @_answering
    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:
        inputs, wrong = self.provider.check(
            request.urn, plain(request.olds), plain(request.news), bytes(request.randomSeed)
        )
        return provider_pb2.CheckResponse(inputs=struct(inputs), failures=map(_failure, wrong))

    @_answering
    def Diff(self, request: Any, context: grpc.ServicerContext) -> Any:
        found = self.provider.diff(type_of(request.urn), plain(request.old_inputs), plain(request.news))
        return _difference(found)

    @_answering
    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:
        inputs = plain(request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(properties=struct(self.provider.plan(request.urn, inputs)))
        id_, outputs = self.provider.create(request.urn, inputs)
        return provider_pb2.CreateResponse(id=id_, properties=struct(outputs))

    @_answering
    def Read(self, request: Any, context: grpc.ServicerContext) -> Any:
        found = self.provider.read(request.urn, request.id, plain(request.properties), plain(request.inputs))
        if found is None:
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(
            id=found.id, properties=struct(found.outputs), inputs=struct(found.inputs)
        )

    @_answering
    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:
        olds, news = plain(request.olds), plain(request.news)
        if request.preview:
            return provider_pb2.UpdateResponse(properties=struct(self.provider.plan(request.urn, news, olds)))
        outputs = self.provider.update(request.urn, request.id, olds, plain(request.old_inputs), news)
        return provider_pb2.UpdateResponse(properties=struct(outputs))

    @_answering
    def Delete(self, request: Any, context: grpc.ServicerContext) -> Any:
        self.provider.delete(request.urn, request.id, plain(request.properties), plain(request.old_inputs))
        return empty_pb2.Empty()

    @_answering
    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:
        local.stop()
        return empty_pb2.Empty()


def _failure(refused: Refused) -> Any:
    return provider_pb2.CheckFailure(property=refused.property, reason=str(refused))


def _difference(found: Difference) -> Any:
    if not found.changes:
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)
    kinds = {
        each.path: (_REPLACING_KINDS if each.replaces else _PLAIN_KINDS)[each.kind] for each in found.changes
    }
    return provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME,
        replaces=found.replaces,
        diffs=sorted({each.top for each in found.changes}),
        deleteBeforeReplace=found.delete_first and bool(found.replaces),
        detailedDiff={path: _Diff(kind=kind, inputDiff=True) for path, kind in kinds.items()},
        hasDetailedDiff=True,
    )


def _leave(*_: object) -> None:
    """Leave at once: the engine waits for its plugins."""
    local.stop()
    os._exit(0)


def _watch(parent: int) -> None:
    """Leave when the engine was killed: nobody else would end this process."""
    while os.getppid() == parent:
        time.sleep(0.5)
    _leave()


def serve(provider: Provider) -> tuple[grpc.Server, int]:
    """Start serving on a free port of this machine."""
    limits = [
        ("grpc.max_receive_message_length", _LARGEST_MESSAGE),
        ("grpc.max_send_message_length", _LARGEST_MESSAGE),
    ]
    server = grpc.server(ThreadPoolExecutor(max_workers=32), options=limits)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(provider), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def main() -> None:
    """Play the package that the command line names."""
    package = sys.argv[1] if len(sys.argv) > 1 else ""
    if package not in schema.SDKS:
        sys.exit(f"usage: python -m sandbox.plugin PACKAGE; packages: {', '.join(schema.SDKS)}")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)
    sandbox = folder()
    provider = KINDS.get(package, Provider)(package, World(sandbox / "world.sqlite"), sandbox)
    server, port = serve(provider)
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()
    server.wait_for_termination()


if __name__ == "__main__":
    main()
