"""The order check: a path in the state's dependencies, or luck."""

from sandbox import order


def urn(name, type_="aws:s3/bucket:Bucket"):
    return f"urn:pulumi:dev::modelport::{type_}::{name}"


def resource(name, custom=True, **fields):
    return {"urn": urn(name), "custom": custom, **fields}


def test_a_need_explained_by_a_dependency_passes():
    state = [resource("role"), resource("function", dependencies=[urn("role")])]
    assert order.check(state, {urn("function"): [urn("role")]}) == []


def test_a_need_explained_by_a_chain_passes():
    state = [
        resource("api"),
        resource("registry", propertyDependencies={"project": [urn("api")], "location": None}),
        resource("function", dependencies=[urn("registry")]),
    ]
    assert order.check(state, {urn("function"): [urn("api")]}) == []


def test_a_need_explained_by_the_provider_passes():
    state = [resource("cluster"), resource("provider", dependencies=[urn("cluster")])]
    state.append(resource("pod", provider=f"{urn('provider')}::1a2b-3c4d"))
    assert order.check(state, {urn("pod"): [urn("cluster")]}) == []


def test_depending_on_a_component_is_depending_on_its_children():
    state = [
        resource("component", custom=False),
        resource("inner", custom=False, parent=urn("component")),
        resource("role", parent=urn("inner")),
        resource("function", dependencies=[urn("component")]),
    ]
    assert order.check(state, {urn("function"): [urn("role")]}) == []


def test_a_need_without_a_path_is_luck_and_names_both():
    state = [resource("role"), resource("function")]
    (found,) = order.check(state, {urn("function"): [urn("role")]})
    assert "Bucket 'function' needs" in str(found)
    assert "Bucket 'role'" in str(found)
    assert "luck" in str(found)


def test_a_shared_parent_is_no_path():
    state = [
        resource("component", custom=False),
        resource("role", parent=urn("component")),
        resource("function", parent=urn("component")),
    ]
    assert len(order.check(state, {urn("function"): [urn("role")]})) == 1


def test_a_path_the_other_way_is_luck():
    state = [resource("role", dependencies=[urn("function")]), resource("function")]
    assert len(order.check(state, {urn("function"): [urn("role")]})) == 1


def test_a_need_outside_the_state_is_luck():
    assert len(order.check([resource("function")], {urn("function"): [urn("elsewhere")]})) == 1


def test_needs_of_other_stacks_and_of_oneself_are_skipped():
    assert order.check([resource("a")], {urn("other"): [urn("a")], urn("a"): [urn("a")]}) == []
