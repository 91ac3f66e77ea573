"""Serves moto over TLS, and answers as AWS does where moto by itself does not.

Arguments: port, certificate, key. The environment has the secret keys of the users and the audience
of web identities.
"""

import base64
import json
import os
import sys
from threading import Lock

from moto.core.authorization import ActionAuthenticatorMixin
from moto.core.exceptions import _RESTError
from moto.iam.models import iam_backends
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from moto.secretsmanager.exceptions import InvalidRequestException
from moto.secretsmanager.models import SecretsManagerBackend
from werkzeug.serving import run_simple

ACCOUNT = "123456789012"
REGION = "eu-central-1"

# The rights that docs/decisions/20261202-sync-with-aws.md names.
RIGHTS = [
    "secretsmanager:BatchGetSecretValue",
    "secretsmanager:CreateSecret",
    "secretsmanager:DeleteSecret",
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetSecretValue",
    "secretsmanager:PutSecretValue",
    "secretsmanager:RestoreSecret",
    "secretsmanager:TagResource",
    "secretsmanager:UpdateSecretVersionStage",
    "ssm:AddTagsToResource",
    "ssm:GetParameter",
    "ssm:GetParameterHistory",
    "ssm:GetParameters",
    "ssm:ListTagsForResource",
    "ssm:PutParameter",
]
READ_RIGHTS = [right for right in RIGHTS if ":BatchGet" in right or ":Get" in right or ":Describe" in right or ":List" in right]


def policy(actions):
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def create_user(name, access_key_id, secret, actions):
    iam = iam_backends[ACCOUNT]["aws"]
    iam.create_user(REGION, name)
    key = iam.create_access_key(name)
    key.access_key_id = access_key_id
    key.secret_access_key = secret
    iam.put_user_policy(name, "rights", policy(actions))


def create_role(name, actions):
    iam = iam_backends[ACCOUNT]["aws"]
    iam.create_role(name, policy("sts:AssumeRoleWithWebIdentity"), "/", None, "", [], None)
    iam.put_role_policy(name, "rights", policy(actions))


class InvalidIdentityToken(_RESTError):
    code = 400

    def __init__(self):
        super().__init__("InvalidIdentityToken", "Incorrect token audience")


class NotTrusted(_RESTError):
    code = 403

    def __init__(self):
        text = "Not authorized to perform sts:AssumeRoleWithWebIdentity"
        super().__init__("AccessDenied", text)


def claims_of(token):
    try:
        part = token.split(".")[1]
        return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (IndexError, ValueError):
        raise InvalidIdentityToken() from None


def audiences_of(claims):
    """RFC 7519, section 4.1.3: one text, or a list, as Kubernetes writes it."""
    audience = claims.get("aud")
    return audience if isinstance(audience, list) else [audience]


def is_trusted(statement, claims):
    """Reports whether a trust policy allows claims; one without a principal allows all."""
    provider = statement.get("Principal", {}).get("Federated")
    if provider is None:
        return True
    issuer = claims["iss"].removeprefix("https://")
    expected = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{issuer}"
    if provider != expected or provider not in iam_backends[ACCOUNT]["aws"].open_id_providers:
        return False
    given = {f"{issuer}:aud": audiences_of(claims), f"{issuer}:sub": [claims["sub"]]}
    conditions = statement["Condition"]["StringEquals"]
    return all(value in given.get(name, []) for name, value in conditions.items())


def resource_of(request):
    """Returns the ARN that a request is about."""
    service = request.headers.get("X-Amz-Target", "").split(".")[0]
    if service not in ("secretsmanager", "AmazonSSM"):
        return "*"
    body = json.loads(request.raw_body or "{}")
    name = body.get("SecretId") or body.get("Name") or body.get("ResourceId") or "*"
    if service == "AmazonSSM":
        return f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/{name.removeprefix('/')}"
    is_arn = name.startswith("arn:")
    return name if is_arn else f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{name}-AbCdEf"


def check_rights(audience):
    """Moto takes any text for a web identity, asks for a signature, which STS does not, and takes
    a right on one secret for none."""
    authorize = ActionAuthenticatorMixin._authenticate_and_authorize_action

    def checked(self, request_class, resource="*"):
        if self._get_action() != "AssumeRoleWithWebIdentity":
            return authorize(self, request_class, resource_of(self))
        claims = claims_of(self.querystring.get("WebIdentityToken", [""])[0])
        if audience not in audiences_of(claims):
            raise InvalidIdentityToken()
        role = iam_backends[ACCOUNT]["aws"].get_role_by_arn(self.querystring["RoleArn"][0])
        statements = json.loads(role.assume_role_policy_document)["Statement"]
        if not any(is_trusted(statement, claims) for statement in statements):
            raise NotTrusted()

    ActionAuthenticatorMixin._authenticate_and_authorize_action = checked


def keep_current_version():
    """Moto writes the next version over the wrong one after AWSCURRENT was moved."""
    move = SecretsManagerBackend.update_secret_version_stage

    def moved(self, secret_id, version_stage, remove_from_version_id, move_to_version_id):
        result = move(self, secret_id, version_stage, remove_from_version_id, move_to_version_id)
        if version_stage == "AWSCURRENT":
            self.secrets[secret_id].set_default_version_id(move_to_version_id)
        return result

    SecretsManagerBackend.update_secret_version_stage = moved


def refuse_when_deleted(method):
    """Moto writes to secrets that are scheduled for deletion."""
    original = getattr(SecretsManagerBackend, method)

    def refusing(self, secret_id, *args, **kwargs):
        if secret_id in self.secrets and self.secrets[secret_id].is_deleted():
            raise InvalidRequestException("the secret is scheduled for deletion")
        return original(self, secret_id, *args, **kwargs)

    setattr(SecretsManagerBackend, method, refusing)


def main():
    port, certificate, key = sys.argv[1:]
    create_user("admin", "AKIAADMIN00000000000", os.environ["MOTO_ADMIN_SECRET"], "*")
    create_user("reader", "AKIAREADER0000000000", os.environ["MOTO_READER_SECRET"], READ_RIGHTS)
    create_role("sync", RIGHTS)
    check_rights(os.environ["MOTO_AUDIENCE"])
    keep_current_version()
    for method in ["put_secret_value", "update_secret_version_stage"]:
        refuse_when_deleted(method)
    application = DomainDispatcherApplication(create_backend_app)
    lock = Lock()

    def one_by_one(environ, start_response):
        # Conditions of moto are no transactions.
        with lock:
            return list(application(environ, start_response))

    tls = (certificate, key)
    run_simple(
        *("127.0.0.1", int(port), one_by_one),
        threaded=True,
        ssl_context=tls,
        request_handler=MotoRequestHandler,
    )


main()
