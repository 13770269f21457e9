#!/usr/bin/env bash
# Builds everything and runs every test. What .ci/run runs is this, and so is what a developer runs.
#
#   bash tests/run.sh                      the gate: format, warnings, all tests (a sample of the long ones)
#   bash tests/run.sh --long               the long tests in full: crashes, simulation, clusters under faults, cut networks (root and ip); prints their figures
#   bash tests/run.sh --require-cluster    fails where the cluster rooms cannot be restored
#   bash tests/run.sh Silos.Core.Tests …   only these test projects
#
# Needs the .NET SDK. PostgreSQL 13 or later is used from where it is installed, or installed with apt-get where that is
# allowed; SILOS_TEST_POSTGRES (a connection string of a superuser) names a server to use instead. So are Node.js with npm and kubectl,
# by which the Kubernetes manifests are checked without a cluster, promtool, by which the alert rules are, and Chromium (SILOS_TEST_CHROMIUM:
# another path), which shows the dashboard.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

require_cluster=0
only=()
for argument in "$@"; do
  case "$argument" in
    --long) export SILOS_TEST_LONG=1 ;;
    --require-cluster) require_cluster=1 ;;
    --help|-h) sed -n '2,12s/^# \{0,1\}//p' "$0"; exit 0 ;;
    -*) echo "tests/run.sh: unknown option '$argument'; see --help" >&2; exit 2 ;;
    *) only+=("$argument") ;;
  esac
done

# Without profiles for the JIT, which never pay off in processes as short as these: a quarter to a third less processor time.
export DOTNET_TieredPGO=0
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

say() { printf '\n== %s\n' "$*"; }

# --- PostgreSQL: the tests start throw-away servers themselves; here it is only made sure that they can -----------------
require_postgres() {
  if [ -n "${SILOS_TEST_POSTGRES:-}" ] || command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then return; fi
  say "PostgreSQL is not installed; installing it"
  if ! { command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq postgresql >/dev/null; }; then
    echo "tests/run.sh: PostgreSQL is missing and could not be installed. Install it, or set SILOS_TEST_POSTGRES." >&2
    exit 1
  fi
}

