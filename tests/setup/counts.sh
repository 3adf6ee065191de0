# Counting what a step came to. Each function gets the exit code and the log, and prints "passed failed".
# A step that failed without a failed test in its log (it did not compile, it crashed) counts as one failure,
# and so does a runner that ran nothing.
# shellcheck shell=bash

honest() { # CODE PASSED FAILED
  if (($1 != 0 && $3 == 0)) || (($2 + $3 == 0)); then echo "$2 1"; else echo "$2 $3"; fi
}

plain() { sed 's/\x1b\[[0-9;]*m//g' "$1"; }

count_one() { if (($1 == 0)); then echo '1 0'; else echo '0 1'; fi; }

# nextest's summary, and every "test result" of cargo test.
count_rust() {
  local good bad
  read -r good bad < <(plain "$2" | awk '
    /^ *Summary \[/ { for (i = 2; i <= NF; i++) { if ($i ~ /^passed/) good += $(i-1); if ($i ~ /^(failed|timed)/) bad += $(i-1) } }
    /^test result:/ { for (i = 2; i <= NF; i++) { if ($i ~ /^passed/) good += $(i-1); if ($i ~ /^failed/) bad += $(i-1) } }
    END { print good + 0, bad + 0 }')
  honest "$1" "$good" "$bad"
}

# Each fault that was run, and the verdict over each database; what could not be run here counts as neither.
count_chaos() {
  local good bad
  good=$(grep -cE '^chaos [a-z]+ [a-z-]+: passed$' "$2")
  bad=$(grep -cE '^chaos [a-z]+ [a-z-]+: failed$' "$2")
  honest "$1" "$good" "$bad"
}

# A line for each check, "ok" or "FAILED" (tests/setup/deploy.sh).
count_checks() {
  local good bad
  good=$(grep -c '^ok  ' "$2") bad=$(grep -c '^FAILED  ' "$2")
  honest "$1" "$good" "$bad"
}

# vitest's JSON report lies beside the log.
count_vitest() {
  local good bad
  read -r good bad < <(node -e '
    const report = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
    console.log(report.numPassedTests, report.numFailedTests);' "$(dirname "$2")/vitest.json" 2> /dev/null || echo 0 0)
  honest "$1" "$good" "$bad"
}

# Playwright's closing lines ("12 passed (30s)", "1 failed", "1 flaky") or those of node's own runner ("pass 12", "fail 0").
# A flaky test passed at its second try: it counts as passed, and unsteady names it.
count_e2e() {
  local good bad
  read -r good bad < <(plain "$2" | awk '
    /^ *[0-9]+ (passed|flaky)( |$)/ { good += $1 }
    /^ *[0-9]+ (failed|interrupted|did not run)/ { bad += $1 }
    /^(#|ℹ) pass [0-9]+$/ { good = $3 }
    /^(#|ℹ) (fail|cancelled) [0-9]+$/ { bad += $3 }
    END { print good + 0, bad + 0 }')
  honest "$1" "$good" "$bad"
}

# The tests of Playwright's log that passed only at their second try, one a line.
unsteady() {
  [[ ! -f $1 ]] || plain "$1" | awk '/^ *[0-9]+ flaky/ { listed = 1; next } /^ *[0-9]+ / { listed = 0 } listed && NF' | sed 's/[ ─]*$//'
}
