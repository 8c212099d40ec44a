import { existsSync, writeSync } from 'node:fs'
import { CommanderError, type Option } from 'commander'
import { journalFile } from '../../adapters/paths.js'
import { ScratchError } from '../../adapters/scratch/programs.js'
import { JournalError } from '../../journal/format.js'
import { didYouMean } from '../../lib/words/closest.js'
import { oneLine } from '../../lib/words/one-line.js'
import { BisectError } from '../../lib/history/bisect.js'
import { PositionError } from '../../lib/history/position.js'
import { PredicateError } from '../../lib/history/predicate/predicate.js'
import { UnknownWordError } from '../../lib/history/unknown-word.js'
import type { Terminal } from './terminal.js'
import { TroubleError } from './trouble-error.js'
import { exitStatus } from './exit-status.js'
import { UsageError } from './usage-error.js'

/** With its default where there is one worth saying. */
export function describedOption({ description, argChoices, defaultValue }: Option): string {
  const choices = argChoices === undefined ? [] : [`choices: ${argChoices.join(', ')}`]
  const isSaid = typeof defaultValue === 'string' && defaultValue !== ''
  const more = [...choices, ...(isSaid ? [`default: ${defaultValue}`] : [])]
  return more.length === 0 ? description : `${description} (${more.join(', ')})`
}

/** How commander's word for a wrong command line is said: in one line, with what may have been meant. */
export function saidAs(program: string): (text: string, write: (text: string) => void) => void {
  return (text, write) => {
    const [, value = '', choices = ''] =
      /argument '([^]*)' is invalid\. Allowed choices are (.*)\.$/.exec(text.trim()) ?? []
    const line = text
      .trim()
      .replace(/\.$/, '')
      .replace(/^error:/, `${program}:`)
      .replace(/\n\(Did you mean (?:one of )?(.*)\?\)$/, '; did you mean $1?')
    write(`${oneLine(line + (choices === '' ? '' : didYouMean(value, choices.split(', '))))}\n`)
  }
}

/**
 * Throws UsageError where the first word of `argv` is nearly one of the commands `names`, and others follow it: no file
 * and no switch is meant.
 */
export function refuseMisspelt(argv: readonly string[], names: readonly string[]): void {
  const words = argv.filter((word) => !word.startsWith('-'))
  const [first = '', second] = words
  if (second === undefined || (argv[0]?.startsWith('--') === false && argv[0] !== first)) return
  if (names.includes(first) || first === 'help' || existsSync(first) || existsSync(journalFile(first))) return
  const suggestion = didYouMean(first, names)
  if (suggestion !== '') throw new UsageError(`unknown command '${first}'${suggestion}`)
}

/** When colours are used: `auto` is for a person at a terminal that did not ask for none (no-color.org). */
export const colourings = ['auto', 'always', 'never'] as const
export type Colouring = (typeof colourings)[number]

export function isColoured(when: Colouring = 'auto'): boolean {
  if (when !== 'auto') return when === 'always'
  return process.stdout.isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb'
}

/** Whose message is for the user: what is in the way. */
const troubles = [BisectError, JournalError, PositionError, ScratchError, TroubleError, UnknownWordError]

/** Whose message is for the user: what the command line says and nobody understands. */
const misuses = [PredicateError, UsageError]

/** Says in one line what went wrong, and gives the exit status. Throws what is a fault of ours. */
export function explained(program: string, error: unknown, terminal: Terminal): number {
  // help, version and usage: it has said so itself
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitStatus.done : exitStatus.usage
  const isOf = (kinds: readonly (new (...words: never[]) => Error)[]): boolean =>
    kinds.some((kind) => error instanceof kind)
  if (error instanceof Error && (isOf(troubles) || isOf(misuses))) {
    terminal.flush()
    writeSync(process.stderr.fd, `${program}: ${oneLine(error.message)}\n`)
    return isOf(misuses) ? exitStatus.usage : exitStatus.trouble
  }
  // nobody reads on
  if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return terminal.status
  throw error
}
