"""Tools around the API: its page, the Postman collection, the fuzzer, the load generator, contract tests and signed requests."""
