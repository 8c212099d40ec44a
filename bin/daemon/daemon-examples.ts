import { PROGRAM } from '../../adapters/paths.js'
import type { Example } from '../command-line/examples.js'

/** For `--help` and the man page. */
export const daemonExamples: readonly Example[] = [
  [`${PROGRAM} --detach --pidfile --log-file br0`, 'in the background, with the usual files'],
  [`${PROGRAM} --dry-run br0`, 'what would it change?'],
  [`${PROGRAM} doctor br0`, 'what keeps it from its work?'],
  [`${PROGRAM} status br0`, 'is the running daemon in sync?'],
  [`${PROGRAM} --vtep-db=tcp:10.0.0.7:6640,tcp:10.0.0.8:6640 br0`, 'hardware_vtep in a cluster'],
  [`${PROGRAM} --detach --pidfile --log-file --all`, 'for every switch that is here'],
  [`${PROGRAM} exit --cleanup br0`, 'end it, and remove all that it made'],
]
