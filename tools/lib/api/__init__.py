"""Tools that call the API: the fuzzer, the load generator, the Postman runner, contract tests and signed requests."""
