# Made from _async/helpers/chutes.py by scripts/unasync.py. Do not edit.
"""Deploying a chute, and waiting until one is hot."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from ..._config import check_duration
from ..._errors import APITimeoutError, ConfigError, NotFoundError, StreamInterruptedError
from ..._helpers import WARMUP_TIMEOUT, Deployment, Progress, Until, is_uuid, look_ups
from ..._params import Options
from ..._retry import backoff
from ...management import Chute, WarmupStatus
from ...predict import predict_chute_id, predict_version
from .._platform import sleep
from ..management.chutes import ChutesApi


class ChutesResource(ChutesApi):
    """Deploy, inspect, share, warm up and delete chutes."""

    def deploy(
        self,
        definition: Mapping[str, Any] | None = None,
        *,
        from_cdk: str | None = None,
        accept_fee: bool = False,
        force: bool = False,
        options: Options | None = None,
        **fields: Any,
    ) -> Deployment:
        """Deploys a chute unless the same version of it is there already.

        Asks who you are, for the image and for the chute; where the version that the server would make (image and code decide it)
        and `public` are those of the chute, nothing is sent. Otherwise it is sent once, and never a second time by itself.

        Args:
            definition: the deployment in its JSON form, the fields of `chutes.create`; `fields` are merged over it.
            from_cdk: `"module:chute"`: a chute written with the official CDK, turned into that form. Needs the package `chutes`.
            accept_fee: agree to the fee of a first deployment.
            force: send it also when nothing has changed.
            options: `timeout`, `max_retries` and the like for every request; `extra_headers`, `extra_query` and `extra_body` go
                with the deployment alone.

        Raises:
            ConfigError: if a field without which nothing works is missing.
            PaymentRequiredError: with the server's text, and the amount in `fee`, where a fee was not agreed to.
            ChutesError: what the server refused, or the connection did.

        Example:
            >>> cord = {"function": "hi", "method": "POST", "path": "/hi", "public_api_path": "/hi", "public_api_method": "POST"}
            >>> made = client.chutes.deploy(
            ...     {"name": "docs", "image": "chutes/python:3.12", "code": "#", "filename": "docs.py", "ref_str": "docs:chute"},
            ...     node_selector={"gpu_count": 1, "include": ["pro_6000"]},
            ...     cords=[{**cord, "stream": False}],
            ...     public=False,
            ...     tee=True,
            ...     accept_fee=True,
            ... )
            >>> made.status, made.chute.name
            ('created', 'docs')
        """
        body: dict[str, Any] = {}
        if from_cdk is not None:
            from ...cdk import load_chute

            body = load_chute(from_cdk)
        body = {**body, **(definition or {}), **fields}
        missing = [name for name in ("name", "image", "code", "public") if name not in body]
        if missing:
            raise ConfigError(f"deploy needs {', '.join(missing)}: give a definition, from_cdk, or the fields themselves")
        given = look_ups(options)
        account = self._client.users.me(**given)
        image = self._client.container_images.get(str(body["image"]), **given)
        chute_id = predict_chute_id(account.username or "", str(body["name"]))
        version = predict_version(image.image_id, "None" if image.patch_version is None else image.patch_version, str(body["code"]))
        before: Chute | None = None
        with suppress(NotFoundError):
            before = self.get(chute_id, **given)
        if before is not None and not force and before.version == version and before.public == body["public"]:
            return Deployment(before, "unchanged")
        chute = self._create(body, accept_fee, options or {})
        return Deployment(chute, "created" if before is None else "updated")

    def _create(self, body: Mapping[str, Any], accept_fee: bool, given: Mapping[str, Any]) -> Chute:
        from ..._request import Call

        query = {"accept_fee": True} if accept_fee else {}
        call = Call("createChute", "POST", ["/chutes/"], query=query, body=body, idempotent=False)
        made: Chute = self._client._perform(call, Chute, given)
        return made

    def wait_ready(
        self,
        ref: str,
        *,
        timeout: float | None = WARMUP_TIMEOUT,
        poll_interval: float | None = None,
        on_progress: Progress | None = None,
        options: Options | None = None,
    ) -> WarmupStatus:
        """Warms a chute up and waits until it is hot.

        Follows the events of its warm-up, or asks every `poll_interval` seconds. A stream that breaks is opened again.

        Args:
            ref: id or name of the chute.
            timeout: seconds to wait at most, default 600; None waits for ever.
            poll_interval: seconds between two questions; default: follow the events.
            on_progress: called with each event or status.

        Raises:
            APITimeoutError: if it does not get hot in time, or the server gives up.
            ChutesError: what the server refused, such as a disabled chute.

        Example:
            >>> (client.chutes.wait_ready("demo/echo", timeout=300)).status
            'hot'
        """
        check_duration(poll_interval, "poll_interval")
        seam = self._client._config.seam
        until = Until(self._client._config, timeout, options)

        def late() -> APITimeoutError:
            return APITimeoutError(f"the chute {ref!r} did not get hot in time")

        tell: Progress = on_progress or (lambda _: None)
        if poll_interval is None:
            if self._follow(ref, tell, until):
                return WarmupStatus.model_validate({"status": "hot"} | ({"chute_id": ref} if is_uuid(ref) else {}))
        else:
            while not until.over:
                with until.asking(late):
                    state = self.warmup_status(ref, **until.question())
                tell(state)
                if state.status == "hot":
                    return state
                sleep(seam, until.at_most(poll_interval))
        raise late()

    def _follow(self, ref: str, tell: Progress, until: Until) -> bool:
        """Whether its events say that it is hot; False where they end, or the time does, without it."""
        seam = self._client._config.seam
        failures = 0
        while not until.over:
            try:
                with self.warmup(ref, **until.stream()) as events:
                    for event in events:
                        failures = 0
                        tell(event)
                        if event.status == "hot":
                            return True
                return False
            except StreamInterruptedError as error:
                sleep(seam, until.at_most(backoff(failures, error.kind, seam.random())))
                failures += 1
            except APITimeoutError:
                if not until.over:
                    raise
        return False
