"""The kernel of a report: this very Python, whatever kernels are installed, in a folder of its own.

Everything that the kernel writes beside the report (connection file, IPython
profile, temporary files of the data layer) lies in that folder and goes with
it, even if the kernel is killed.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from traitlets import default

# jsonschema builds some 35 parsers of international web addresses when it is
# imported, for more than a second; no notebook holds any. The current folder
# is taken off the path, as ipykernel's own launcher does.
_START = (
    "import sys; sys.modules['rfc3987_syntax'] = None; sys.path[:] = filter(None, sys.path); "
    "from ipykernel.kernelapp import launch_new_instance; launch_new_instance()"
)


def _spec(folder: Path, asked: Mapping[str, str]) -> KernelSpec:
    places = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))
    return KernelSpec(
        argv=[sys.executable, "-c", _START, "-f", "{connection_file}"],
        display_name="Python",
        language="python",
        env={**places, "IPYTHONDIR": str(folder / "ipython"), **asked},
    )


def kernel_in(folder: Path, asked: Mapping[str, str]) -> type[AsyncKernelManager]:
    """Kind of kernel manager that starts this Python with a folder of its own.

    Parameters
    ----------
    folder
        An existing folder; the caller removes it.
    asked
        Environment variables that are set in this kernel alone.

    Returns
    -------
    type
        For nbclient's ``kernel_manager_class``.

    Examples
    --------
    >>> manager = kernel_in(Path("/tmp"), {})(kernel_name="python3")
    >>> manager.kernel_spec.argv[0] == sys.executable
    True
    """

    class OwnSpecs(KernelSpecManager):
        def get_kernel_spec(self, kernel_name: str) -> KernelSpec:  # noqa: ARG002
            return _spec(folder, asked)

    class OwnKernel(AsyncKernelManager):
        @default("kernel_spec_manager")
        def _own_specs(self) -> KernelSpecManager:
            return OwnSpecs()

        @default("connection_file")
        def _own_connection(self) -> str:
            return str(folder / "kernel.json")

    return OwnKernel
