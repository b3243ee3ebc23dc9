"""What browsers show to the stage's server, and how ffmpeg is told to hear it."""

import hashlib
import hmac
from base64 import b64encode
from datetime import UTC, datetime

import pytest

from inquiry.media import mixing, stage_tokens
from inquiry.media.mixing import Ports
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


def test_one_picture_is_passed_on_as_it_is_and_two_are_put_side_by_side() -> None:
    one, two = (mixing.making(people)["picture"] for people in (1, 2))
    assert one[one.index("-c:v") + 1] == "copy"
    assert "hstack=2" in " ".join(two)
    assert two[two.index("-preset") + 1] == "ultrafast"
    assert all("-c:v" not in mixing.making(people)["sound"] for people in (1, 2))
    assert mixing.reading(["a.sdp", "b.sdp"]).count("-i") == 2
    description = mixing.description(Ports(5000, 5002))
    assert "m=audio 5000 RTP/AVP 111\r\n" in description
    assert "m=video 5002 RTP/AVP 96\r\n" in description


@pytest.mark.parametrize(
    "said",
    [
        {"INQUIRY_JANUS": "127.0.0.1:8088"},
        {"INQUIRY_JANUS": "http://127.0.0.1:8088/janus"},
        {"INQUIRY_JANUS": "http://127.0.0.1:8088/janus", "INQUIRY_JANUS_SECRET": "x" * 24},
        {"INQUIRY_JANUS_SOCKET": "http://elsewhere"},
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
