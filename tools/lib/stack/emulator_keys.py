"""The emulator's API keys: one that is disabled lets no call through.

A patch operation has its value as text. The emulator keeps the text, and takes `false` for true, as any other (seen in 1.5.33).
Here it is a boolean, as on AWS.

https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateApiKey.html
"""

from ministack.services import apigateway_v1

update_key = apigateway_v1._update_api_key


def update(key_id: str, data: dict) -> tuple:
    """Updates a key as the patch operations say."""
    changed = update_key(key_id, data)
    key = apigateway_v1._api_keys.get(key_id)
    if key and isinstance(key["enabled"], str):
        key["enabled"] = key["enabled"].lower() == "true"
        return apigateway_v1._v1_response(key)
    return changed


def patch() -> None:
    apigateway_v1._update_api_key = update
