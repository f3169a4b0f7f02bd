# Sourced by the scripts in this folder. Sets paths and the environment, which can be limited to the embedded stack.
# shellcheck shell=bash disable=SC2034

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
: "${PORT:=4566}" "${STACK:=messages-local}"
# Clones may share the tools, but not the state of a stack (logs, process id, outputs).
: "${TOOLS_DIR:=$ROOT/.tools}" "${LOCAL_DIR:=$ROOT/.local}"
LOG_FILE=$LOCAL_DIR/ministack.log
OUTPUTS=$LOCAL_DIR/outputs.json
POSTMAN_ENVIRONMENT=$LOCAL_DIR/postman_environment.json
# The data packages for functions on the embedded stack, which mounts no layers.
DATA_PACKAGES=$LOCAL_DIR/data-packages
# An address instead of "localhost": for an address every SDK puts the bucket into the path. For a name it may put the bucket into
# the host name, which does not resolve.
ENDPOINT=http://127.0.0.1:$PORT
case $(uname -m) in
  aarch64 | arm64) ARCHITECTURE=arm64 ;;
  *) ARCHITECTURE=x86_64 ;;
esac

export PATH=$TOOLS_DIR/sam/bin:$PATH
export SAM_CLI_TELEMETRY=0 PYTHONDONTWRITEBYTECODE=1
# Python imports the packages of tools/lib and runs their modules: python -m observe.status. From Python 3.11 on it does not
# import modules that happen to be in the caller's folder.
export PYTHONPATH=$ROOT/tools/lib PYTHONSAFEPATH=1

# Runs a cargo command that does not optimise, and compiles only those functions of the SDK's crates that are called. A wrapper
# that the caller has set, such as a cache, stays.
mostly_unused() { RUSTC_WRAPPER=${RUSTC_WRAPPER:-$ROOT/tools/lib/building/mostly_unused} "$@"; }

say() { printf '%s\n' "$*"; }
# Prints an error and its remedies and ends the script, with exit code FAILED where a script uses 1 for something else.
# fail ERROR REMEDY...
fail() { printf 'error: %s\n' "$1" >&2; shift; printf '  %s\n' "$@" >&2; exit "${FAILED:-1}"; }

# Ends the script without a C++ compiler.
need_cxx() {
  command -v "${CXX:-c++}" >/dev/null ||
    fail "no C++ compiler (${CXX:-c++}) was found; libFuzzer needs one" \
      "Debian, Ubuntu: apt install g++. Fedora: dnf install gcc-c++. Or name one: CXX=clang++ make ..."
}

# Prints the comment at the head of a script, which is its help and therefore at most 79 columns wide.
show_head() { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; }
# A script whose program has a --help of its own sets OWN_HELP to the path of that program below TOOLS_DIR, or to "." if the
# script finds the program itself. Where the tools are not installed, the head is the help.
case ${1:-} in
  -h | --help)
    if [ ! -x "$TOOLS_DIR/${OWN_HELP:-none}" ]; then
      show_head
      exit
    fi
    ;;
esac

# Limits the environment to the embedded stack: no command can reach an account, profile, proxy or endpoint that the caller's
# shell is set up for.
use_local_stack() {
  local name
  for name in $(compgen -e AWS_) http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY; do
    unset "$name"
  done
  export AWS_ENDPOINT_URL=$ENDPOINT AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test \
    AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1 AWS_EC2_METADATA_DISABLED=true \
    AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
}

# Closes the descriptors of the locks that a calling script holds (local.sh). A daemon that a build starts would inherit them and
# keep the locks for as long as it runs.
close_locks() {
  local descriptor
  for descriptor in ${LOCK_DESCRIPTORS:-}; do exec {descriptor}>&-; done
  unset LOCK_DESCRIPTORS
}
close_locks

# Runs a long command, writes its output to a log and prints a line of progress every ten seconds.
# with_progress TITLE LOG COMMAND...
with_progress() {
  local title=$1 log=$2 started=$SECONDS ticker status=0
  shift 2
  : >"$log"
  # The command stays in the foreground, so that Ctrl-C ends it. The ticker ends with the script at the latest.
  (
    for ((tick = 1; ; tick++)); do
      sleep 1
      kill -0 $$ 2>/dev/null || exit
      [ $((tick % 10)) -ne 0 ] || say "  $title: $tick s, $(grep '[[:alnum:]]' "$log" | tail -n 1 | cut -c 1-90)"
    done
  ) &
  ticker=$!
  (close_locks && exec "$@") >"$log" 2>&1 </dev/null || status=$?
  kill "$ticker" 2>/dev/null || true
  wait "$ticker" 2>/dev/null || true
  if [ "$status" -ne 0 ]; then
    tail -n 40 "$log" >&2
    fail "$title failed" "The whole log: $log"
  fi
  say "  $title: done in $((SECONDS - started)) s"
}
