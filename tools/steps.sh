# Sourced after local.sh by the scripts that run the tests. Prints the steps, and runs scripts beside them.
# shellcheck shell=bash disable=SC2034

started=$SECONDS
step() { say ""; say "== $* ($((SECONDS - started)) s)"; }

# Requires that no other script uses the stack in LOCAL_DIR, and chooses the port of this stack. Stops this stack however the
# script ends, with all that runs beside it, and first a stack that a killed run has left behind.
own_stack() {
  lock "$LOCAL_DIR/run.lock" "$RUN_PATIENCE"
  PORT=$("${PYTHON:-python3}" "$ROOT/tools/lib/stack/free_ports.py")
  export PORT
  ENDPOINT=http://127.0.0.1:$PORT
  # The program that reads the output may have ended before, which must not end the cleaning up.
  trap 'trap "" PIPE; end_beside; "$ROOT/tools/stack" down >/dev/null' EXIT
  trap 'exit 130' INT TERM HUP PIPE
  "$ROOT/tools/stack" down >/dev/null
}

# Starts a script of this folder beside the steps that follow. Its output goes to a log, whose name differs from the logs that
# scripts write themselves. beside SCRIPT
declare -A beside=()
beside() {
  # A process group of its own can be ended whatever its processes wait for.
  set -m
  (close_locks && exec "$ROOT/tools/$1") >"$LOCAL_DIR/$1-output.log" 2>&1 </dev/null &
  beside[$1]=$!
  set +m
}

# Waits for such a script, prints its output, and fails if it failed. output_of SCRIPT
output_of() {
  local status=0
  wait "${beside[$1]}" || status=$?
  unset "beside[$1]"
  cat "$LOCAL_DIR/$1-output.log"
  [ "$status" -eq 0 ] || fail "tools/$1 failed" "Its output is above and in $LOCAL_DIR/$1-output.log"
}

end_beside() {
  local pid tenths
  for pid in "${beside[@]}"; do
    kill -TERM -- "-$pid" 2>/dev/null || true
    wait "$pid" || true
    # What the script started may end later: a test deletes its own stack first.
    for ((tenths = 0; tenths < 300; tenths++)); do
      group_runs "$pid" || break
      sleep 0.1
    done
  done
}
