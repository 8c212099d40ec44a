/**
 * How long a test waits for what must happen: many times what a busy machine needs, so that it ends only what
 * hangs. Nothing else in the tests has a limit of time; the test runner's own, for a whole file, is longer.
 */
export const patienceMs = 240_000

/** The same for the `--timeout` of Open vSwitch's programs. */
export const patienceSeconds = patienceMs / 1000
