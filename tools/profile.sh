# Sourced after env.sh by the scripts that build the functions. BUILD_PROFILE selects how:
# release builds what ships, as `sam build` alone does; demo builds as fast as possible: without optimisation, without link-time
# optimisation across crates, and only those functions of the SDK's crates that are called.
# `sam build` knows only Cargo's profiles release and dev. The demo therefore uses dev, changed by environment variables, in cargo
# lambda's target folder, where nothing else uses dev.
# shellcheck shell=bash disable=SC2034

: "${BUILD_PROFILE:=release}"
case $BUILD_PROFILE in
  release)
    PROFILE_OPTIONS=(--release) ARCHITECTURE_OPTIONS=()
    PROFILE_WORDS="as they ship"
    ;;
  demo)
    PROFILE_OPTIONS=() ARCHITECTURE_OPTIONS=(--demo)
    PROFILE_WORDS="for the demo, without optimisation"
    export SAM_BUILD_MODE=debug CARGO_PROFILE_DEV_DEBUG=false CARGO_PROFILE_DEV_STRIP=symbols
    # The same as in release. It makes the executables smaller, and smaller executables deploy faster.
    export CARGO_PROFILE_DEV_DEBUG_ASSERTIONS=false CARGO_PROFILE_DEV_OVERFLOW_CHECKS=false
    # Without the notes for the next compilation, the first compilation of this project's crates takes two thirds of the time. With
    # them (true), that of a change takes half.
    export CARGO_PROFILE_DEV_INCREMENTAL=${CARGO_PROFILE_DEV_INCREMENTAL:-false}
    RUSTC_WRAPPER=$(mostly_unused printenv RUSTC_WRAPPER)
    export RUSTC_WRAPPER
    ;;
  *) fail "unknown profile: BUILD_PROFILE=$BUILD_PROFILE" "The profiles: demo, release" ;;
esac
