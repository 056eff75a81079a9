"""Rights on Azure: a role, given to one identity on one thing."""

import pulumi
from pulumi_azure_native import authorization


def role_id(account: pulumi.Input[str], role: pulumi.Input[str]) -> pulumi.Output[str]:
    """The id of a role, named by its GUID, in a subscription."""
    return pulumi.Output.concat(
        "/subscriptions/", account, "/providers/Microsoft.Authorization/roleDefinitions/", role
    )


def assign(
    name: str,
    scope: pulumi.Output[str],
    role: pulumi.Output[str],
    principal: pulumi.Input[str],
    child: pulumi.ResourceOptions,
    condition: str | None = None,
) -> authorization.RoleAssignment:
    """Gives a role on `scope`, and on nothing else, to the identity with this object id."""
    return authorization.RoleAssignment(
        name,
        scope=scope,
        role_definition_id=role,
        principal_id=principal,
        # Without the type, an identity made a moment ago is refused as unknown.
        principal_type=authorization.PrincipalType.SERVICE_PRINCIPAL,
        condition=condition,
        condition_version=None if condition is None else "2.0",
        opts=child,
    )
