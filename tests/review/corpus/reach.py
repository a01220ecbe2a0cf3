"""Changes of who can open a connection to whom: security groups, routes, access lists, other networks."""

import copy
import json
from collections.abc import Callable
from typing import Any

from ffp.review.concern import Topic
from tests.review.corpus.edit import Document, Edit, blocks, drop, first, first_named, make, put

IN, OUT = "aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"
GROUP, FUNCTION, STORE = "aws_security_group", "aws_lambda_function", "aws_db_instance"
ANYWHERE = "0.0.0.0/0"
Change = Callable[[Document], object]


def id_of(type_: str, name: str, attribute: str = "id") -> str:
    return f"${{{type_}.{name}.{attribute}}}"


def _group_of_store(document: Document) -> Any:
    return first(document, STORE)["vpc_security_group_ids"][0]


def in_vpc(function: Document) -> bool:
    return bool(function.get("vpc_config"))


def _group_of_functions(document: Document) -> Any:
    return first(document, FUNCTION, in_vpc)["vpc_config"]["security_group_ids"][0]


def _group_of_gateway(document: Document) -> Any:
    return first(document, "aws_network_interface")["security_groups"][0]


def vpc_of(document: Document) -> str:
    return id_of("aws_vpc", first_named(document, "aws_vpc")[0])


def subnet_of(document: Document, tier: str) -> str:
    """A subnet by what it is for: that of the database, of the functions, or of the NAT instance."""
    if tier == "isolated":
        group = first(document, "aws_db_subnet_group")
        return str(group["subnet_ids"][0])
    if tier == "private":
        return str(first(document, FUNCTION, in_vpc)["vpc_config"]["subnet_ids"][0])
    return str(first(document, "aws_network_interface")["subnet_id"])


def _rule(type_: str, group: Callable[[Document], Any], port: Any = 5432, to: Any = None, **peer: Any) -> Change:
    def change(document: Document) -> None:
        given = {key: value(document) if callable(value) else value for key, value in peer.items()}
        ports = {"ip_protocol": "tcp", "from_port": port, "to_port": to or port} if port else {"ip_protocol": "-1"}
        blocks(document, type_)["planted"] = {"security_group_id": group(document), **ports, **given}

    return change


def interface_of(document: Document) -> str:
    return id_of("aws_network_interface", first_named(document, "aws_network_interface")[0])


def _widen(type_: str, where: Callable[[Document], bool] = lambda _: True, **values: Any) -> Change:
    return lambda document: first(document, type_, where).update(values)


def _between_groups(rule: Document) -> bool:
    return "referenced_security_group_id" in rule


def _public(rule: Document) -> bool:
    return rule.get("cidr_ipv4") == ANYWHERE


def _all_protocols(document: Document) -> None:
    rule = first(document, OUT, _public)
    rule["ip_protocol"] = "-1"
    rule.pop("from_port", None)
    rule.pop("to_port", None)


def _bastion(document: Document) -> None:
    """An instance that takes the group of the functions, and so their way to the database."""
    group = _group_of_functions(document)
    blocks(document, "aws_instance")["planted"] = {
        "ami": "ami-12345678",
        "instance_type": "t4g.nano",
        "subnet_id": subnet_of(document, "private"),
        "vpc_security_group_ids": [group],
    }


def _public_instance(document: Document) -> None:
    blocks(document, GROUP)["planted"] = {
        "vpc_id": vpc_of(document),
        "ingress": [{"from_port": 8080, "to_port": 8080, "protocol": "tcp", "cidr_blocks": [ANYWHERE]}],
    }
    blocks(document, "aws_instance")["planted"] = {
        "subnet_id": subnet_of(document, "public"),
        "associate_public_ip_address": True,
        "vpc_security_group_ids": [id_of(GROUP, "planted")],
    }


def _store_takes_group(document: Document) -> None:
    first(document, STORE)["vpc_security_group_ids"].append(_group_of_gateway(document))


def _old_rule(document: Document) -> None:
    blocks(document, "aws_security_group_rule")["planted"] = {
        "type": "ingress",
        "security_group_id": _group_of_store(document),
        "protocol": "tcp",
        "from_port": "0",
        "to_port": "65535",
        "cidr_blocks": ["10.0.0.0/8"],
    }


def _prefix_list(document: Document) -> None:
    blocks(document, "aws_ec2_managed_prefix_list")["planted"] = {"entry": [{"cidr": "198.51.100.0/24"}]}
    peer = id_of("aws_ec2_managed_prefix_list", "planted")
    _rule(IN, _group_of_store, prefix_list_id=peer)(document)


