"""Provisioned concurrency: initialised execution environments, always or at the hours in the settings (COST-2)."""

from modules.common import Context
from modules.framework import (
    AppautoscalingScheduledAction,
    AppautoscalingScheduledActionScalableTargetAction,
    AppautoscalingTarget,
    Construct,
    LambdaAlias,
    LambdaProvisionedConcurrencyConfig,
    TerraformResourceLifecycle,
)
from settings import ProvisionedConcurrencySettings


class ProvisionedConcurrency(Construct):
    """Provisioned concurrency of an alias, billed by the hour.

    Because it belongs to the alias, a new version is initialised before it is invoked.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        name: str,
        alias: LambdaAlias,
        settings: ProvisionedConcurrencySettings,
    ) -> None:
        super().__init__(scope, id_)
        if settings.scale_up is None or settings.scale_down is None:
            LambdaProvisionedConcurrencyConfig(
                self,
                "always",
                function_name=alias.function_name,
                qualifier=alias.name,
                provisioned_concurrent_executions=settings.environments,
            )
            return
        target = AppautoscalingTarget(
            self,
            "hours",
            service_namespace="lambda",
            resource_id=f"function:{alias.function_name}:{alias.name}",
            scalable_dimension="lambda:function:ProvisionedConcurrency",
            min_capacity=0,
            max_capacity=settings.environments,
            # The scheduled actions change both, and a deploy in between must not change them back.
            lifecycle=TerraformResourceLifecycle(ignore_changes=["max_capacity", "min_capacity"]),
        )
        for id_of, expression, environments in (
            ("warm-up", settings.scale_up, settings.environments),
            ("cool-down", settings.scale_down, 0),
        ):
            AppautoscalingScheduledAction(
                self,
                id_of,
                name=context.name(f"{name}-{id_of}"),
                service_namespace=target.service_namespace,
                resource_id=target.resource_id,
                scalable_dimension=target.scalable_dimension,
                schedule=expression,
                timezone="UTC",
                scalable_target_action=AppautoscalingScheduledActionScalableTargetAction(
                    min_capacity=str(environments), max_capacity=str(environments)
                ),
            )
