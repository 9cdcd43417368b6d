"""What every script of Slipway does that runs somebody's code."""

import ctypes
import functools
import importlib.util
import ipaddress
import json
import os
import random
import signal
import socket
import struct
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any


def begin() -> bool:
    """What comes before any code that is not ours. True if that code, and all that it starts, has no network."""
    sys.path[0] = ""  # A notebook has its own folder there, and not that of these scripts.
    isolated = leave_network()  # Before there is a second thread: a process with two stays in its namespaces.
    stop_with_parent()
    with suppress(OSError):  # On Linux: if memory runs out, this process is ended, and not the editor.
        Path("/proc/self/oom_score_adj").write_text("1000")
    sys.addaudithook(refuse_network)
    return isolated


CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
SIOCSIFFLAGS, IFF_UP = 0x8914, 1


def leave_network() -> bool:
    """Gives this process and all that it starts a network with a loopback and nothing else, where Linux lets us."""
    if sys.platform != "linux":
        return False
    attempt = os.fork()  # What fails halfway would leave us with no loopback.
    if attempt == 0:
        try:
            enter_own_network()
        except BaseException:
            os._exit(1)
        os._exit(0)
    if os.waitpid(attempt, 0)[1] != 0:
        return False
    try:
        enter_own_network()
    except OSError:  # Another thread is there already, which the attempt did not have.
        return False
    return True


def enter_own_network() -> None:
    """Who is not root may do so in a namespace of users, where he stays who he is: see user_namespaces(7)."""
    user, group = os.getuid(), os.getgid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) != 0:
        if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    import fcntl  # Not on Windows.

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH22x", b"lo", IFF_UP))


# What is done with sockets, and where among its arguments the address or the host is.
NETWORK = {
    **dict.fromkeys(("socket.connect", "socket.sendto", "socket.sendmsg"), 1),
    **dict.fromkeys(("socket.getaddrinfo", "socket.gethostbyname"), 0),
}


def refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    """Keeps Python's sockets on this machine: what a run reads has to be in the snapshot."""
    if event not in NETWORK:  # There are many events: `id` is one.
        return
    address = arguments[NETWORK[event]]
    if isinstance(address, str) and NETWORK[event] == 1:  # The path of a socket on this machine.
        return
    host = address[0] if isinstance(address, tuple) else address
    host = host.decode(errors="replace") if isinstance(host, bytes) else host
    if isinstance(host, str) and not is_here(host):
        raise PermissionError(f"no run may reach the network ({host}); save the data to a file, and read that")


def is_here(host: str) -> bool:
    if host in ("", "localhost", os.uname().nodename if hasattr(os, "uname") else ""):
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:  # A name.
        return False
    return address.is_loopback or address.is_unspecified


def stop_with_parent() -> None:
    """Kills this process group when standard input closes, which it does when Slipway ends, however it ends."""
    parent = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)

    def wait() -> None:
        os.read(parent, 1)
        if hasattr(os, "killpg"):
            os.killpg(0, signal.SIGKILL)
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


SEED = 0


def seed_generators() -> None:
    """Starts the global generators alike for the notebook and for the module that is compared with it.

    So code without a seed can be compared, too. The run that shows whether the module repeats itself is not seeded.
    """
    random.seed(SEED)
    if importlib.util.find_spec("numpy") is not None:
        importlib.import_module("numpy").random.seed(SEED)
        with suppress(ImportError):  # NumPy before 1.17 has no generators but the global one.
            importlib.import_module("numpy.random.bit_generator").randbits = Entropy.source.getrandbits


