"""Signing with a hotkey (sr25519) instead of an API key. Needs the extra `hotkey`.

    from chutes_client import Chutes, auth
    from chutes_client.hotkey import Hotkey

    client = Chutes(auth=auth.hotkey(Hotkey.from_config()))

What is signed, and how, is what the platform's server verifies (2026-05): `{address}:{nonce}:{purpose}` where the operation
has a purpose, else `{address}:{nonce}:{sha256 of the body}` of a POST, PUT or PATCH. Other operations cannot be signed.
"""

from __future__ import annotations

import configparser
import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._errors import ConfigError

if TYPE_CHECKING:
    from ._request import Request

__all__ = ["SS58_PREFIX", "Hotkey", "verify"]

SS58_PREFIX = 42
"""The network number in an address: the generic one of Substrate."""
ENV_CONFIG_PATH = "CHUTES_CONFIG_PATH"
DEFAULT_CONFIG_PATH = "~/.chutes/config.ini"

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_SIGNS_BODY = ("POST", "PUT", "PATCH")


class Hotkey:
    """A key pair of sr25519. Its secret is in no repr and in no error.

    Attributes:
        address: the SS58 address, prefix 42.
        public_key: 32 bytes.

    Example:
        >>> key = Hotkey.from_seed("42" * 32)
        >>> key
        <Hotkey 5FnoWRL4FYzd29q8zXoY3JWio9PtBPgrAFu2RcgQazRQsiCs>
        >>> verify(key.address, "a message", key.sign("a message"))
        True
    """

    __slots__ = ("__pair", "__seed", "address", "public_key")

    def __init__(self, pair: tuple[bytes, bytes], seed: bytes = b"") -> None:
        """Takes a public and a secret key as `from_seed` makes them."""
        self.__pair, self.__seed = pair, seed
        self.public_key = pair[0]
        self.address = _address(pair[0])

    @classmethod
    def from_seed(cls, seed: bytes | str) -> Hotkey:
        """The key of a seed, expanded as Substrate does.

        Args:
            seed: 32 bytes, or the same as 64 hexadecimal digits with or without `0x`.

        Raises:
            ConfigError: if the seed is not that, or the extra `hotkey` is not installed. The seed is not in the message.

        Example:
            >>> Hotkey.from_seed(bytes([0x42]) * 32).address
            '5FnoWRL4FYzd29q8zXoY3JWio9PtBPgrAFu2RcgQazRQsiCs'
        """
        raw = _seed_bytes(seed)
        if raw is None:
            raise ConfigError("a hotkey seed is 32 bytes, or 64 hexadecimal digits")
        return cls(_library().pair_from_seed(raw), raw)

    @classmethod
    def from_config(cls, path: str | os.PathLike[str] | None = None) -> Hotkey:
        """The key of the configuration file that the official CDK writes.

        Args:
            path: default: the variable `CHUTES_CONFIG_PATH`, else `~/.chutes/config.ini`.

        Raises:
            ConfigError: if there is no such file, no `hotkey_seed` in its section `auth`, or a `hotkey_ss58address` that is
                not the address of that seed. The message names the file.
        """
        file = Path(path or os.environ.get(ENV_CONFIG_PATH) or DEFAULT_CONFIG_PATH).expanduser()
        parser = configparser.ConfigParser(interpolation=None)
        try:
            parser.read_string(file.read_text(encoding="utf-8"))
        except OSError as error:
            raise ConfigError(f"cannot read {file}: {error.strerror or type(error).__name__}") from None
        except (configparser.Error, UnicodeDecodeError):
            raise ConfigError(f"{file} is no configuration file") from None  # their texts quote the file
        seed = parser.get("auth", "hotkey_seed", fallback="").strip()
        if not seed:
            raise ConfigError(f"{file} has no hotkey_seed in a section [auth]")
        raw = _seed_bytes(seed)
        if raw is None:
            raise ConfigError(f"the hotkey_seed of {file} is not 64 hexadecimal digits")
        key = cls.from_seed(raw)
        address = parser.get("auth", "hotkey_ss58address", fallback="").strip()
        if address and address != key.address:
            raise ConfigError(f"the hotkey_seed of {file} belongs to {key.address}, not to its hotkey_ss58address {address}")
        return key

    def sign(self, message: str | bytes) -> bytes:
        """The signature of a message: 64 bytes, different at each call.

        Args:
            message: text is signed as UTF-8. The signing context is `substrate`.

        Example:
            >>> len(Hotkey.from_seed("42" * 32).sign("a message"))
            64
        """
        return bytes(_library().sign(self.__pair, _message(message)))

    def _secrets(self) -> tuple[str, ...]:
        """What is masked where a server says it back: the seed, as it is written in configuration files."""
        return (self.__seed.hex(), self.__seed.hex().upper()) if self.__seed else ()

    def __repr__(self) -> str:
        return f"<Hotkey {self.address}>"

    def __reduce__(self) -> Any:
        raise TypeError("a Hotkey is not pickled, since its secret would be in the pickle")


