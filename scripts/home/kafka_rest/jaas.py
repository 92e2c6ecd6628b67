"""Logins as Java's clients are told of them: a login module, with options, in sasl.jaas.config.

    software.amazon.msk.auth.iam.IAMLoginModule required awsRoleArn="arn:…";

librdkafka knows names and passwords as properties of their own, and tokens for IAM of whoever makes them.
Errors: ConfigError, in words without values.
"""

import re
from dataclasses import dataclass, field

FLAGS = ("required", "requisite", "sufficient", "optional")
FORM = "it is CLASS required NAME=\"VALUE\" ...; with the ';' at its end"
OPTION = re.compile(r"""\s*([^\s;="']+)\s*=\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s;"']*)\s*""", re.DOTALL)
MECHANISM = ("sasl.mechanism", "sasl.mechanisms")
HANDLERS = ("sasl.client.callback.handler.class", "sasl.login.callback.handler.class")
IAM = "software.amazon.msk.auth.iam."
JAVAS = (*MECHANISM, *HANDLERS, "sasl.jaas.config")
# By mechanism: the login module, and the class that answers for it.
IAM_FORMS = {
    "AWS_MSK_IAM": (IAM + "IAMLoginModule", IAM + "IAMClientCallbackHandler"),
    "OAUTHBEARER": ("org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule",
                    IAM + "IAMOAuthBearerLoginCallbackHandler"),
}
IAM_OPTIONS = {"awsRoleArn": "role", "awsRoleSessionName": "session_name", "awsStsRegion": "sts_region",
               "awsProfileName": "profile"}
IAM_PASSED_OVER = ("awsDebugCreds", "awsMaxRetries", "awsMaxBackOffTimeMs")
PASSWORD_MODULES = ("org.apache.kafka.common.security.plain.PlainLoginModule",
                    "org.apache.kafka.common.security.scram.ScramLoginModule")


class ConfigError(Exception):
    """What is wrong, and what to do."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.hint = hint


@dataclass
class Property:
    key: str
    value: str = field(repr=False)  # may be secret: for no message
    at: str = ""  # FILE:LINE, for messages
    name: str = ""  # as the file has it

    def __post_init__(self) -> None:
        self.name = self.name or self.key

    def wrong(self, why: str, hint: str = "") -> ConfigError:
        return ConfigError(f"{self.at}: {self.name}: {why}", hint)


@dataclass
class IamLogin:
    """Whose token it is: that of the role, if there is one, which is assumed with the keys of the profile, if there is one."""

    region: str = ""
    role: str = ""
    session_name: str = ""
    sts_region: str = ""
    profile: str = ""


def parse(property: Property) -> tuple[str, dict[str, str]]:
    """The module and its options. Java takes each backslash of a file away, and of a quotation those that are left."""
    text = re.sub(r"\\(.)", r"\1", property.value, flags=re.DOTALL).strip()
    head = re.match(r"""([^\s;="']+)\s+([A-Za-z]+)(?=[\s;])""", text)
    if not head or head[2].lower() not in FLAGS:
        raise property.wrong("no login module with 'required' behind it", FORM)
    options, at = {}, head.end()
    while option := OPTION.match(text, at):
        value = option[2]
        options[option[1]] = re.sub(r"\\(.)", r"\1", value[1:-1]) if value[:1] in ("'", '"') else value
        at = option.end()
    if text[at:].strip() != ";":
        raise property.wrong("not a login module with options and a ';'", FORM)
    return head[1], options


def last_of(properties: list[Property], keys: tuple[str, ...]) -> Property | None:
    return next((property for property in reversed(properties) if property.key in keys), None)


def remove(properties: list[Property], keys: tuple[str, ...]) -> None:
    properties[:] = [property for property in properties if property.key not in keys]


def region_of(servers: str) -> str:
    """Of the first broker of MSK, whose name has it; as lib/aws/msk_token has it."""
    for server in servers.lower().split(","):
        host = server.rpartition(":")[0] or server
        if found := re.fullmatch(r".*\.kafka(?:-serverless)?\.([^.]+)\.(?:amazonaws\.com(?:\.cn)?|api\.aws)", host):
            return found[1]
    return ""


def iam_options(line: Property, module: str, login: IamLogin) -> None:
    named, options = parse(line)
    if named != module:
        raise line.wrong("not the login module of this mechanism", f"it is {module}")
    for name, value in options.items():
        if name in IAM_OPTIONS and value:
            setattr(login, IAM_OPTIONS[name], value)
        elif name not in IAM_PASSED_OVER:
            shown = f"'{name}'" if name.startswith("aws") else "an option of this name"  # it may be a part of a secret
            why = f"{shown} is empty" if name in IAM_OPTIONS else f"rest-proxy does not take {shown}"
            raise line.wrong(why, f"it takes {', '.join((*IAM_OPTIONS, *IAM_PASSED_OVER))}")


def take_iam(properties: list[Property]) -> IamLogin | None:
    """The login by IAM that the properties ask for, of which they have only librdkafka's mechanism then; or None."""
    mechanism, handler = last_of(properties, MECHANISM), last_of(properties, HANDLERS)
    if not mechanism or mechanism.value not in IAM_FORMS:
        return None
    module, handler_class = IAM_FORMS[mechanism.value]
    if mechanism.value == "OAUTHBEARER" and (not handler or handler.value != handler_class):
        return None
    protocol = last_of(properties, ("security.protocol",))
    if not protocol or protocol.value.upper() != "SASL_SSL":
        raise (protocol or mechanism).wrong("IAM is by TLS only", "write client.security.protocol=SASL_SSL")
    if handler and handler.value != handler_class:
        raise handler.wrong("not Amazon's class for this mechanism", f"it is {handler_class}")
    servers = last_of(properties, ("bootstrap.servers",))
    login = IamLogin(region_of(servers.value if servers else ""))
    if line := last_of(properties, ("sasl.jaas.config",)):
        iam_options(line, module, login)
    remove(properties, JAVAS)
    properties.append(Property("sasl.mechanism", "OAUTHBEARER", mechanism.at, mechanism.name))
    return login


def take_password_login(properties: list[Property]) -> None:
    """A name and password of Java's form, as librdkafka has them."""
    line = last_of(properties, ("sasl.jaas.config",))
    if not line:
        return
    module, options = parse(line)
    if module not in PASSWORD_MODULES or options.keys() != {"username", "password"}:
        raise line.wrong("not a login by IAM, nor by username and password",
                         f"with client.sasl.mechanism=AWS_MSK_IAM it is {IAM_FORMS['AWS_MSK_IAM'][0]}")
    remove(properties, ("sasl.jaas.config",))
    for name, value in options.items():
        properties.append(Property(f"sasl.{name}", value, line.at, line.name))