# --- kubectl and Node.js: Silos.Deploy.Tests renders the manifests and checks them against the schemas of npm's kubernetes-models; promtool
# --- (in Debian's package prometheus) checks and tests the alert rules -----------------------------------------------------------------
require_manifest_tools() {
  if [ ${#only[@]} != 0 ] && [[ " ${only[*]} " != *" Silos.Deploy.Tests "* ]]; then return; fi
  local missing=()
  command -v node >/dev/null || missing+=(nodejs)
  command -v npm >/dev/null || missing+=(npm)
  command -v kubectl >/dev/null || missing+=(kubectl)
  command -v promtool >/dev/null || missing+=(prometheus)
  if [ ${#missing[@]} = 0 ]; then return; fi
  say "${missing[*]} not installed; installing"
  if ! { command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq "${missing[@]}" >/dev/null; }; then
    echo "tests/run.sh: ${missing[*]} missing and could not be installed; Silos.Deploy.Tests will fail. Install Node.js 18 or later with npm," >&2
    echo "kubectl 1.27 or later (https://kubernetes.io/docs/tasks/tools), and promtool 2.42 or later (https://prometheus.io/download)." >&2
  fi
}

# --- Chromium: Silos.Browser.Tests and Silos.ClusterBrowser.Tests drive the dashboard in it. axe-core comes from npm ----------------------
require_chromium() {
  if [ ${#only[@]} != 0 ] && [[ " ${only[*]} " != *Browser.Tests\ * ]]; then return; fi
  local missing=()
  if [ -z "${SILOS_TEST_CHROMIUM:-}" ] && ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null && ! command -v google-chrome >/dev/null; then
    missing+=(chromium)
  fi
  command -v npm >/dev/null || missing+=(npm)
  if [ ${#missing[@]} = 0 ]; then return; fi
  say "${missing[*]} not installed; installing"
  if ! { command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq "${missing[@]}" >/dev/null; }; then
    echo "tests/run.sh: ${missing[*]} missing and could not be installed; Silos.Browser.Tests will fail. Install it (SILOS_TEST_CHROMIUM: another path of Chromium)." >&2
  fi
}

# --- Which projects ---------------------------------------------------------------------------------------------------
solution=Silos.sln
if ! dotnet restore tests/Silos.Cluster.Tests/Silos.Cluster.Tests.csproj >"$scratch/restore.log" 2>&1; then
  # Only a source without Orleans' own packages counts; whatever else it then complains about follows from that.
  if grep -q 'error NU1101: .*Microsoft\.Orleans' "$scratch/restore.log"; then
    say "ORLEANS CANNOT BE RESTORED HERE: THE CLUSTER ROOMS ARE NEITHER BUILT NOR TESTED; RUNNING Silos.Plain.slnf"
    solution=Silos.Plain.slnf
  else
    cat "$scratch/restore.log" >&2
    exit 1
  fi
fi
if [ "$require_cluster" = 1 ] && [ "$solution" != Silos.sln ]; then
  echo "tests/run.sh: --require-cluster, but the cluster rooms are not available here." >&2
  exit 1
fi

require_postgres
require_manifest_tools
require_chromium

say "Build ($solution): warnings are errors"
dotnet restore "$solution" -v quiet
# One compiler for all projects is much faster than one each, also where the environment says otherwise; it does not stay behind.
trap 'dotnet build-server shutdown --vbcscompiler >/dev/null 2>&1; rm -rf "$scratch"' EXIT
dotnet build "$solution" --no-restore -c Release -v quiet --nologo -clp:NoSummary -p:UseSharedCompilation=true
dotnet build-server shutdown --vbcscompiler >/dev/null 2>&1 || true
trap 'rm -rf "$scratch"' EXIT

# --- Tests ------------------------------------------------------------------------------------------------------------
passed=0 failed=0 skipped=0 # unformatted files count as one failure

# Runs a test project and keeps what it wrote.
execute() {
  local status=0
  dotnet "artifacts/bin/$1/release/$1.dll" -noLogo -noColor -preEnumerateTheories >"$scratch/$1.log" 2>&1 || status=$?
  echo "$status" >"$scratch/$1.status"
}

# Shows what a test project wrote, and adds its result up. One that failed without saying so in its summary failed all the same.
report() {
  local name=$1 status summary bad
  say "$name"
  grep -Ev '^(  (Discover|Start|Finish)|xUnit|$)' "$scratch/$name.log" || true
  status=$(cat "$scratch/$name.status")
  summary=$(grep -E 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+' "$scratch/$name.log" | tail -1 || true)
  if [ -z "$summary" ]; then
    echo "$name ended (exit code $status) without a summary." >&2
    failed=$((failed + 1))
    return
  fi
  number() { sed -E "s/.*$1: ([0-9]+).*/\1/" <<<"$summary"; }
  bad=$(($(number Failed) + $(number Errors)))
  if [ "$bad" = 0 ] && [ "$status" != 0 ]; then bad=1; fi
  passed=$((passed + $(number Total) - $(number Failed) - $(number Skipped) - $(number 'Not Run')))
  failed=$((failed + bad))
  skipped=$((skipped + $(number Skipped)))
}

# Two at a time: beside the others run those that mostly wait, for pages. Silos that starve are declared dead, so those with
# several silos come last, and alone. Silos.Engine.Tests, which computes under a simulated clock, takes what all of them leave.
# Alone is everything that prints figures.
first=() beside=() below=() last=()
for project in tests/*.Tests/*.csproj; do
  name=$(basename "$project" .csproj)
  if [ ! -f "artifacts/bin/$name/release/$name.dll" ] || { [ ${#only[@]} != 0 ] && [[ " ${only[*]} " != *" $name "* ]]; }; then continue; fi
  case "$name" in
    Silos.Cluster.Tests|Silos.ClusterSystem.Tests) last+=("$name") ;;
    Silos.Browser.Tests|Silos.ClusterBrowser.Tests) if [ "${SILOS_TEST_LONG:-}" = 1 ]; then last+=("$name"); else beside+=("$name"); fi ;;
    Silos.Engine.Tests) if [ "${SILOS_TEST_LONG:-}" = 1 ]; then first+=("$name"); else below+=("$name"); fi ;;
    *) first+=("$name") ;;
  esac
done
if [ $((${#first[@]} + ${#beside[@]} + ${#below[@]} + ${#last[@]})) = 0 ]; then echo "tests/run.sh: no test project matches '${only[*]}'." >&2; exit 2; fi

{ renice -n 19 "$BASHPID" >/dev/null; for name in "${below[@]}"; do execute "$name"; done; } &
belows=$!
for name in "${beside[@]}"; do execute "$name"; done &
besides=$!
say "Formatting"
dotnet format whitespace "$solution" --no-restore --verify-no-changes || failed=1
for name in "${first[@]}"; do
  execute "$name"
  report "$name"
done
wait "$besides"
for name in "${beside[@]}"; do report "$name"; done
for name in "${last[@]}"; do
  if [ "$name" = Silos.ClusterSystem.Tests ]; then wait "$belows"; fi
  execute "$name"
  report "$name"
done
wait "$belows"
for name in "${below[@]}"; do report "$name"; done

say "Result"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
