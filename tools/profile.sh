# Sourced after env.sh by what builds the functions: as they ship, or as fast as they can be built. BUILD_PROFILE is release, which
# is what `sam build` does by itself, or demo: no optimisation, no link across crates, and of the SDK's crates only what is called.
# `sam build` knows no other profiles than Cargo's release and dev, so that the demo's is dev, set by the environment, under cargo
# lambda's target folder, where nothing else is built with it.
# shellcheck shell=bash disable=SC2034

: "${BUILD_PROFILE:=release}"
case $BUILD_PROFILE in
  release)
    PROFILE_OPTIONS=(--release) ARCHITECTURE_OPTIONS=()
    PROFILE_WORDS="as they ship"
    ;;
  demo)
    PROFILE_OPTIONS=() ARCHITECTURE_OPTIONS=(--demo)
    PROFILE_WORDS="for a look, not as they ship"
    export SAM_BUILD_MODE=debug CARGO_PROFILE_DEV_DEBUG=false CARGO_PROFILE_DEV_STRIP=symbols
    # As in release. Smaller executables are deployed sooner.
    export CARGO_PROFILE_DEV_DEBUG_ASSERTIONS=false CARGO_PROFILE_DEV_OVERFLOW_CHECKS=false
    RUSTC_WRAPPER=$(mostly_unused printenv RUSTC_WRAPPER)
    export RUSTC_WRAPPER
    ;;
  *) fail "BUILD_PROFILE=$BUILD_PROFILE is no profile" "There are: demo, release" ;;
esac
