import { writeSync } from 'node:fs'
import { CommanderError, type Option } from 'commander'
import { ScratchError } from '../adapters/scratch/programs.js'
import { JournalError } from '../journal/format.js'
import { oneLine } from '../lib/one-line.js'
import { BisectError } from '../lib/replay/bisect.js'
import { PositionError } from '../lib/replay/position.js'
import { PredicateError } from '../lib/replay/predicate/predicate.js'
import { UnknownWordError } from '../lib/replay/unknown-word.js'
import type { Terminal } from './replay/terminal.js'
import { UsageError } from './usage-error.js'

/** With its default where there is one worth saying. */
export function describedOption({ description, argChoices, defaultValue }: Option): string {
  const choices = argChoices === undefined ? [] : [`choices: ${argChoices.join(', ')}`]
  const isSaid = typeof defaultValue === 'string' && defaultValue !== ''
  const more = [...choices, ...(isSaid ? [`default: ${defaultValue}`] : [])]
  return more.length === 0 ? description : `${description} (${more.join(', ')})`
}

/** In colour for a person at a terminal that did not ask for none (no-color.org). */
export function isColoured(): boolean {
  return process.stdout.isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb'
}

/** Whose message is for the user. */
const toldErrors = [
  BisectError,
  JournalError,
  PositionError,
  PredicateError,
  ScratchError,
  UnknownWordError,
  UsageError,
]

/** Says in one line what went wrong, and gives the exit status. Throws what is a fault of ours. */
export function explained(program: string, error: unknown, terminal: Terminal): number {
  // help, version and usage: it has said so itself
  if (error instanceof CommanderError) return error.exitCode
  if (error instanceof Error && toldErrors.some((kind) => error instanceof kind)) {
    terminal.flush()
    writeSync(process.stderr.fd, `${program}: ${oneLine(error.message)}\n`)
    return 1
  }
  // nobody reads on
  if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return terminal.status
  throw error
}