def verify(address: str, message: str | bytes, signature: bytes | str) -> bool:
    """Whether `signature` was made over `message` by the key of `address`.

    Args:
        address: SS58, prefix 42.
        message: text is taken as UTF-8.
        signature: 64 bytes, or 128 hexadecimal digits with or without `0x`.

    Returns:
        False also for an address or a signature that is none.

    Raises:
        ConfigError: if the extra `hotkey` is not installed.

    Example:
        >>> verify(Hotkey.from_seed("42" * 32).address, "a message", "00" * 64)
        False
    """
    library = _library()
    try:
        raw = bytes.fromhex(signature.removeprefix("0x")) if isinstance(signature, str) else signature
        return bool(library.verify(raw, _message(message), _public_key(address)))
    except ValueError:
        return False


class HotkeyAuth:
    """Signs each attempt anew; made by `auth.hotkey`."""

    def __init__(self, key: Hotkey) -> None:
        self._key = key

    @property
    def secrets(self) -> tuple[str, ...]:
        """Masked in errors."""
        return self._key._secrets()

    def apply(self, request: Request) -> None:
        """Sets the three headers, unless the operation needs no credential or the call brings one of its own.

        Raises:
            ConfigError: for a GET or DELETE without a purpose: the server could not verify it.
        """
        if request.public or request.has_header("Authorization"):
            return
        about = request.purpose
        if about is None:
            if request.method not in _SIGNS_BODY:
                raise ConfigError(f"{request.operation or request.method} cannot be signed with a hotkey: use an API key for it")
            about = request.body_sha256()
        nonce = str(int(request.now))
        request.set_header("X-Chutes-Hotkey", self._key.address)
        request.set_header("X-Chutes-Nonce", nonce)
        request.set_header("X-Chutes-Signature", self._key.sign(f"{self._key.address}:{nonce}:{about}").hex())

    def __repr__(self) -> str:
        return f"<auth hotkey {self._key.address}>"


def _library() -> Any:
    """The bindings to schnorrkel, imported when a key is first used."""
    try:
        import sr25519  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]
    except ImportError:
        raise ConfigError("a hotkey needs py-sr25519-bindings: pip install 'chutes-client[hotkey]'") from None
    return sr25519


def _seed_bytes(seed: bytes | str) -> bytes | None:
    """The 32 bytes of a seed, or None; its text must not get into an error."""
    if isinstance(seed, str):
        digits = seed.strip().removeprefix("0x")
        try:
            seed = bytes.fromhex(digits) if len(digits) == 64 else b""
        except ValueError:
            return None
    return bytes(seed) if len(seed) == 32 else None


def _message(message: str | bytes) -> bytes:
    return message.encode() if isinstance(message, str) else message


def _checksum(payload: bytes) -> bytes:
    return hashlib.blake2b(b"SS58PRE" + payload).digest()[:2]


def _address(public: bytes) -> str:
    """Base 58 of prefix, key and two bytes of checksum; the prefix is not zero, so there is no leading zero to keep."""
    payload = bytes([SS58_PREFIX]) + public
    number = int.from_bytes(payload + _checksum(payload), "big")
    text = ""
    while number:
        number, digit = divmod(number, 58)
        text = _ALPHABET[digit] + text
    return text


def _public_key(address: str) -> bytes:
    """The key in an address.

    Raises:
        ValueError: if it is none of prefix 42, or its checksum does not fit.
    """
    number = 0
    for character in address[:64]:
        number = number * 58 + _ALPHABET.index(character)
    raw = number.to_bytes(35, "big") if number < 1 << 280 else b""
    if len(address) > 64 or raw[:1] != bytes([SS58_PREFIX]) or _checksum(raw[:33]) != raw[33:]:
        raise ValueError("no address")
    return raw[1:33]
