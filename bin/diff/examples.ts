import type { Example } from '../command-line/examples.js'

/** Of vtep-diff, for `--help` and the man page. */
export const diffExamples: readonly Example[] = [
  ['vtep-diff br0', 'does the switch do what the database asks for?'],
  ['vtep-diff br0 --commands > mend.sh', 'what would mend it, for a shell'],
  ['vtep-diff capture br0 -o br0.capture', 'both sides in one file'],
  ['vtep-diff --desired br0.capture --actual br0.capture', 'compare them elsewhere'],
  [
    'vtep-diff br0 --desired br0@03:12 --only switch=ls0',
    'what is otherwise since 03:12 in one logical switch?',
  ],
  ['vtep-diff br0 --desired sosreport-1/ --actual sosreport-1/', 'the files of a support archive'],
]
