# Made from _async/management/chutes.py by scripts/unasync.py. Do not edit.
# Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from typing_extensions import Unpack

from ..._config import OMIT, Omit
from ..._params import Options
from ..._request import Call, Param
from ..._results import Items, Text
from ...management import _models as models
from .._pager import Page
from .._stream import EventStream

if TYPE_CHECKING:
    from .._client import Chutes


class ChutesApi:
    """Deploy, inspect, share, warm up and delete chutes."""

    def __init__(self, client: Chutes) -> None:
        self._client = client

    def list(
        self,
        *,
        include_public: bool | Omit = OMIT,
        template: str | Omit = OMIT,
        name: str | Omit = OMIT,
        exclude: str | Omit = OMIT,
        image: str | Omit = OMIT,
        slug: str | Omit = OMIT,
        page: int | Omit = OMIT,
        limit: int | Omit = OMIT,
        offset: int | Omit = OMIT,
        include_schemas: bool | Omit = OMIT,
        **options: Unpack[Options],
    ) -> Page[models.Chute]:
        """List chutes.

        Signed in, the list holds your own chutes only, unless `include_public` is true; without credentials it holds the public
        ones. Sorted by invocation count, so that rows move between pages while the list is read. Items come without `cords`:
        `cord_refs` of the page holds them under the `cord_ref_id` of the item.

        Calls `GET /chutes/`.

        Args:
            include_public: Add the public chutes of everybody.
            template: Only chutes of this template.
            name: Only chutes whose name contains this text.
            exclude: Leave out chutes whose name contains this text.
            image: Only chutes of this image. The server of 2026-05 has a fault here and then finds nothing.
            slug: Only chutes whose slug matches this SQL `ILIKE` pattern.
            page: Page number; 0 is the first. Not together with `offset`.
            limit: Chutes in a page.
            offset: Chutes to pass over. Not together with `page`; the page is then echoed as 0.
            include_schemas: Keep the JSON Schemas of the cords in `cord_refs`.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (400, 401, 422), or the connection did.
        """
        call = Call(
            "listChutes",
            "GET",
            ["/chutes/"],
            query={
                "include_public": include_public,
                "template": template,
                "name": name,
                "exclude": exclude,
                "image": image,
                "slug": slug,
                "page": page,
                "limit": limit,
                "offset": offset,
                "include_schemas": include_schemas,
            },
            purpose="chutes",
        )
        return self._client._paged(call, models.ChutePage, options)

    def create(
        self,
        *,
        name: str,
        image: str,
        public: bool,
        code: str,
        filename: str,
        ref_str: str,
        node_selector: models.NodeSelector | Mapping[str, Any],
        standard_template: str | Omit | None = OMIT,
        tagline: str | Omit | None = OMIT,
        readme: str | Omit | None = OMIT,
        tool_description: str | Omit | None = OMIT,
        logo_id: str | Omit | None = OMIT,
        cords: Sequence[models.Cord | Mapping[str, Any]] | Omit | None = OMIT,
        jobs: Sequence[models.Job | Mapping[str, Any]] | Omit | None = OMIT,
        concurrency: int | Omit | None = OMIT,
        revision: str | Omit | None = OMIT,
        max_instances: int | Omit | None = OMIT,
        scaling_threshold: float | Omit | None = OMIT,
        shutdown_after_seconds: int | Omit | None = OMIT,
        allow_external_egress: bool | Omit | None = OMIT,
        encrypted_fs: bool | Omit | None = OMIT,
        tee: bool | Omit | None = OMIT,
        lock_modules: bool | Omit | None = OMIT,
        use_rolling_update: bool | Omit | None = OMIT,
        accept_fee: bool | Omit = OMIT,
        **options: Unpack[Options],
    ) -> models.Chute:
        """Deploy a chute, or deploy a new version of it, without looking first.

        Your account and the name decide which chute it is; a second deployment with the same name is a new version, rolled out
        gradually unless `use_rolling_update` is false. Counts towards 24 creations and updates in 24 hours, so clients never
        send it twice by themselves. The first deployment of a name costs a fee (402 with its amount until `accept_fee` is
        true); `tee` must be true since 2026-05-12; `public` needs a permission that accounts do not have by default.

        Calls `POST /chutes/`; never sent twice by itself.

        Args:
            name: Name, unique in the account without regard to case.
            image: Id of the image, or `user/name:tag`.
            public: Must be false for accounts without the permission.
            code: Python source.
            filename: File name of the source.
            ref_str: `module:variable` of the chute object.
            node_selector: Hardware.
            standard_template: Template, if any.
            tagline: One line about it. Default of the server: .
            readme: Text about it in Markdown. Default of the server: .
            tool_description: Text for models that use it as a tool.
            logo_id: Sent as it is.
            cords: Endpoints. A chute has cords or jobs.
            jobs: Jobs. A chute has cords or jobs.
            concurrency: Calls per instance at the same time.
            revision: Commit of the model repository; required for the vLLM template.
            max_instances: Most instances at the same time. Default of the server: 1.
            scaling_threshold: Busy ratio that starts another instance. Default of the server: 0.75.
            shutdown_after_seconds: Idle seconds until an instance stops. Default of the server: 300.
            allow_external_egress: Let it open connections to the outside. Default of the server: False.
            encrypted_fs: Encrypt its file system. Default of the server: False.
            tee: Run in a trusted execution environment. Must be true since 2026-05-12. Default of the server: False.
            lock_modules: Forbid imports of other modules; forced for standard templates.
            use_rolling_update: Replace instances of the last version one by one. Default of the server: True.
            accept_fee: Agree to the fee of a first deployment.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (400, 401, 402, 403, 409, 422, 429), or the connection did.
        """
        call = Call(
            "createChute",
            "POST",
            ["/chutes/"],
            query={
                "accept_fee": accept_fee,
            },
            body={
                "name": name,
                "image": image,
                "public": public,
                "code": code,
                "filename": filename,
                "ref_str": ref_str,
                "node_selector": node_selector,
                "standard_template": standard_template,
                "tagline": tagline,
                "readme": readme,
                "tool_description": tool_description,
                "logo_id": logo_id,
                "cords": cords,
                "jobs": jobs,
                "concurrency": concurrency,
                "revision": revision,
                "max_instances": max_instances,
                "scaling_threshold": scaling_threshold,
                "shutdown_after_seconds": shutdown_after_seconds,
                "allow_external_egress": allow_external_egress,
                "encrypted_fs": encrypted_fs,
                "tee": tee,
                "lock_modules": lock_modules,
                "use_rolling_update": use_rolling_update,
            },
            idempotent=False,
        )
        made: models.Chute = self._client._perform(call, models.Chute, options)
        return made

    def get(
        self,
        chute_id_or_name: str,
        **options: Unpack[Options],
    ) -> models.Chute:
        """Get a chute by id or name.

        Works without credentials for public chutes. A private chute of somebody else is a 404.

        Calls `GET /chutes/{chute_id_or_name}`.

        Args:
            chute_id_or_name: Id of the chute, or its name. A name may hold slashes (`deepseek-ai/DeepSeek-V3`). Deleting takes
            the id only.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 404, 422), or the connection did.
        """
        call = Call(
            "getChute",
            "GET",
            ["/chutes/", Param("chute_id_or_name", chute_id_or_name, keep_slash=True)],
            purpose="chutes",
        )
        made: models.Chute = self._client._perform(call, models.Chute, options)
        return made

    def update(
        self,
        chute_id_or_name: str,
        *,
        tagline: str | Omit | None = OMIT,
        readme: str | Omit | None = OMIT,
        tool_description: str | Omit | None = OMIT,
        logo_id: str | Omit | None = OMIT,
        max_instances: int | Omit | None = OMIT,
        scaling_threshold: float | Omit | None = OMIT,
        shutdown_after_seconds: int | Omit | None = OMIT,
        disabled: bool | Omit | None = OMIT,
        **options: Unpack[Options],
    ) -> models.Chute:
        """Change the text, the scaling or the state of a chute, but not its code or image.

        The server ignores empty strings and nulls, so that a text can be replaced but not cleared.

        Calls `PUT /chutes/{chute_id_or_name}`.

        Args:
            chute_id_or_name: Id of the chute, or its name. A name may hold slashes (`deepseek-ai/DeepSeek-V3`). Deleting takes
            the id only.
            tagline: One line about it. Default of the server: .
            readme: Text about it in Markdown. Default of the server: .
            tool_description: Text for models that use it as a tool. Default of the server: .
            logo_id: Sent as it is.
            max_instances: Most instances at the same time.
            scaling_threshold: Busy ratio that starts another instance.
            shutdown_after_seconds: Idle seconds until an instance stops. The server of 2026-05 accepts and ignores it. Default
            of the server: 300.
            disabled: True stops a chute: the instances of a private one are killed.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 403, 404, 422), or the connection did.
        """
        call = Call(
            "updateChute",
            "PUT",
            ["/chutes/", Param("chute_id_or_name", chute_id_or_name, keep_slash=True)],
            body={
                "tagline": tagline,
                "readme": readme,
                "tool_description": tool_description,
                "logo_id": logo_id,
                "max_instances": max_instances,
                "scaling_threshold": scaling_threshold,
                "shutdown_after_seconds": shutdown_after_seconds,
                "disabled": disabled,
            },
        )
        made: models.Chute = self._client._perform(call, models.Chute, options)
        return made

    def delete(
        self,
        chute_id: str,
        **options: Unpack[Options],
    ) -> models.ChuteDeletion:
        """Delete a chute by id.

        Takes the UUID only (a name is a 400). The parameter is named as in the other operations of this path because OpenAPI
        forbids the same path under two names; the clients call it `chute_id`. A second delete is a 404, so a 404 after a retry
        means that it is done.

        Calls `DELETE /chutes/{chute_id}`.

        Args:
            chute_id: Id of the chute, or its name. A name may hold slashes (`deepseek-ai/DeepSeek-V3`). Deleting takes the id
            only.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (400, 401, 404, 422), or the connection did.
        """
        call = Call(
            "deleteChute",
            "DELETE",
            ["/chutes/", Param("chute_id", chute_id)],
            purpose="chutes",
        )
        made: models.ChuteDeletion = self._client._perform(call, models.ChuteDeletion, options)
        return made

    def code(
        self,
        chute_id: str,
        **options: Unpack[Options],
    ) -> Text:
        """Get the Python source of a chute.

        Calls `GET /chutes/code/{chute_id}`.

        Args:
            chute_id: Id of the chute.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 404, 422), or the connection did.
        """
        call = Call(
            "getChuteCode",
            "GET",
            ["/chutes/code/", Param("chute_id", chute_id)],
            purpose="chutes",
            result="text",
            accept="text/plain",
        )
        text: Text = self._client._perform(call, str, options)
        return text

    def warmup(
        self,
        chute_id_or_name: str,
        **options: Unpack[Options],
    ) -> EventStream[models.WarmupEvent]:
        """Start a cold chute and follow it until it is hot.

        An event about every five seconds while the chute is cold, the first at once. The stream ends after the first `hot`, or
        silently after 600 seconds of cold. It opens a bounty if there is none, and starting a private chute of your own is
        billed.

        Calls `GET /chutes/warmup/{chute_id_or_name}`.

        Args:
            chute_id_or_name: Id of the chute, or its name, which may hold slashes.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 402, 404, 422, 503), or the connection did.
        """
        call = Call(
            "warmUpChute",
            "GET",
            ["/chutes/warmup/", Param("chute_id_or_name", chute_id_or_name, keep_slash=True)],
            purpose="chutes",
            result="sse",
        )
        return self._client._stream(call, models.WarmupEvent, options)

    def warmup_status(
        self,
        chute_id_or_name: str,
        **options: Unpack[Options],
    ) -> models.WarmupStatus:
        """Ask once whether a chute is hot; starts a cold one like `warmup`.

        For polling, about every five to ten seconds. Servers before 2026-05 ignore it and answer with the event stream.

        Calls `GET /chutes/warmup/{chute_id_or_name}`.

        Args:
            chute_id_or_name: Id of the chute, or its name, which may hold slashes.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 402, 404, 422, 503), or the connection did.
        """
        call = Call(
            "warmUpChute",
            "GET",
            ["/chutes/warmup/", Param("chute_id_or_name", chute_id_or_name, keep_slash=True)],
            query={
                "quick": "true",
            },
            purpose="chutes",
        )
        made: models.WarmupStatus = self._client._perform(call, models.WarmupStatus, options)
        return made

    def share(
        self,
        *,
        chute_id_or_name: str,
        user_id_or_name: str,
        **options: Unpack[Options],
    ) -> models.ShareResult:
        """Share a private chute with another user.

        Sharing twice with the same user changes nothing.

        Calls `POST /chutes/share`.

        Args:
            chute_id_or_name: Your chute.
            user_id_or_name: The other user.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (400, 401, 404, 422), or the connection did.
        """
        call = Call(
            "shareChute",
            "POST",
            ["/chutes/share"],
            body={
                "chute_id_or_name": chute_id_or_name,
                "user_id_or_name": user_id_or_name,
            },
        )
        made: models.ShareResult = self._client._perform(call, models.ShareResult, options)
        return made

    def unshare(
        self,
        *,
        chute_id_or_name: str,
        user_id_or_name: str,
        **options: Unpack[Options],
    ) -> models.ShareResult:
        """Take a share back.

        Succeeds also when there was no such share.

        Calls `POST /chutes/unshare`.

        Args:
            chute_id_or_name: Your chute.
            user_id_or_name: The other user.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 404, 422), or the connection did.
        """
        call = Call(
            "unshareChute",
            "POST",
            ["/chutes/unshare"],
            body={
                "chute_id_or_name": chute_id_or_name,
                "user_id_or_name": user_id_or_name,
            },
        )
        made: models.ShareResult = self._client._perform(call, models.ShareResult, options)
        return made

    def boosted(
        self,
        **options: Unpack[Options],
    ) -> Items[models.BoostedChute]:
        """List the chutes that have a boost.

        Calls `GET /chutes/boosted`.

        Args:
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused, or the connection did.
        """
        call = Call(
            "listBoostedChutes",
            "GET",
            ["/chutes/boosted"],
            public=True,
        )
        made: Items[models.BoostedChute] = self._client._perform(call, builtins.list[models.BoostedChute], options)
        return made

    def affine_available(
        self,
        **options: Unpack[Options],
    ) -> Items[models.AffineChute]:
        """List the affine chutes whose owner can pay for them.

        Calls `GET /chutes/affine_available`.

        Args:
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused, or the connection did.
        """
        call = Call(
            "listAffineChutes",
            "GET",
            ["/chutes/affine_available"],
            public=True,
        )
        made: Items[models.AffineChute] = self._client._perform(call, builtins.list[models.AffineChute], options)
        return made

    def rolling_updates(
        self,
        **options: Unpack[Options],
    ) -> Items[models.RollingUpdate]:
        """List the rolling updates under way.

        Calls `GET /chutes/rolling_updates`.

        Args:
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused, or the connection did.
        """
        call = Call(
            "listRollingUpdates",
            "GET",
            ["/chutes/rolling_updates"],
            public=True,
        )
        made: Items[models.RollingUpdate] = self._client._perform(call, builtins.list[models.RollingUpdate], options)
        return made

    def gpu_count_history(
        self,
        **options: Unpack[Options],
    ) -> Items[models.GpuCount]:
        """List how many GPUs chutes have asked for.

        Calls `GET /chutes/gpu_count_history`.

        Args:
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused, or the connection did.
        """
        call = Call(
            "listGpuCountHistory",
            "GET",
            ["/chutes/gpu_count_history"],
            public=True,
        )
        made: Items[models.GpuCount] = self._client._perform(call, builtins.list[models.GpuCount], options)
        return made

    def utilization(
        self,
        **options: Unpack[Options],
    ) -> Items[models.ChuteUtilization]:
        """List how busy each chute is, from the latest capacity log.

        Calls `GET /chutes/utilization`.

        Args:
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused, or the connection did.
        """
        call = Call(
            "listChuteUtilization",
            "GET",
            ["/chutes/utilization"],
            public=True,
        )
        made: Items[models.ChuteUtilization] = self._client._perform(call, builtins.list[models.ChuteUtilization], options)
        return made

    def miner_means_index(
        self,
        **options: Unpack[Options],
    ) -> Text:
        """Get the HTML index of the miners' mean speeds.

        Calls `GET /chutes/miner_means`.

        Args:
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused, or the connection did.
        """
        call = Call(
            "getMinerMeansIndex",
            "GET",
            ["/chutes/miner_means"],
            public=True,
            result="text",
            accept="text/html",
        )
        text: Text = self._client._perform(call, str, options)
        return text

    def miner_means(
        self,
        chute_id: str,
        *,
        ext: str | Omit = OMIT,
        **options: Unpack[Options],
    ) -> Text:
        """Get the mean speed of each miner of a chute, as text.

        HTML by default, or what `ext` asks for. `miner_means_rows` hands out the rows, decoded.

        Calls `GET /chutes/miner_means/{chute_id}`.

        Args:
            chute_id: Id of the chute.
            ext: The format; HTML if left out.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (404, 422), or the connection did.
        """
        call = Call(
            "getMinerMeans",
            "GET",
            ["/chutes/miner_means/", Param("chute_id", chute_id)],
            query={
                "ext": ext,
            },
            public=True,
            result="text",
            accept="text/html, application/json, text/csv",
        )
        text: Text = self._client._perform(call, str, options)
        return text

    def miner_means_file(
        self,
        chute_id: str,
        ext: str,
        **options: Unpack[Options],
    ) -> Text:
        """Get the mean speed of each miner of a chute as a file.

        The same table as `miner_means`, with the format in the path. The text of the file is handed out as it came.

        Calls `GET /chutes/miner_means/{chute_id}.{ext}`.

        Args:
            chute_id: Id of the chute.
            ext: The format.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (404, 422), or the connection did.
        """
        call = Call(
            "getMinerMeansFile",
            "GET",
            ["/chutes/miner_means/", Param("chute_id", chute_id), ".", Param("ext", ext)],
            public=True,
            result="text",
            accept="text/csv, application/json, text/html",
        )
        text: Text = self._client._perform(call, str, options)
        return text

    def miner_means_rows(
        self,
        chute_id: str,
        **options: Unpack[Options],
    ) -> Items[models.MinerMean]:
        """Get the mean speed of each miner of a chute, decoded.

        The JSON form of `miner_means_file`.

        Calls `GET /chutes/miner_means/{chute_id}.json`.

        Args:
            chute_id: Id of the chute.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (404, 422), or the connection did.
        """
        call = Call(
            "getMinerMeansFile",
            "GET",
            ["/chutes/miner_means/", Param("chute_id", chute_id), ".", "json"],
            public=True,
        )
        made: Items[models.MinerMean] = self._client._perform(call, builtins.list[models.MinerMean], options)
        return made

    def deploy_vllm(
        self,
        *,
        model: str,
        logo_id: str | Omit | None = OMIT,
        tagline: str | Omit | None = OMIT,
        tool_description: str | Omit | None = OMIT,
        readme: str | Omit | None = OMIT,
        public: bool | Omit | None = OMIT,
        node_selector: models.NodeSelector | Mapping[str, Any] | Omit | None = OMIT,
        engine_args: models.VllmEngineArgs | Mapping[str, Any] | Omit | None = OMIT,
        revision: str | Omit | None = OMIT,
        concurrency: int | Omit | None = OMIT,
        **options: Unpack[Options],
    ) -> models.Chute:
        """Deploy a language model from the vLLM template.

        The public server has switched it off and always answers 403 `Easy deployment is currently disabled!`.

        Calls `POST /chutes/vllm`; never sent twice by itself.

        Args:
            model: Name of the model repository.
            logo_id: Sent as it is.
            tagline: One line about it. Default of the server: .
            tool_description: Text for models that use it as a tool.
            readme: Text about it in Markdown. Default of the server: .
            public: Sent as it is. Default of the server: True.
            node_selector: Hardware.
            engine_args: Settings of the engine.
            revision: Commit of the model repository.
            concurrency: Calls per instance at the same time. Default of the server: 8.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 403, 422), or the connection did.
        """
        call = Call(
            "deployVllmChute",
            "POST",
            ["/chutes/vllm"],
            body={
                "model": model,
                "logo_id": logo_id,
                "tagline": tagline,
                "tool_description": tool_description,
                "readme": readme,
                "public": public,
                "node_selector": node_selector,
                "engine_args": engine_args,
                "revision": revision,
                "concurrency": concurrency,
            },
            idempotent=False,
        )
        made: models.Chute = self._client._perform(call, models.Chute, options)
        return made

    def deploy_diffusion(
        self,
        *,
        model: str,
        name: str,
        logo_id: str | Omit | None = OMIT,
        tagline: str | Omit | None = OMIT,
        tool_description: str | Omit | None = OMIT,
        readme: str | Omit | None = OMIT,
        public: bool | Omit | None = OMIT,
        node_selector: models.NodeSelector | Mapping[str, Any] | Omit | None = OMIT,
        concurrency: int | Omit | None = OMIT,
        **options: Unpack[Options],
    ) -> models.Chute:
        """Deploy an image model from the diffusion template.

        The public server has switched it off and always answers 403 `Easy deployment is currently disabled!`.

        Calls `POST /chutes/diffusion`; never sent twice by itself.

        Args:
            model: Name of the model repository.
            name: Name of the chute.
            logo_id: Sent as it is.
            tagline: One line about it. Default of the server: .
            tool_description: Text for models that use it as a tool.
            readme: Text about it in Markdown. Default of the server: .
            public: Sent as it is. Default of the server: True.
            node_selector: Hardware.
            concurrency: Calls per instance at the same time. Default of the server: 1.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (401, 403, 422), or the connection did.
        """
        call = Call(
            "deployDiffusionChute",
            "POST",
            ["/chutes/diffusion"],
            body={
                "model": model,
                "name": name,
                "logo_id": logo_id,
                "tagline": tagline,
                "tool_description": tool_description,
                "readme": readme,
                "public": public,
                "node_selector": node_selector,
                "concurrency": concurrency,
            },
            idempotent=False,
        )
        made: models.Chute = self._client._perform(call, models.Chute, options)
        return made

    def evidence(
        self,
        chute_id_or_name: str,
        *,
        nonce: str,
        **options: Unpack[Options],
    ) -> models.ChuteEvidence:
        """Get the attestation of all instances of a trusted chute.

        `report_data` of each quote is SHA-256 over the nonce and the public key of the instance. A chute that is not trusted,
        or was deployed with a CDK older than 0.6.0, is a 400. All users together may ask 60 times a minute, the evidence of
        single instances included (429).

        Calls `GET /chutes/{chute_id_or_name}/evidence`.

        Args:
            chute_id_or_name: Id of the chute, or its name, which may hold slashes.
            nonce: 64 hexadecimal digits of your own choice.
            **options: `timeout`, `max_retries`, `extra_headers` and the other options of a call.

        Raises:
            ChutesError: what the server refused (400, 401, 404, 422, 429, 502), or the connection did.
        """
        call = Call(
            "getChuteEvidence",
            "GET",
            ["/chutes/", Param("chute_id_or_name", chute_id_or_name, keep_slash=True), "/evidence"],
            query={
                "nonce": nonce,
            },
            purpose="chutes",
        )
        made: models.ChuteEvidence = self._client._perform(call, models.ChuteEvidence, options)
        return made
