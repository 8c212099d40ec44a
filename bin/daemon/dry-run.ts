import { existsSync, writeSync } from 'node:fs'
import { PROGRAM } from '../../adapters/paths.js'
import { Core } from '../../lib/daemon/core.js'
import { vlog } from '../../adapters/vlog/vlog.js'
import type { Arguments } from './asked.js'
import { compared } from '../diff/compare.js'
import { readPair } from '../diff/pair.js'
import { printFindings } from '../diff/print.js'
import { explained, isColoured } from '../command-line/program.js'
import { Terminal } from '../command-line/terminal.js'
import { exitStatus } from '../command-line/exit-status.js'

/**
 * Says what a daemon with these options would find and do when it starts: no lock is taken, no journal written, nothing
 * changed. Gives the exit status, `found` where something is to do.
 */
export async function dryRun(options: Arguments): Promise<number> {
  vlog.set('any:console:off')
  const out = new Terminal(false, isColoured())
  const { journal } = options
  const where = { ...options, desired: [], actual: [], journal: existsSync(journal) ? journal : 'none' }
  const warn = (text: string): void => void writeSync(process.stderr.fd, `${PROGRAM}: ${text}\n`)
  try {
    const { core, journal: known, desired, actual, untold } = await readPair(where, warn)
    // looked at twice, and each look leads on
    const { state } = core
    const show = async (format: 'text' | 'commands'): Promise<void> => {
      const found = await compared(
        new Core(state),
        { only: [], ignore: [], format, isWatching: false },
        known,
        untold,
      )
      printFindings(found, format, { desired, actual }, where, out)
    }
    await show('text')
    if (out.status === exitStatus.found) out.line('\nIt would run:\n')
    await show('commands')
    out.flush()
    return out.status
  } catch (error) {
    return explained(PROGRAM, error, out)
  }
}
