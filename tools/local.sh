# Sourced after env.sh by scripts that use the embedded stack of this folder. Lets one script at a time change it, and only while
# the stack answers.
# shellcheck shell=bash disable=SC2034,SC2119,SC2120

# The locks: one for the state of the stack, one for .aws-sam, which all stacks of a clone share.
STATE_LOCK=$LOCAL_DIR/state.lock
BUILD_LOCK=$ROOT/.local/build.lock
# The address by which containers reach the stack, when there is one.
BOUND=$LOCAL_DIR/ministack.bind
# The most seconds to wait for another script, and for a run of all tests. A first build takes minutes, such a run most of an hour.
: "${LOCK_PATIENCE:=1800}" "${RUN_PATIENCE:=5400}"

# Takes a lock until this script ends. Other scripts that take the same lock wait, and print which script they wait for.
# lock FILE [PATIENCE]
lock() {
  local file=$1 patience=${2:-$LOCK_PATIENCE} descriptor holder pid waited_for='' started=$SECONDS
  # This script, or the one that called it, already holds the lock.
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
        fail "$holder (process $pid) must end first, and it is stopped" "Continue it: kill -CONT $pid. Or end it: kill -KILL $pid"
      [ $((SECONDS - started)) -lt "$patience" ] ||
        fail "waited $patience s for $holder (process $pid) to end" "When it hangs, end it: kill $pid"
    done
  fi
  printf '%s %s\n' $$ "tools/${0##*/}" >"$file"
  export LOCKS_HELD=${LOCKS_HELD:-}:$file LOCK_DESCRIPTORS="${LOCK_DESCRIPTORS:-} $descriptor"
}

# Succeeds while a process of the group has not ended. A zombie has ended: in a container whose first process takes no note of its
# orphans, zombies stay. group_runs ID
group_runs() { grep -qs ") [^Z] [0-9]* $1 " /proc/[0-9]*/stat; }

# Sets STACK_STATE, the state of this folder's stack: up, down, stopped, mute or foreign (stack/process.py). Sets its process id,
# STACK_PID, and its port, STACK_PORT. ask_stack [PID PORT]
ask_stack() {
  local answer
  answer=$("${PYTHON:-python3}" -m stack.process "$LOCAL_DIR" "$@")
  read -r STACK_STATE STACK_PID STACK_PORT <<<"$answer"
}

# Ends the script with what is wrong with a stack that is not up, and with the remedy.
fail_for_stack() {
  case $STACK_STATE in
    stopped) fail "the embedded stack (process $STACK_PID) is stopped" "Continue it: kill -CONT $STACK_PID. Or end it: make down" ;;
    mute)
      fail "the embedded stack (process $STACK_PID) does not answer on port $STACK_PORT" \
        "Try again in a moment. Its log: $LOG_FILE. If it still does not answer, start anew: make down, make deploy"
      ;;
    foreign)
      fail "the embedded stack (process $STACK_PID) runs, and another program answers on its port $STACK_PORT" \
        "Start anew on another port: make down, make deploy PORT=$((STACK_PORT + 4))"
      ;;
    *) fail "the embedded stack is not up" "Start it: make up. What was deployed to it is gone: make deploy" ;;
  esac
}

# Prints the address by which containers reach the running stack, if there is one.
bound_address() { [ ! -f "$BOUND" ] || cat "$BOUND"; }

# Requires a running stack. Sets the environment so that it reaches this stack alone, on the port where the stack listens.
use_running_stack() {
  ask_stack
  [ "$STACK_STATE" = up ] || fail_for_stack
  PORT=$STACK_PORT ENDPOINT=http://127.0.0.1:$STACK_PORT
  use_local_stack
}

# Requires a running stack with a deployment. use_deployed_stack [HINT]
use_deployed_stack() {
  [ -f "$OUTPUTS" ] || fail "no stack is deployed here" "Deploy one: make deploy${1:+. $1}"
  use_running_stack
}