class Generator:
    """A library's global random generator, as long as nothing but Slipway sets its seed."""

    def __init__(self, library: Any, get: str, put: str) -> None:
        self.get, self.put = getattr(library, get), getattr(library, put)
        self.is_seeded = False
        for name in ("seed", put):
            setattr(library, name, self.noting(getattr(library, name)))

    def noting(self, seed: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(seed)
        def noted(*arguments: Any, **named: Any) -> None:
            self.is_seeded = True
            seed(*arguments, **named)

        return noted


class Entropy:
    """What NumPy takes the seeds of generators from that get none, `default_rng()`, instead of the system's entropy."""

    source = random.Random(SEED)
    get, put = source.getstate, source.setstate
    is_seeded = False


class LateGenerator:
    """The generator of a library that is not imported before the code does it.

    Who sets its seed may hold the function by then, so a seed of Slipway's own tells whether somebody did.
    """

    SEED = 719_026_328
    seed: Callable[[], int]

    @property
    def is_seeded(self) -> bool:
        return self.seed() != self.SEED


class TorchGenerator(LateGenerator):
    """PyTorch's generator of the processor."""

    def __init__(self, torch: Any) -> None:
        torch.manual_seed(self.SEED)
        self.get, self.put, self.seed = torch.get_rng_state, torch.set_rng_state, torch.initial_seed


class TensorFlowGenerator(LateGenerator):
    """What TensorFlow makes the seeds of its operations from; no release of it says that in public."""

    def __init__(self, tensorflow: Any) -> None:
        eager = importlib.import_module("tensorflow.python.eager.context")
        tensorflow.random.set_seed(self.SEED)
        self.context, self.seed = eager.context(), eager.global_seed
        self.get = self.context._rng.getstate

    def put(self, state: Any) -> None:
        self.context._rng.setstate(state)
        self.context.clear_kernel_cache()  # An operation of the same seed would go on where it was.


LATE: dict[str, Callable[[Any], Any]] = {"torch": TorchGenerator, "tensorflow": TensorFlowGenerator}


class Generators:
    """The global random generators of a run."""

    def __init__(self) -> None:
        self.known: dict[str, Any] = {"random": Generator(random, "getstate", "setstate"), "entropy": Entropy}
        numpy = sys.modules.get("numpy")
        if numpy is not None:
            self.known["numpy"] = Generator(numpy.random, "get_state", "set_state")

    def start_imported(self) -> None:
        """Starts those of libraries that the code has imported by now."""
        for name in LATE.keys() & sys.modules.keys() - self.known.keys():
            with suppress(Exception):  # Half imported, or a release without what is looked for.
                self.known[name] = LATE[name](sys.modules[name])

    @contextmanager
    def undrawn(self) -> Iterator[None]:
        """Takes back what is drawn meanwhile, so that what the module leaves out leaves the rest its numbers.

        Once the notebook sets a seed, the numbers are the notebook's, and every draw counts.
        """
        states = [(one, one.get()) for one in self.known.values() if not one.is_seeded]
        try:
            yield
        finally:
            for one, state in states:
                if not one.is_seeded:
                    one.put(state)


def write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, allow_nan=False), encoding="utf-8")


def failure(error: BaseException) -> dict[str, str]:
    """The exception as the end of a traceback has it, in one line; of a syntax error without the line it quotes."""
    lines = "".join(traceback.format_exception_only(type(error), error)).split("\n")
    text = " ".join(line.strip() for line in lines if line.strip())
    if isinstance(error, SyntaxError):
        text = text[max(text.rfind(f"{type(error).__name__}: "), 0) :]
    missing = missing_module(error)
    return {"type": type(error).__name__, "message": text[:2000], **({"missing": missing} if missing else {})}


def missing_module(error: BaseException | None) -> str | None:
    """The import name of the package for want of which an import failed; libraries wrap Python's error."""
    while isinstance(error, ImportError) and not isinstance(error, ModuleNotFoundError):
        error = error.__cause__ or error.__context__
    name = (error.name or "").partition(".")[0] if isinstance(error, ModuleNotFoundError) else ""
    is_there = name in sys.builtin_module_names or name in sys.modules or name in sys.stdlib_module_names
    return None if is_there or not name.isidentifier() or importlib.util.find_spec(name) else name


def deepest_line(error: BaseException, filename: str) -> int | None:
    """Line of the innermost frame that belongs to `filename`."""
    if isinstance(error, SyntaxError) and error.filename == filename:
        return error.lineno
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == filename]
    return lines[-1] if lines else None
