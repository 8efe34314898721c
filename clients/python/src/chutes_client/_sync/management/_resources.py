# Made from _async/management/_resources.py by scripts/unasync.py. Do not edit.
# Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

"""All resources of the management API, made when they are first used."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .._client import Chutes
    from ..helpers.chutes import ChutesResource
    from ..helpers.container_images import ContainerImagesResource
    from ..helpers.jobs import JobsResource
    from .api_keys import ApiKeysApi
    from .audit import AuditApi
    from .bounties import BountiesApi
    from .e2e import E2eApi
    from .encrypted_logs import EncryptedLogsApi
    from .instances import InstancesApi
    from .invocations import InvocationsApi
    from .logos import LogosApi
    from .model_aliases import ModelAliasesApi
    from .models import ModelsApi
    from .nodes import NodesApi
    from .oauth import OauthApi
    from .oauth_apps import OauthAppsApi
    from .oauth_authorizations import OauthAuthorizationsApi
    from .payments import PaymentsApi
    from .platform import PlatformApi
    from .pricing import PricingApi
    from .secrets import SecretsApi
    from .tee import TeeApi
    from .users import UsersApi


class Management:
    """The resources of a client."""

    def _self(self) -> Chutes:
        raise NotImplementedError

    @cached_property
    def chutes(self) -> ChutesResource:
        """Deploy, inspect, share, warm up and delete chutes."""
        from ..helpers.chutes import ChutesResource

        return ChutesResource(self._self())

    @cached_property
    def container_images(self) -> ContainerImagesResource:
        """Images that chutes run in."""
        from ..helpers.container_images import ContainerImagesResource

        return ContainerImagesResource(self._self())

    @cached_property
    def jobs(self) -> JobsResource:
        """Runs of the jobs of chutes."""
        from ..helpers.jobs import JobsResource

        return JobsResource(self._self())

    @cached_property
    def instances(self) -> InstancesApi:
        """Running copies of chutes."""
        from .instances import InstancesApi

        return InstancesApi(self._self())

    @cached_property
    def encrypted_logs(self) -> EncryptedLogsApi:
        """Logs that only the owner can read."""
        from .encrypted_logs import EncryptedLogsApi

        return EncryptedLogsApi(self._self())

    @cached_property
    def e2e(self) -> E2eApi:
        """Calls that only the instance can read."""
        from .e2e import E2eApi

        return E2eApi(self._self())

    @cached_property
    def bounties(self) -> BountiesApi:
        """Rewards that make miners start a chute."""
        from .bounties import BountiesApi

        return BountiesApi(self._self())

    @cached_property
    def users(self) -> UsersApi:
        """Accounts, quotas, usage and balance."""
        from .users import UsersApi

        return UsersApi(self._self())

    @cached_property
    def api_keys(self) -> ApiKeysApi:
        """Keys of the account."""
        from .api_keys import ApiKeysApi

        return ApiKeysApi(self._self())

    @cached_property
    def secrets(self) -> SecretsApi:
        """Environment variables that chutes get."""
        from .secrets import SecretsApi

        return SecretsApi(self._self())

    @cached_property
    def model_aliases(self) -> ModelAliasesApi:
        """Names for ranked lists of chutes."""
        from .model_aliases import ModelAliasesApi

        return ModelAliasesApi(self._self())

    @cached_property
    def logos(self) -> LogosApi:
        """Pictures of chutes and accounts."""
        from .logos import LogosApi

        return LogosApi(self._self())

    @cached_property
    def oauth_apps(self) -> OauthAppsApi:
        """Apps that sign users in with Chutes."""
        from .oauth_apps import OauthAppsApi

        return OauthAppsApi(self._self())

    @cached_property
    def oauth_authorizations(self) -> OauthAuthorizationsApi:
        """Apps that you have authorized."""
        from .oauth_authorizations import OauthAuthorizationsApi

        return OauthAuthorizationsApi(self._self())

    @cached_property
    def oauth(self) -> OauthApi:
        """Tokens and what they are worth."""
        from .oauth import OauthApi

        return OauthApi(self._self())

    @cached_property
    def pricing(self) -> PricingApi:
        """Prices of GPUs and rates of currencies."""
        from .pricing import PricingApi

        return PricingApi(self._self())

    @cached_property
    def payments(self) -> PaymentsApi:
        """Payments and revenue of the platform."""
        from .payments import PaymentsApi

        return PaymentsApi(self._self())

    @cached_property
    def nodes(self) -> NodesApi:
        """GPUs of the platform."""
        from .nodes import NodesApi

        return NodesApi(self._self())

    @cached_property
    def invocations(self) -> InvocationsApi:
        """Statistics and tables of invocations."""
        from .invocations import InvocationsApi

        return InvocationsApi(self._self())

    @cached_property
    def audit(self) -> AuditApi:
        """Reports of miners and validators."""
        from .audit import AuditApi

        return AuditApi(self._self())

    @cached_property
    def tee(self) -> TeeApi:
        """What trusted machines must show."""
        from .tee import TeeApi

        return TeeApi(self._self())

    @cached_property
    def platform(self) -> PlatformApi:
        """Whether it is alive; model repositories."""
        from .platform import PlatformApi

        return PlatformApi(self._self())

    @cached_property
    def models(self) -> ModelsApi:
        """The models behind the OpenAI-compatible router."""
        from .models import ModelsApi

        return ModelsApi(self._self())
