# Sourced after env.sh by what works with the embedded stack of this folder: one at a time, and only while the stack is well.
# shellcheck shell=bash disable=SC2034,SC2119,SC2120

# What one script at a time may change: the state of the stack, and .aws-sam, which all stacks of a clone share.
STATE_LOCK=$LOCAL_DIR/state.lock
BUILD_LOCK=$ROOT/.local/build.lock
# The address by which containers reach the stack, when there is one.
BOUND=$LOCAL_DIR/ministack.bind
# The most seconds to wait for another script. A first build takes minutes.
: "${LOCK_PATIENCE:=1800}"

# Until this script ends, others wait that take the same lock; meanwhile they say for whom. lock FILE
lock() {
  local file=$1 descriptor holder pid waited_for='' started=$SECONDS
  # Its own, or that of the script that it is a part of.
  case :${LOCKS_HELD:-}: in *":$file:"*) return ;; esac
  mkdir -p "${file%/*}"
  exec {descriptor}<>"$file"
  if ! flock --nonblock "$descriptor"; then
    until flock --timeout 1 "$descriptor"; do
      read -r pid holder <"$file" || true
      if [ "$pid" != "$waited_for" ]; then
        waited_for=$pid
        say "Waiting for $holder (process $pid) to end"
      fi
      ! grep -qs '^State:[[:space:]]*[Tt]' "/proc/$pid/status" ||
        fail "$holder (process $pid) must end first, and it is stopped" "Let it go on: kill -CONT $pid. Or end it: kill -KILL $pid"
      [ $((SECONDS - started)) -lt "$LOCK_PATIENCE" ] ||
        fail "waited $LOCK_PATIENCE s for $holder (process $pid) to end" "When it hangs, end it: kill $pid"
    done
  fi
  printf '%s %s\n' $$ "tools/${0##*/}" >"$file"
  export LOCKS_HELD=${LOCKS_HELD:-}:$file LOCK_DESCRIPTORS="${LOCK_DESCRIPTORS:-} $descriptor"
}

# Asks how the stack of this folder is: STACK_STATE is up, down, stopped, mute or foreign (stack/process.py), and
# STACK_PID and STACK_PORT say where it is. ask_stack [PID PORT]
ask_stack() {
  local answer
  answer=$("${PYTHON:-python3}" -m stack.process "$LOCAL_DIR" "$@")
  read -r STACK_STATE STACK_PID STACK_PORT <<<"$answer"
}

# What is wrong with a stack that is not up, and what helps.
fail_for_stack() {
  case $STACK_STATE in
    stopped) fail "the embedded stack (process $STACK_PID) is stopped" "Let it go on: kill -CONT $STACK_PID. Or end it: make down" ;;
    mute)
      fail "the embedded stack (process $STACK_PID) does not answer on port $STACK_PORT" \
        "Try again in a moment. Its log: $LOG_FILE. If it stays like that, begin anew: make down, make deploy"
      ;;
    foreign)
      fail "the embedded stack (process $STACK_PID) runs, and another program answers on its port $STACK_PORT" \
        "Begin anew on another port: make down, make deploy PORT=$((STACK_PORT + 4))"
      ;;
    *) fail "the embedded stack is not up" "Start it: make up. What was deployed to it is gone: make deploy" ;;
  esac
}

# The address by which containers reach the stack that is up, if there is one.
bound_address() { [ ! -f "$BOUND" ] || cat "$BOUND"; }

# Goes on when the stack is up, with an environment that reaches it and nothing else, on the port where it is.
use_running_stack() {
  ask_stack
  [ "$STACK_STATE" = up ] || fail_for_stack
  PORT=$STACK_PORT ENDPOINT=http://127.0.0.1:$STACK_PORT
  use_local_stack
}

# The same for a stack that something is deployed to. use_deployed_stack [HINT]
use_deployed_stack() {
  [ -f "$OUTPUTS" ] || fail "no stack is deployed here" "Deploy one: make deploy${1:+. $1}"
  use_running_stack
}
