# Made from _async/management/container_images.py by scripts/unasync.py. Do not edit.
# Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import Unpack

from ..._config import OMIT, Omit
from ..._multipart import FileInput, Multipart
from ..._params import Options
from ..._request import Call, Param
from ...management import _models as models
from .._lines import LogStream
from .._pager import Page

if TYPE_CHECKING:
    from .._client import Chutes


class ContainerImagesApi:
    """Images that chutes run in."""

    def __init__(self, client: Chutes) -> None:
        self._client = client

    def list(
        self,
        *,
        include_public: bool | Omit = OMIT,
        name: str | Omit = OMIT,
        tag: str | Omit = OMIT,
        page: int | Omit = OMIT,
        limit: int | Omit = OMIT,
        **options: Unpack[Options],
    ) -> Page[models.ContainerImage]:
        """List your container images.

        Newest first. Your own, and with `include_public` those of everybody.

        Calls `GET /images/`.

        Args:
            include_public: Add the public images of everybody.
            name: Only images whose name contains this text.
            tag: Only images whose tag contains this text.
            page: Page number; 0 is the first.
            limit: Items in a page.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 422), or the connection did.
        """
        call = Call(
            "listContainerImages",
            "GET",
            ["/images/"],
            query={
                "include_public": include_public,
                "name": name,
                "tag": tag,
                "page": page,
                "limit": limit,
            },
            purpose="images",
        )
        return self._client._paged(call, models.ContainerImagePage, options)

    def create(
        self,
        *,
        wait: bool,
        build_context: FileInput,
        username: str,
        name: str,
        readme: str,
        logo_id: str,
        tag: str,
        dockerfile: str,
        image: str,
        public: bool,
        **options: Unpack[Options],
    ) -> models.ContainerImage:
        """Upload a build context and start to build an image from it.

        Your account, the name and the tag decide the id, so that a second upload is a 409. The server wants a balance of 50 USD
        (402), allows 24 builds in 24 hours (429), and refuses builds of tools older than 0.3.61 by the version header (400).
        The answer is the bare row: `user_id` instead of `user`.

        Calls `POST /images/`; never sent twice by itself.

        Args:
            wait: Unused by the server; the CDK sends false and follows the log.
            build_context: Zip file with everything that the Dockerfile copies.
            username: Your own name; another one is a 401.
            name: Name of the image.
            readme: Text about it in Markdown.
            logo_id: Id of a logo, or `__none__`.
            tag: Tag of the image.
            dockerfile: Text of the Dockerfile.
            image: The CDK's own image object as a base64 Python pickle; the server only stores it.
            public: Whether everybody may use it.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ConfigError: if a file cannot be read, before anything is sent.
            ChutesError: what the server refused (400, 401, 402, 409, 422, 429), or the connection did.
        """
        call = Call(
            "createContainerImage",
            "POST",
            ["/images/"],
            content=Multipart(
                [
                    ("wait", wait),
                    ("build_context", build_context),
                    ("username", username),
                    ("name", name),
                    ("readme", readme),
                    ("logo_id", logo_id),
                    ("tag", tag),
                    ("dockerfile", dockerfile),
                    ("image", image),
                    ("public", public),
                ],
                frozenset(
                    {
                        "build_context",
                    }
                ),
            ),
            headers={
                "X-Chutes-Version": "0.6.10",
            },
            idempotent=False,
        )
        made: models.ContainerImage = self._client._perform(call, models.ContainerImage, options)
        return made

    def get(
        self,
        image_id_or_name: str,
        **options: Unpack[Options],
    ) -> models.ContainerImage:
        """Get an image by id or name.

        Calls `GET /images/{image_id_or_name}`.

        Args:
            image_id_or_name: Id of the image, or `user/name:tag`; slashes stay.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 404, 422), or the connection did.
        """
        call = Call(
            "getContainerImage",
            "GET",
            ["/images/", Param("image_id_or_name", image_id_or_name, keep_slash=True)],
            purpose="images",
        )
        made: models.ContainerImage = self._client._perform(call, models.ContainerImage, options)
        return made

    def delete(
        self,
        image_id_or_name: str,
        **options: Unpack[Options],
    ) -> models.ContainerImageDeletion:
        """Delete an image.

        An image that a chute uses is a 409. A second delete is a 404, so a 404 after a retry means that it is done.

        Calls `DELETE /images/{image_id_or_name}`.

        Args:
            image_id_or_name: Id of the image, or `user/name:tag`; slashes stay.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 404, 409, 422), or the connection did.
        """
        call = Call(
            "deleteContainerImage",
            "DELETE",
            ["/images/", Param("image_id_or_name", image_id_or_name, keep_slash=True)],
            purpose="images",
        )
        made: models.ContainerImageDeletion = self._client._perform(call, models.ContainerImageDeletion, options)
        return made

    def logs(
        self,
        image_id: str,
        *,
        offset: str | Omit = OMIT,
        **options: Unpack[Options],
    ) -> LogStream[models.BuildLogEvent]:
        """Follow the log of a build.

        While the image is built each record is one line, `data: {"log": {"log_type", "log"}, "offset"}`, ended by a single
        newline, with a `.` line each second, `data: ERROR: …` lines, and `DONE` at the end, after which the server goes on
        sending dots for ever. Readers hand out the records. A finished build is answered with plain text.

        Calls `GET /images/{image_id}/logs`.

        Args:
            image_id: Id of the image.
            offset: Offset of the last record that was seen; the log goes on after it.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 404, 422), or the connection did.
        """
        call = Call(
            "followContainerImageLogs",
            "GET",
            ["/images/", Param("image_id", image_id), "/logs"],
            query={
                "offset": offset,
            },
            purpose="images",
            result="lines",
            accept="text/event-stream, text/plain",
        )
        return self._client._log(call, models.BuildLogEvent, options)
