import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Child, endingText, outputTextOf } from '../../../adapters/child.js'
import { systemErrorText } from '../../../adapters/error-code.js'
import { importJournal } from '../../../journal/import.js'
import { shellWords } from '../../../lib/plan/command.js'
import { journalNamed } from '../../command-line/journal-at.js'
import { TroubleError } from '../../command-line/trouble-error.js'

/** A journal of a fleet: what it is called among the others, and its file. */
export interface MemberFile {
  readonly name: string
  readonly file: string
}

/** What an operand of a fleet may be. */
export const memberForms = 'a journal, a switch by name, a directory of journals, or HOST:JOURNAL over ssh'

/**
 * The journals that `operands` stand for, each once, under names that differ. Those of other hosts are fetched with ssh and
 * lie in a directory that `close` removes. Throws TroubleError and JournalError.
 */
export async function memberFiles(
  operands: readonly string[],
): Promise<{ readonly members: readonly MemberFile[]; readonly close: () => void }> {
  const directory = mkdtempSync(join(tmpdir(), 'vtep-fleet-'))
  const close = (): void => rmSync(directory, { recursive: true, force: true })
  try {
    const found: MemberFile[] = []
    for (const [i, operand] of operands.entries()) {
      const remote = remoteOf(operand)
      if (remote === null) found.push(...filesAt(operand).map((file) => ({ name: nameOf(file), file })))
      else
        found.push({
          name: `${remote.host}:${nameOf(remote.journal)}`,
          file: await fetched(remote, join(directory, `${i}`)),
        })
    }
    return { members: named(found), close }
  } catch (error) {
    close()
    throw error
  }
}

interface RemoteJournal {
  readonly host: string
  readonly journal: string
}

/** As scp(1) tells a host from a file: the colon comes before any slash. */
function remoteOf(operand: string): RemoteJournal | null {
  const [, host = '', journal = ''] = /^([^/:-][^/:]*):(.+)$/s.exec(operand) ?? []
  return host === '' ? null : { host, journal }
}

function filesAt(operand: string): readonly string[] {
  if (statSync(operand, { throwIfNoEntry: false })?.isDirectory() !== true) return [journalNamed(operand)]
  const files = listed(operand).filter((name) => name.endsWith('.journal'))
  if (files.length === 0)
    throw new TroubleError(`${operand}: a directory without journals: no name in it ends with .journal`)
  return files.sort().map((name) => join(operand, name))
}

function listed(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    throw new TroubleError(`${directory}: ${systemErrorText(error)}`)
  }
}

/** What `vtep-replay export` says there becomes a journal here. */
async function fetched({ host, journal }: RemoteJournal, path: string): Promise<string> {
  const command = shellWords('vtep-replay', 'export', journal)
  const child = new Child('ssh', ['-T', '--', host, command], { stdio: ['ignore', 'pipe', 'inherit'] })
  const output = await outputTextOf(child.stdout)
  const ending = await child.ended
  if (ending.code !== 0 || output === null)
    throw new TroubleError(
      `${host}:${journal}: ssh ${output === null ? 'gave too much' : endingText(ending)}`,
    )
  const [bundle, file] = [`${path}.bundle`, `${path}.journal`]
  writeFileSync(bundle, output, { mode: 0o600 })
  importJournal(bundle, file)
  return file
}

function nameOf(file: string): string {
  return basename(file).replace(/\.journal$/, '')
}

/** One that has another's name gets its directory before it, or a number. */
function named(found: readonly MemberFile[]): readonly MemberFile[] {
  const once = [...new Map(found.map((one) => [one.file, one])).values()]
  const taken = new Set<string>()
  return once.map(({ name, file }) => {
    const isShared = once.filter((other) => other.name === name).length > 1
    const long = isShared ? `${basename(join(file, '..'))}/${name}` : name
    let free = long
    for (let n = 2; taken.has(free); n++) free = `${long} ${n}`
    taken.add(free)
    return { name: free, file }
  })
}