def _attachment(document: Document) -> None:
    blocks(document, GROUP)["planted"] = {
        "vpc_id": vpc_of(document),
        "ingress": [{"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": [ANYWHERE]}],
    }
    blocks(document, "aws_network_interface_sg_attachment")["planted"] = {
        "security_group_id": id_of(GROUP, "planted"),
        "network_interface_id": interface_of(document),
    }


_REACH = Topic.EXPOSURE
DANGEROUS = (
    Edit("the database admits the internet", _rule(IN, _group_of_store, cidr_ipv4=ANYWHERE), _REACH),
    Edit("the database admits the internet by version 6", _rule(IN, _group_of_store, cidr_ipv6="::/0"), _REACH),
    Edit("the database admits one office", _rule(IN, _group_of_store, cidr_ipv4="203.0.113.7/32"), _REACH),
    Edit("the database admits the whole VPC", _rule(IN, _group_of_store, cidr_ipv4="10.0.0.0/8"), _REACH),
    Edit(
        "the database admits the VPC by reference",
        _rule(
            IN, _group_of_store, cidr_ipv4=lambda each: id_of("aws_vpc", first_named(each, "aws_vpc")[0], "cidr_block")
        ),
        _REACH,
    ),
    Edit(
        "the database admits the NAT instance",
        _rule(IN, _group_of_store, referenced_security_group_id=_group_of_gateway),
        _REACH,
    ),
    Edit(
        "the database admits a group of another account",
        _rule(IN, _group_of_store, referenced_security_group_id="999999999999/sg-0123456789abcdef0"),
        _REACH,
    ),
    Edit("the database admits a list of prefixes", _rule(IN, _group_of_store, prefix_list_id="pl-12345678"), _REACH),
    Edit("the database admits a list that the stack defines", _prefix_list, _REACH),
    Edit("the database admits addresses by an older rule", _old_rule, _REACH),
    Edit(
        "an inline rule opens a group",
        lambda each: first_named(each, GROUP)[1].update(ingress={"protocol": "-1", "cidr_blocks": ANYWHERE}),
        _REACH,
    ),
    Edit("a rule between groups has more ports", _widen(IN, _between_groups, from_port=0, to_port=65535), _REACH),
    Edit("a rule between groups has every protocol", _widen(IN, _between_groups, ip_protocol="all"), _REACH),
    Edit("a way out between groups has more ports", _widen(OUT, _between_groups, to_port="65535"), _REACH),
    Edit("a way to the internet has every port", _widen(OUT, _public, from_port=0, to_port=65535), _REACH),
    Edit("a way to the internet has every protocol", _all_protocols, _REACH),
    Edit("functions may send mail", _rule(OUT, _group_of_functions, 25, cidr_ipv4="198.51.100.4/32"), _REACH),
    Edit("functions may reach every address by UDP", _rule(OUT, _group_of_functions, 0, cidr_ipv6="::/0"), _REACH),
    Edit("the database may reach the internet", _rule(OUT, _group_of_store, 443, cidr_ipv4=ANYWHERE), _REACH),
    Edit("the NAT instance can be logged in to", _rule(IN, _group_of_gateway, 22, cidr_ipv4="203.0.113.7/32"), _REACH),
    Edit(
        "the default group lets its holders out",
        put("aws_default_security_group", "egress", [{"protocol": "-1", "cidr_blocks": [ANYWHERE]}]),
        _REACH,
    ),
    Edit(
        "the default group lets its holders reach each other",
        put("aws_default_security_group", "ingress", [{"protocol": "-1", "self": True}]),
        _REACH,
    ),
    Edit("the default group is no longer emptied", drop("aws_default_security_group"), _REACH),
    Edit("a new group that nothing holds is open", make(GROUP, ingress=[{"cidr_blocks": [ANYWHERE]}]), _REACH),
    Edit("an instance takes the functions' group", _bastion, _REACH),
    Edit("an instance is public", _public_instance, _REACH),
    Edit("an interface is given one more group", _attachment, _REACH),
    Edit("the database takes another group", _store_takes_group, _REACH),
    Edit("the database takes a group of elsewhere", put(STORE, "vpc_security_group_ids.0", "sg-12345678"), _REACH),
    Edit("the database has no group of its own", _widen(STORE, vpc_security_group_ids=["sg-0", "sg-1"]), _REACH),
)


