"""An installation: its secret, its zone, and what it refuses to start with."""

import stat
from pathlib import Path

import pytest

from inquiry.settings import Settings, SettingsError


def test_the_first_run_makes_a_secret_only_the_owner_may_read(tmp_path: Path) -> None:
    first = Settings.from_environment({"INQUIRY_DATA_DIR": str(tmp_path)})
    again = Settings.from_environment({"INQUIRY_DATA_DIR": str(tmp_path)})
    kept = tmp_path / "secret.key"
    assert len(first.secret_key) >= 48
    assert first.secret_key == again.secret_key == kept.read_text()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


# Production brings its own secret, of a useful length; the zone and the numbers must be real.
@pytest.mark.parametrize(
    ("environment", "names"),
    [
        ({"INQUIRY_ENV": "production"}, "INQUIRY_SECRET_KEY"),
        ({"INQUIRY_ENV": "production", "INQUIRY_SECRET_KEY": "short"}, "INQUIRY_SECRET_KEY"),
        ({"INQUIRY_SECRET_KEY": "short"}, "INQUIRY_SECRET_KEY"),
        ({"INQUIRY_ZONE": "Asia/Nowhere"}, "INQUIRY_ZONE"),
        ({"INQUIRY_REPLY_WORKING_DAYS": "ten"}, "INQUIRY_REPLY_WORKING_DAYS"),
        ({"INQUIRY_METRICS_TOKEN": "short"}, "INQUIRY_METRICS_TOKEN"),
        ({"INQUIRY_LOG": "xml"}, "INQUIRY_LOG"),
        ({"INQUIRY_ALLOWED_ORIGINS": "*"}, "INQUIRY_ALLOWED_ORIGINS"),
        ({"INQUIRY_ALLOWED_ORIGINS": "https://studio.example/"}, "INQUIRY_ALLOWED_ORIGINS"),
        ({"INQUIRY_ALLOWED_ORIGINS": "https://studio.example, studio"}, "INQUIRY_ALLOWED_ORIGINS"),
        ({"INQUIRY_PUBLIC_URL": "inquiry.example"}, "INQUIRY_PUBLIC_URL"),
        ({"INQUIRY_PUBLIC_URL": "https://inquiry.example/?a=b"}, "INQUIRY_PUBLIC_URL"),
        ({"INQUIRY_PUBLISHER": "一" * 201}, "INQUIRY_PUBLISHER"),
        ({"INQUIRY_CONTACT": "12345\n67890"}, "INQUIRY_CONTACT"),
        ({"INQUIRY_REDIS_URL": "127.0.0.1:6379"}, "INQUIRY_REDIS_URL"),
        ({"INQUIRY_OSC": "osc"}, "INQUIRY_OSC"),
        ({"INQUIRY_OSC": "0"}, "INQUIRY_OSC"),
        ({"INQUIRY_OSC": "65536"}, "INQUIRY_OSC"),
        ({"INQUIRY_OSC": "studio.example:9000"}, "INQUIRY_OSC"),
    ],
)
def test_what_cannot_be_is_refused_with_its_name(tmp_path: Path, environment: dict[str, str], names: str) -> None:
    with pytest.raises(SettingsError, match=names):
        Settings.from_environment({"INQUIRY_DATA_DIR": str(tmp_path)} | environment)
    assert not (tmp_path / "secret.key").exists() or environment.get("INQUIRY_ENV") != "production"


def test_production_starts_with_a_secret_of_its_own(tmp_path: Path) -> None:
    found = Settings.from_environment(
        {"INQUIRY_DATA_DIR": str(tmp_path), "INQUIRY_ENV": "production", "INQUIRY_SECRET_KEY": "x" * 40}
    )
    assert found.production
    assert not (tmp_path / "secret.key").exists()


@pytest.mark.parametrize(
    ("written", "where"),
    [
        ("", None), ("9000", ("127.0.0.1", 9000)), ("10.0.0.5:9000", ("10.0.0.5", 9000)), ("[::1]:9", ("::1", 9)),
    ],
)  # fmt: skip
def test_presses_by_osc_are_taken_where_it_is_said_and_by_this_machine_alone_if_not(
    tmp_path: Path, written: str, where: tuple[str, int] | None
) -> None:
    found = Settings.from_environment({"INQUIRY_DATA_DIR": str(tmp_path), "INQUIRY_OSC": written})
    assert found.osc == where
