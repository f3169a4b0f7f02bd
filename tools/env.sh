# Sourced by the scripts in this folder: where things are, and an environment that reaches the embedded stack only.
# shellcheck shell=bash disable=SC2034

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
: "${PORT:=4566}" "${STACK:=messages-local}"
# Tools may be shared between clones; the state of a stack (logs, process id, outputs) may not.
: "${TOOLS_DIR:=$ROOT/.tools}" "${LOCAL_DIR:=$ROOT/.local}"
LOG_FILE=$LOCAL_DIR/ministack.log
OUTPUTS=$LOCAL_DIR/outputs.json
# What functions of the embedded stack see of a data package: it mounts no layers.
DATA_PACKAGES=$LOCAL_DIR/data-packages
# Not "localhost": only for an address do all SDKs put the bucket into the path, not into a host name nobody can resolve.
ENDPOINT=http://127.0.0.1:$PORT
case $(uname -m) in
  aarch64 | arm64) ARCHITECTURE=arm64 ;;
  *) ARCHITECTURE=x86_64 ;;
esac

export PATH=$TOOLS_DIR/sam/bin:$PATH
export SAM_CLI_TELEMETRY=0 PYTHONDONTWRITEBYTECODE=1
# The packages of tools/lib can be imported, and their modules run: python -m observe.status. Modules that happen to be in
# the caller's folder can not (from Python 3.11 on).
export PYTHONPATH=$ROOT/tools/lib PYTHONSAFEPATH=1

# Runs one of cargo's commands that optimises nothing, and so compiles of the SDK's crates only what is called. Whoever has a wrapper,
# such as a cache, keeps it.
mostly_unused() { RUSTC_WRAPPER=${RUSTC_WRAPPER:-$ROOT/tools/lib/building/mostly_unused} "$@"; }

say() { printf '%s\n' "$*"; }
# With the exit code FAILED, for scripts whose 1 means something else.
fail() { printf 'error: %s\n' "$1" >&2; shift; printf '  %s\n' "$@" >&2; exit "${FAILED:-1}"; }

# What is at the head of a script is its help.
show_head() { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" | fmt -s -w 79; }
# Scripts whose program knows these options itself set OWN_HELP to it, below TOOLS_DIR, or to "." when they look for it. Where the tools
# are not installed, the head is shown.
case ${1:-} in
  -h | --help)
    if [ ! -x "$TOOLS_DIR/${OWN_HELP:-none}" ]; then
      show_head
      exit
    fi
    ;;
esac

# Whatever account, profile, proxy or endpoint the caller's shell is set up for is put out of reach, so that nothing
# here can touch it.
use_local_stack() {
  local name
  for name in $(compgen -e AWS_) http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY; do
    unset "$name"
  done
  export AWS_ENDPOINT_URL=$ENDPOINT AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test \
    AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1 AWS_EC2_METADATA_DISABLED=true \
    AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
}

# Closes the descriptors of the locks that a script above this one holds (local.sh): a daemon that a builder starts would
# inherit them and keep the locks for as long as it runs.
close_locks() {
  local descriptor
  for descriptor in ${LOCK_DESCRIPTORS:-}; do exec {descriptor}>&-; done
  unset LOCK_DESCRIPTORS
}
close_locks

# Runs a long command whose output goes to a log, with a line of progress every ten seconds.
# with_progress TITLE LOG COMMAND...
with_progress() {
  local title=$1 log=$2 started=$SECONDS ticker status=0
  shift 2
  : >"$log"
  # The command itself stays in the foreground, so that Ctrl-C ends it; the ticker ends with the script at the latest.
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
