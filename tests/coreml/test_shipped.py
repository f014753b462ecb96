"""The shipped model: exported, linted and verified on the whole test set, as a release is."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from coreml_export.cli import main
from coreml_export.coreml.exported import Exported
from coreml_export.coreml.report import LARGEST


@pytest.mark.timeout(600)
def test_the_shipped_model_keeps_all_thresholds(tmp_path: Path) -> None:
    runner, out = CliRunner(), tmp_path / "shipped"
    for command in (["export", "--out"], ["lint"], ["verify"]):
        done = runner.invoke(main, [*command, str(out)])
        assert done.exit_code == 0, done.output
    assert sum(Exported.read(out).manifest["bytes"].values()) <= LARGEST
