"""Tools that call the API: its fuzzer, load generator, Postman collection and contract tests; and signed requests."""
