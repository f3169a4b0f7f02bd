"""Reads the functions of a template as `sam local` does, with SAM CLI's own code and without a container."""

from functools import cache
from pathlib import Path

from samcli.commands.local.lib.local_lambda import LocalLambdaRunner
from samcli.lib.providers.provider import Function
from samcli.lib.providers.sam_function_provider import SamFunctionProvider
from samcli.lib.providers.sam_stack_provider import SamLocalStackProvider


@cache
def provider(template: Path, parameters: tuple[tuple[str, str], ...]) -> SamFunctionProvider:
    """The functions of a template with these parameters. SAM CLI takes seconds for this."""
    stacks, _ = SamLocalStackProvider.get_stacks(str(template), parameter_overrides=dict(parameters))
    return SamFunctionProvider(stacks, ignore_code_extraction_warnings=True)


class Settings:
    """The functions of a template, with these parameters and this content of --env-vars."""

    def __init__(self, template: Path, parameters: dict[str, str] | None = None, given: dict | None = None) -> None:
        self.provider = provider(template, tuple((parameters or {}).items()))
        folder = str(template.parent)
        # Without a runtime, the runner runs nothing.
        self.runner = LocalLambdaRunner(None, self.provider, cwd=folder, real_path=folder, env_vars_values=given)

    def functions(self) -> dict[str, Function]:
        """The functions by logical id."""
        return {function.name: function for function in self.provider.get_all()}

    def environment(self, logical_id: str) -> dict[str, str]:
        """The environment variables of a function's container, from the template, the shell and --env-vars."""
        return self.runner.get_invoke_config(self.functions()[logical_id]).env_vars.resolve()

    def code(self, logical_id: str) -> Path:
        """The folder that is mounted as the function's code."""
        return Path(self.runner.get_invoke_config(self.functions()[logical_id]).code_abs_path)
