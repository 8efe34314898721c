# Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

"""All resources of the management API, made when they are first used."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .._client import AsyncChutes
    from ..helpers.chutes import AsyncChutesResource
    from ..helpers.container_images import AsyncContainerImagesResource
    from ..helpers.jobs import AsyncJobsResource
    from .api_keys import AsyncApiKeysApi
    from .audit import AsyncAuditApi
    from .bounties import AsyncBountiesApi
    from .e2e import AsyncE2eApi
    from .encrypted_logs import AsyncEncryptedLogsApi
    from .instances import AsyncInstancesApi
    from .invocations import AsyncInvocationsApi
    from .logos import AsyncLogosApi
    from .model_aliases import AsyncModelAliasesApi
    from .models import AsyncModelsApi
    from .nodes import AsyncNodesApi
    from .oauth import AsyncOauthApi
    from .oauth_apps import AsyncOauthAppsApi
    from .oauth_authorizations import AsyncOauthAuthorizationsApi
    from .payments import AsyncPaymentsApi
    from .platform import AsyncPlatformApi
    from .pricing import AsyncPricingApi
    from .secrets import AsyncSecretsApi
    from .tee import AsyncTeeApi
    from .users import AsyncUsersApi


class AsyncManagement:
    """The resources of a client."""

    def _self(self) -> AsyncChutes:
        raise NotImplementedError

    @cached_property
    def chutes(self) -> AsyncChutesResource:
        """Deploy, inspect, share, warm up and delete chutes."""
        from ..helpers.chutes import AsyncChutesResource

        return AsyncChutesResource(self._self())

    @cached_property
    def container_images(self) -> AsyncContainerImagesResource:
        """Images that chutes run in."""
        from ..helpers.container_images import AsyncContainerImagesResource

        return AsyncContainerImagesResource(self._self())

    @cached_property
    def jobs(self) -> AsyncJobsResource:
        """Runs of the jobs of chutes."""
        from ..helpers.jobs import AsyncJobsResource

        return AsyncJobsResource(self._self())

    @cached_property
    def instances(self) -> AsyncInstancesApi:
        """Running copies of chutes."""
        from .instances import AsyncInstancesApi

        return AsyncInstancesApi(self._self())

    @cached_property
    def encrypted_logs(self) -> AsyncEncryptedLogsApi:
        """Logs that only the owner can read."""
        from .encrypted_logs import AsyncEncryptedLogsApi

        return AsyncEncryptedLogsApi(self._self())

    @cached_property
    def e2e(self) -> AsyncE2eApi:
        """Calls that only the instance can read."""
        from .e2e import AsyncE2eApi

        return AsyncE2eApi(self._self())

    @cached_property
    def bounties(self) -> AsyncBountiesApi:
        """Rewards that make miners start a chute."""
        from .bounties import AsyncBountiesApi

        return AsyncBountiesApi(self._self())

    @cached_property
    def users(self) -> AsyncUsersApi:
        """Accounts, quotas, usage and balance."""
        from .users import AsyncUsersApi

        return AsyncUsersApi(self._self())

    @cached_property
    def api_keys(self) -> AsyncApiKeysApi:
        """Keys of the account."""
        from .api_keys import AsyncApiKeysApi

        return AsyncApiKeysApi(self._self())

    @cached_property
    def secrets(self) -> AsyncSecretsApi:
        """Environment variables that chutes get."""
        from .secrets import AsyncSecretsApi

        return AsyncSecretsApi(self._self())

    @cached_property
    def model_aliases(self) -> AsyncModelAliasesApi:
        """Names for ranked lists of chutes."""
        from .model_aliases import AsyncModelAliasesApi

        return AsyncModelAliasesApi(self._self())

    @cached_property
    def logos(self) -> AsyncLogosApi:
        """Pictures of chutes and accounts."""
        from .logos import AsyncLogosApi

        return AsyncLogosApi(self._self())

    @cached_property
    def oauth_apps(self) -> AsyncOauthAppsApi:
        """Apps that sign users in with Chutes."""
        from .oauth_apps import AsyncOauthAppsApi

        return AsyncOauthAppsApi(self._self())

    @cached_property
    def oauth_authorizations(self) -> AsyncOauthAuthorizationsApi:
        """Apps that you have authorized."""
        from .oauth_authorizations import AsyncOauthAuthorizationsApi

        return AsyncOauthAuthorizationsApi(self._self())

    @cached_property
    def oauth(self) -> AsyncOauthApi:
        """Tokens and what they are worth."""
        from .oauth import AsyncOauthApi

        return AsyncOauthApi(self._self())

    @cached_property
    def pricing(self) -> AsyncPricingApi:
        """Prices of GPUs and rates of currencies."""
        from .pricing import AsyncPricingApi

        return AsyncPricingApi(self._self())

    @cached_property
    def payments(self) -> AsyncPaymentsApi:
        """Payments and revenue of the platform."""
        from .payments import AsyncPaymentsApi

        return AsyncPaymentsApi(self._self())

    @cached_property
    def nodes(self) -> AsyncNodesApi:
        """GPUs of the platform."""
        from .nodes import AsyncNodesApi

        return AsyncNodesApi(self._self())

    @cached_property
    def invocations(self) -> AsyncInvocationsApi:
        """Statistics and tables of invocations."""
        from .invocations import AsyncInvocationsApi

        return AsyncInvocationsApi(self._self())

    @cached_property
    def audit(self) -> AsyncAuditApi:
        """Reports of miners and validators."""
        from .audit import AsyncAuditApi

        return AsyncAuditApi(self._self())

    @cached_property
    def tee(self) -> AsyncTeeApi:
        """What trusted machines must show."""
        from .tee import AsyncTeeApi

        return AsyncTeeApi(self._self())

    @cached_property
    def platform(self) -> AsyncPlatformApi:
        """Whether it is alive; model repositories."""
        from .platform import AsyncPlatformApi

        return AsyncPlatformApi(self._self())

    @cached_property
    def models(self) -> AsyncModelsApi:
        """The models behind the OpenAI-compatible router."""
        from .models import AsyncModelsApi

        return AsyncModelsApi(self._self())
