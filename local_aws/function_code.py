"""
The code of deployed functions, unpacked.

Rule 1: this is the only file that takes a function's package from moto, be it
uploaded or taken from a bucket when the function was deployed.
Rule 2: one folder for the same bytes, and nothing writes into it.
"""

import hashlib
import importlib.metadata
import io
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_aws.scene import backend

# AWS's client and what it needs.
_AWSLAMBDARIC = ("awslambdaric", "simplejson", "snapshot-restore-py")


@dataclass(frozen=True, slots=True)
class FunctionCode:
    """
    Unpacked packages below one folder.
    """

    folder: Path

    def unpacked(self, configuration: Mapping[str, Any]) -> Path:
        """
        The folder that holds a function's code.
        """
        name = configuration["FunctionName"]
        if configuration["PackageType"] != "Zip" or configuration.get("Layers"):
            msg = f"{name}: only functions that are one zip, without layers"
            raise NotImplementedError(msg)
        package: bytes = backend("lambda").get_function(name).code_bytes
        folder = self.folder / hashlib.sha256(package).hexdigest()
        if not folder.exists():
            with zipfile.ZipFile(io.BytesIO(package)) as archive:
                archive.extractall(folder)
        return folder

    def awslambdaric(self) -> Path:
        """
        A folder with AWS's runtime client, as it is installed here.
        """
        folder = self.folder / "awslambdaric"
        if not folder.exists():
            for name in _AWSLAMBDARIC:
                for file in importlib.metadata.distribution(name).files or ():
                    if ".." not in file.parts:
                        target = folder / file
                        target.parent.mkdir(parents=True, exist_ok=True)
                        shutil.copyfile(str(file.locate()), target)
        return folder

    def nothing(self) -> Path:
        """
        A folder with nothing in it.
        """
        folder = self.folder / "nothing"
        folder.mkdir(exist_ok=True)
        return folder
