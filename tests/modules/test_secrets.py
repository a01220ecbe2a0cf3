from tests.modules.template import Template, conditions, plain, principals

SECRET = "secrets_database-application-user"


def test_terraform_makes_the_box_and_never_its_content(prod: Template, by_iam: Template) -> None:
    for template in (prod, by_iam):
        assert template.all("aws_secretsmanager_secret_version") == {}
        assert not [each for each in template.stack.blocks if each.address.startswith("data.aws_secretsmanager")]


def test_a_secret_is_encrypted_kept_and_recoverable(prod: Template) -> None:
    secret = prod.one("aws_secretsmanager_secret", f"{SECRET}_secret")
    assert secret["name"] == "prod-ffp-database-application-user"
    assert plain(secret["kms_key_id"]) == "encryption_shared_key"
    assert secret["recovery_window_in_days"] == 30
    assert secret["lifecycle"] == {"prevent_destroy": True}


def test_a_secret_is_closed_to_plain_http_and_to_other_accounts(prod: Template) -> None:
    policy = prod.one("aws_secretsmanager_secret_policy", f"{SECRET}_policy")
    assert policy["block_public_policy"] is True
    statements = prod.document(f"{SECRET}_access")
    assert {sid: conditions(each) for sid, each in statements.items()} == {
        "DenyPlainHttp": {"aws:SecureTransport": ("Bool", ["false"])},
        "DenyOtherAccounts": {"aws:PrincipalAccount": ("StringNotEquals", ["333333333333"])},
    }
    for each in statements.values():
        assert (each["effect"], principals(each), each["actions"]) == ("Deny", ["*"], ["secretsmanager:*"])
        assert each["resources"] == [f"${{aws_secretsmanager_secret.{SECRET}_secret.arn}}"]


def test_a_secret_rotates_on_schedule_once_something_has_filled_it(prod: Template) -> None:
    rotation = prod.one("aws_secretsmanager_secret_rotation", f"{SECRET}_rotation")
    assert rotation["rotate_immediately"] is False
    assert rotation["rotation_rules"] == {"automatically_after_days": 30}
    assert plain(rotation["rotation_lambda_arn"]) == "function-rotate-database-user_alias"
    permission = "function-rotate-database-user_rotate-database-application-user"
    assert rotation["depends_on"] == [f"aws_lambda_permission.{permission}"]


def test_secrets_manager_calls_the_rotation_function_for_this_secret_alone(prod: Template) -> None:
    permission = prod.one("aws_lambda_permission", "function-rotate-database-user_rotate-database-application-user")
    assert permission["principal"] == "secretsmanager.amazonaws.com"
    assert permission["source_arn"] == f"${{aws_secretsmanager_secret.{SECRET}_secret.arn}}"
    assert permission["source_account"] == "333333333333"


def test_a_secret_that_people_renew_says_why_and_has_no_schedule(prod: Template) -> None:
    assert "CKV2_AWS_57" in prod.waivers("aws_secretsmanager_secret.secrets_playback-signing-key_secret")
    assert "secrets_playback-signing-key_rotation" not in prod.all("aws_secretsmanager_secret_rotation")
    assert "CKV2_AWS_57" not in prod.waivers(f"aws_secretsmanager_secret.{SECRET}_secret")
