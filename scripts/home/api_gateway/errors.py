"""What the gateway itself answers where no back end does: https://docs.aws.amazon.com/apigateway/latest/developerguide/
supported-gateway-response-types.html has the names, and the bodies are those that are seen."""

from __future__ import annotations

import json


class GatewayError(Exception):
    """An answer of the gateway's own."""

    def __init__(self, status: int, kind: str, message: str, is_json: bool = True) -> None:
        super().__init__(message)
        self.status, self.kind, self.is_json = status, kind, is_json

    @property
    def body(self) -> bytes:
        return (json.dumps({"message": str(self)}) if self.is_json else str(self)).encode()

    @property
    def content_type(self) -> str:
        return "application/json" if self.is_json else "text/plain"


def no_route() -> GatewayError:
    return GatewayError(403, "MissingAuthenticationTokenException", "Missing Authentication Token")


def forbidden() -> GatewayError:
    """No such stage, or no such key."""
    return GatewayError(403, "ForbiddenException", "Forbidden")


def bad_request(why: str) -> GatewayError:
    return GatewayError(400, "BadRequestException", why)



def too_large(limit: int) -> GatewayError:
    return GatewayError(413, "RequestTooLargeException", f"HTTP content length exceeded {limit} bytes.", is_json=False)


def other_type() -> GatewayError:
    return GatewayError(415, "UnsupportedMediaTypeException", "Unsupported Media Type")


def throttled() -> GatewayError:
    return GatewayError(429, "TooManyRequestsException", "Too Many Requests")


def internal() -> GatewayError:
    return GatewayError(500, "InternalServerErrorException", "Internal server error")


def no_connection() -> GatewayError:
    return GatewayError(504, "InternalServerErrorException", "Network error communicating with endpoint")


def timed_out() -> GatewayError:
    return GatewayError(504, "InternalServerErrorException", "Endpoint request timed out")
