"""Finds where the value of a secret is read into something that shows it: a variable, an output, a description."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ffp.model.references import walk
from ffp.review.facts.fact import truth
from ffp.review.secrets import signs
from ffp.review.side import Side
from ffp.stacks import SynthesisedBlock

_STEPS = re.compile(r"(?<![\w.])((?:data|ephemeral)\.)?([a-z]\w*)\.([A-Za-z_][\w-]*)((?:\.[\w-]+|\[[^\]]*\])*)")
_ATTRIBUTE = re.compile(r"\.([A-Za-z_][\w-]*)")
_EXPRESSION = re.compile(r"\$\{(.*)\}", re.DOTALL)
# Attributes of other blocks that are a secret's value.
_SECRET_ATTRIBUTES = re.compile(
    r"secret_string|secret_binary|random_password|authorization_token|ses_smtp_password_v4|auth_token|api_key|"
    r"private_key(?:_pem\w*|_openssh)?|(?:client_|shared_)?secret|(?!encrypted_)(?:\w+_)?password|secret_key|"
    r"secret_access_key|session_token|access_token|tunnel\d_preshared_key|key_material_base64|"
    r"sensitive_(?:content|value)"
)
_ONLY_OF = {  # attributes with a common name that are secret for some types only
    "result": ("random_password",),
    "bcrypt_hash": ("random_password",),
    "token": ("aws_eks_cluster_auth", "aws_ecr_authorization_token", "aws_iam_session_credentials"),
    "plaintext": ("aws_kms_secrets", "aws_kms_secret"),
    "value": ("aws_api_gateway_api_key",),
    "data": ("vault_generic_secret", "vault_kv_secret", "vault_kv_secret_v2"),
    "data_json": ("vault_generic_secret", "vault_kv_secret", "vault_kv_secret_v2"),
}
_PARAMETERS = ("aws_ssm_parameter", "aws_ssm_parameters_by_path")
_KEEPERS = ("secret_string", "secret_binary")
# Blocks that hold a secret's value by their mere existence: what makes one, and what reads one.
_MAKERS = ("random_password", "tls_private_key", "tls_self_signed_cert", "aws_iam_access_key", "aws_lightsail_key_pair")
_READERS = ("aws_secretsmanager_secret_version", "aws_secretsmanager_random_password", "aws_kms_secrets", *_PARAMETERS)
_PUBLIC_PARAMETERS = "/aws/service/"  # AWS's own, such as the newest image


@dataclass(frozen=True)
class Reading:
    """The value of a secret in a place that shows it."""

    address: str
    type: str
    path: str
    source: str  # the address and attribute that it is read from
    is_password: bool  # whether the place is one for passwords, which keeps it in the state only

    @property
    def key(self) -> tuple[str, str, str]:
        """What is the same on both sides, whatever the reading block is called."""
        return self.type, re.sub(r"\[\d+\]", "", self.path), self.source


def readings(side: Side) -> Iterator[Reading]:
    """Every place of one side that shows the value of a secret by reference."""
    for block in side.stack.resources:
        for path, text in block.values:
            if isinstance(text, str) and "${" in text and not _keeps(block, path):
                name = re.split(r"[.\[]", path)[-1] or path
                is_password = signs.says_secret(path.split(".")[0]) and "." not in path
                for source in _sources(side, text, name):
                    yield Reading(side.address(block), block.type, path, source, is_password)
    outputs = side.stack.others.get("output", {})
    for name, output in outputs.items() if isinstance(outputs, dict) else ():
        for path, text in walk(output if isinstance(output, dict) else {}):
            if isinstance(text, str) and "${" in text and path.startswith("value"):
                for source in _sources(side, text, str(name)):
                    yield Reading(f"output.{name}", "output", path, source, False)


def sensitive_outputs(side: Side) -> Mapping[str, bool]:
    """Each output, and whether it is marked sensitive."""
    outputs = side.stack.others.get("output", {})
    given = outputs.items() if isinstance(outputs, dict) else ()
    return {str(name): truth(each.get("sensitive")) is True for name, each in given if isinstance(each, dict)}


def keeps_in_state(side: Side, block: SynthesisedBlock) -> bool:
    """Whether a block by its mere existence puts a secret's value into the state."""
    if block.kind == "resource":
        return block.type in _MAKERS
    if block.kind != "data" or block.type not in _READERS:
        return False
    path = str(side.get(block, "name") or side.get(block, "path") or "")
    is_clear = truth(block.attributes.get("with_decryption", True)) is False or path.startswith(_PUBLIC_PARAMETERS)
    return block.type not in _PARAMETERS or not is_clear


def _keeps(block: SynthesisedBlock, path: str) -> bool:
    """Whether a place is made to keep secrets."""
    if path.endswith("_wo") or block.type.startswith("data."):
        return True
    if block.type == "aws_secretsmanager_secret_version" and path in _KEEPERS:
        return True
    is_secure = block.attributes.get("type") == "SecureString"
    return (block.type == "aws_ssm_parameter" and path == "value" and is_secure) or path.startswith("depends_on")


def _sources(side: Side, text: str, name: str, depth: int = 0) -> Iterator[str]:
    """The secrets whose value an expression reads, also through locals."""
    whole = _EXPRESSION.search(text)
    for match in _STEPS.finditer(whole[1] if whole else ""):
        kind, type_, own, rest = match.groups()
        if type_ == "local" and depth < 10:
            local = side.stack.others.get("locals", {}).get(own)
            for _, inner in (("", local), *walk(local)):
                if isinstance(inner, str):
                    yield from _sources(side, inner, name, depth + 1)
        elif type_ == "var":
            given: Any = side.stack.others.get("variable", {}).get(own)
            if isinstance(given, dict) and truth(given.get("sensitive")):
                yield f"var.{own}"
        elif _is_secret(side, f"{kind or ''}{type_}.{own}", type_, _ATTRIBUTE.findall(rest), name):
            address = f"{kind or ''}{type_}.{own}"
            yield f"{side.renamed.get(address, address)}{rest.split('[')[0]}"


def _is_secret(side: Side, address: str, type_: str, attributes: list[str], name: str) -> bool:
    if not attributes:
        return False
    block = side.stack.by_address.get(address)
    if type_ in _PARAMETERS and attributes[0] in ("value", "values", "insecure_value"):
        given = block.attributes if block else {}
        is_secure = given.get("type") == "SecureString" or truth(given.get("with_decryption")) is True
        return is_secure or signs.says_secret(str(given.get("name", ""))) or signs.says_secret(name)
    if type_ == "random_string" and attributes[0] == "result":
        return signs.says_secret(name)
    if attributes[0] in _ONLY_OF:
        return type_ in _ONLY_OF[attributes[0]]
    return _SECRET_ATTRIBUTES.fullmatch(attributes[0]) is not None
