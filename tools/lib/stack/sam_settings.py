"""The functions of a template as `sam local` has them: SAM CLI's own code, without a container."""

from functools import cache
from pathlib import Path

from samcli.commands.local.lib.local_lambda import LocalLambdaRunner
from samcli.lib.providers.provider import Function
from samcli.lib.providers.sam_function_provider import SamFunctionProvider
from samcli.lib.providers.sam_stack_provider import SamLocalStackProvider


@cache
def provider(template: Path, parameters: tuple[tuple[str, str], ...]) -> SamFunctionProvider:
    """The functions of a template with these parameters. It takes SAM CLI seconds."""
    stacks, _ = SamLocalStackProvider.get_stacks(str(template), parameter_overrides=dict(parameters))
    return SamFunctionProvider(stacks, ignore_code_extraction_warnings=True)


class Settings:
    """The functions of a template, with the parameters and the content of --env-vars that are given."""

    def __init__(self, template: Path, parameters: dict[str, str] | None = None, given: dict | None = None) -> None:
        self.provider = provider(template, tuple((parameters or {}).items()))
        folder = str(template.parent)
        # Without a runtime, nothing is run.
        self.runner = LocalLambdaRunner(None, self.provider, cwd=folder, real_path=folder, env_vars_values=given)

    def functions(self) -> dict[str, Function]:
        """The functions by logical id."""
        return {function.name: function for function in self.provider.get_all()}

    def environment(self, logical_id: str) -> dict[str, str]:
        """The environment variables that a function's container has, from the template, the shell and what is given."""
        return self.runner.get_invoke_config(self.functions()[logical_id]).env_vars.resolve()

    def code(self, logical_id: str) -> Path:
        """The folder that is mounted as the function's code."""
        return Path(self.runner.get_invoke_config(self.functions()[logical_id]).code_abs_path)
