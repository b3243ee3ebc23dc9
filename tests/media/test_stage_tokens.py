"""What browsers show to the stage's server and to relays."""

import hashlib
import hmac
from base64 import b64encode
from datetime import UTC, datetime

import pytest

from inquiry.media import stage_tokens
from inquiry.settings import Settings, SettingsError

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


def test_a_token_is_what_janus_reckons_itself_and_good_for_a_minute() -> None:
    told, _, signed = stage_tokens.api_token("secret", NOW).rpartition(":")
    assert told == f"{int(NOW.timestamp()) + 60},janus,janus.plugin.videoroom"
    assert signed == b64encode(hmac.new(b"secret", told.encode(), hashlib.sha1).digest()).decode()


def test_no_two_words_of_a_room_are_alike_and_none_is_that_of_another_room_or_house() -> None:
    made = {
        how(secret, room)
        for how in (stage_tokens.publish_token, stage_tokens.pin, stage_tokens.room_secret)
        for secret in ("secret", "other")
        for room in (1, 2)
    }
    assert len(made) == 12
    assert stage_tokens.pin("secret", 1) == stage_tokens.pin("secret", 1)


def test_a_relay_is_opened_for_an_hour_by_what_coturn_reckons_itself() -> None:
    (told,) = stage_tokens.relay("secret", ["turn:turn.example:3478"], 7, NOW)
    name = f"{int(NOW.timestamp()) + 3600}:7"
    word = b64encode(hmac.new(b"secret", name.encode(), hashlib.sha1).digest()).decode()
    assert told == {"urls": ["turn:turn.example:3478"], "username": name, "credential": word}
    assert stage_tokens.relay("secret", [], 7, NOW) == []


@pytest.mark.parametrize(
    "said",
    [
        {"INQUIRY_JANUS": "127.0.0.1:8088"},
        {"INQUIRY_JANUS": "http://127.0.0.1:8088/janus"},
        {"INQUIRY_JANUS": "http://127.0.0.1:8088/janus", "INQUIRY_JANUS_SECRET": "x" * 24},
        {"INQUIRY_JANUS_SOCKET": "http://elsewhere"},
        {"INQUIRY_TURN": "stun:elsewhere:3478", "INQUIRY_TURN_SECRET": "x" * 24},
        {"INQUIRY_TURN": "turn:elsewhere:3478", "INQUIRY_TURN_SECRET": "short"},
    ],
)
def test_half_a_stage_is_no_installation(said: dict[str, str], tmp_path: object) -> None:
    with pytest.raises(SettingsError):
        Settings.from_environment({"INQUIRY_DATA_DIR": str(tmp_path)} | said)


def test_its_secrets_are_never_in_what_is_logged_of_settings(tmp_path: object) -> None:
    said = {
        "INQUIRY_DATA_DIR": str(tmp_path), "INQUIRY_JANUS": "http://127.0.0.1:8088/janus",
        "INQUIRY_JANUS_SECRET": "s" * 24, "INQUIRY_JANUS_ADMIN_KEY": "k" * 24,
    }  # fmt: skip
    here = Settings.from_environment(said)
    assert here.janus_secret == "s" * 24
    assert "s" * 24 not in repr(here)
    assert "k" * 24 not in repr(here)
