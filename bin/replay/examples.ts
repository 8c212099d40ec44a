import type { Example } from '../command-line/examples.js'

/** Of vtep-replay, for `--help` and the man page. */
export const replayExamples: readonly Example[] = [
  ['vtep-replay changes br0', 'what happened, in sentences?'],
  ['vtep-replay br0', 'and entry by entry?'],
  ['vtep-replay explain br0 02:00:00:00:0e:01', 'why do frames to this MAC go where they go?'],
  ['vtep-replay bisect br0 --bad mac:02:00:00:00:0e:01@10.2.2.9', 'since when do they go to 10.2.2.9?'],
  ['vtep-replay state br0 --at 03:12', 'how was the switch at 03:12?'],
  ['vtep-replay serve br0 --open', 'all of that in a browser'],
  ['vtep-replay verify br0', 'is the record sound, and were the plans right?'],
  ['vtep-replay export br0 --redact -o br0.bundle', 'a journal to give away'],
]
