"""Identity on Azure: it can do nothing by itself, and the application finds it."""

from tests.components.builders import identity
from tests.mocks.azure import GROUP


def test_it_has_no_role(deployed):
    cloud = deployed(identity, "azure").cloud
    assert "azure-native:authorization:RoleAssignment" not in cloud.counts


def test_rights_go_to_the_object_and_the_application_names_the_client(deploy, context):
    found = {}

    def program():
        made = identity("azure", context)
        made.id.apply(lambda known: found.update(id=known))
        made.member.apply(lambda known: found.update(member=known))
        made.variables["AZURE_CLIENT_ID"].apply(lambda known: found.update(client=known))

    deploy(program)
    assert found["id"].startswith(f"{GROUP}/landing0a1b2c3d/providers/Microsoft.ManagedIdentity/")
    assert (found["member"][-2:], found["client"][-2:]) == ("d1", "d2")