def _renamed_rules(document: Document) -> None:
    """Every rule has another address, another description, and its ports as texts."""
    for type_ in (IN, OUT):
        rules = blocks(document, type_)
        for name in list(rules):
            rule = rules.pop(name)
            ports = {key: str(rule[key]) for key in ("from_port", "to_port")}
            rules[f"{name}-again"] = {**rule, **ports, "description": "another", "tags": {"a": "b"}}


def _renamed_groups(document: Document) -> None:
    names = list(blocks(document, GROUP))
    text = json.dumps(document)
    for name in names:
        text = text.replace(f"{GROUP}.{name}.", f"{GROUP}.{name}-again.")
    document.clear()
    document.update(json.loads(text))
    groups = blocks(document, GROUP)
    for name in names:
        groups[f"{name}-again"] = groups.pop(name)


def _other_end(rule: Document, group: str) -> Document:
    """Who is at the other end of a rule, under the name that rules of the older kinds have for it."""
    older = {"cidr_ipv4": "cidr_blocks", "prefix_list_id": "prefix_list_ids", "referenced_security_group_id": group}
    ((name, written),) = ((name, written) for name, written in older.items() if name in rule)
    return {written: rule[name] if written == "source_security_group_id" else [rule[name]]}


def _inline(document: Document) -> None:
    """Every separate rule becomes an inline one of its group."""
    for type_, key in ((IN, "ingress"), (OUT, "egress")):
        for rule in blocks(document, type_).values():
            group = rule["security_group_id"].removeprefix("${").split(".")[1]
            given = {"protocol": "6", "from_port": rule["from_port"], "to_port": rule["to_port"]}
            given |= _other_end(rule, "security_groups")
            blocks(document, GROUP)[group].setdefault(key, []).append(given)
        blocks(document, type_).clear()


def _older_rules(document: Document) -> None:
    for type_, key in ((IN, "ingress"), (OUT, "egress")):
        for name, rule in blocks(document, type_).items():
            given = {"type": key, "protocol": "tcp", "from_port": rule["from_port"], "to_port": rule["to_port"]}
            given["security_group_id"] = rule["security_group_id"]
            given |= _other_end(rule, "source_security_group_id")
            blocks(document, "aws_security_group_rule")[f"{key}-{name}"] = given
        blocks(document, type_).clear()


def _halves(document: Document) -> None:
    name, rule = first_named(document, OUT, _public)
    del blocks(document, OUT)[name]
    for half in ("0.0.0.0/1", "128.0.0.0/1"):
        blocks(document, OUT)[half[0]] = {**rule, "cidr_ipv4": half}


def _new_functions(document: Document) -> None:
    _one_more_function(document)
    blocks(document, FUNCTION)["planted"]["vpc_config"]["security_group_ids"] = id_of(GROUP, "planted")
    blocks(document, GROUP)["planted"] = {"vpc_id": vpc_of(document), "description": "One more"}
    _rule(IN, _group_of_store, referenced_security_group_id=id_of(GROUP, "planted"))(document)
    _rule(OUT, lambda _: id_of(GROUP, "planted"), referenced_security_group_id=_group_of_store)(document)
    blocks(document, OUT)["planted-too"] = {
        **first_named(document, OUT, _public)[1],
        "security_group_id": id_of(GROUP, "planted"),
    }


def _one_more_function(document: Document) -> None:
    function = copy.deepcopy(first(document, FUNCTION, in_vpc))
    blocks(document, FUNCTION)["planted"] = {**function, "function_name": "planted"}


def _narrower(document: Document) -> None:
    """The way to the internet becomes one to the addresses of a service of AWS."""
    rule = first(document, OUT, _public)
    del rule["cidr_ipv4"]
    rule["prefix_list_id"] = id_of("aws_vpc_endpoint", first_named(document, "aws_vpc_endpoint")[0], "prefix_list_id")


def _one_from_list(document: Document) -> None:
    function = first(document, FUNCTION, in_vpc)
    function["vpc_config"] = [{**function["vpc_config"], "security_group_ids": _group_of_functions(document)}]


HARMLESS = (
    Edit("security group rules are renamed", _renamed_rules),
    Edit("security groups are renamed", _renamed_groups),
    Edit("rules are written inline", _inline),
    Edit("rules are written in the older way", _older_rules),
    Edit("a rule is split into two halves", _halves),
    Edit("a new group of functions has the usual rules", _new_functions),
    Edit("one more function of a group", _one_more_function),
    Edit("a way out is narrower", _narrower),
    Edit("a rule between groups is removed", drop(IN, _between_groups)),
    Edit("a group instead of a list of one", _one_from_list),
)
