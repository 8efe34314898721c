# Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import Unpack

from ..._multipart import FileInput, Multipart
from ..._params import Options
from ..._request import Call, Param
from ..._results import Binary
from ...management import _models as models

if TYPE_CHECKING:
    from .._client import AsyncChutes


class AsyncLogosApi:
    """Pictures of chutes and accounts."""

    def __init__(self, client: AsyncChutes) -> None:
        self._client = client

    async def create(
        self,
        *,
        logo: FileInput,
        **options: Unpack[Options],
    ) -> models.Logo:
        """Upload a logo.

        Any image, told by the type of its part (otherwise 400). The server crops it to the square in its middle and keeps 512
        by 512 pixels of WebP, without transparency.

        Calls `POST /logos/`; never sent twice by itself.

        Args:
            logo: The file, with a type that begins with `image/`.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ConfigError: if a file cannot be read, before anything is sent.
            ChutesError: what the server refused (400, 401, 422, 500), or the connection did.
        """
        call = Call(
            "createLogo",
            "POST",
            ["/logos/"],
            content=Multipart(
                [
                    ("logo", logo),
                ],
                frozenset(
                    {
                        "logo",
                    }
                ),
            ),
            idempotent=False,
        )
        made: models.Logo = await self._client._perform(call, models.Logo, options)
        return made

    async def get(
        self,
        logo_id: str,
        format: str,
        **options: Unpack[Options],
    ) -> Binary:
        """Get the image of a logo.

        Logos are kept as WebP, so `png` is answered with a redirect to the WebP (307).

        Calls `GET /logos/{logo_id}.{format}`.

        Args:
            logo_id: Id of the logo.
            format: Format of the file.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (404, 422), or the connection did.
        """
        call = Call(
            "getLogo",
            "GET",
            ["/logos/", Param("logo_id", logo_id), ".", Param("format", format)],
            public=True,
            result="bytes",
            accept="image/webp, image/png",
        )
        return await self._client._binary(call, options)
