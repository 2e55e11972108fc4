"""What the key is called in forms and in the API."""

FIELD = "idempotency_key"
HEADER = "Idempotency-Key"
KEY_BYTES = 18
