import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { defaultLogFile, defaultPidfile, inRundir } from '../../adapters/paths.js'
import { Vlog } from '../../adapters/vlog/vlog.js'
import { parseArguments } from '../../bin/daemon/arguments.js'
import { UsageError } from '../../bin/command-line/usage-error.js'
import { pythonVtep } from '../support/installation.js'
import { type PythonInvocation, understoodByPython } from '../support/python-arguments.js'

type Words = readonly string[]

/** Command lines by hand: each form of each option, and what OVN, start scripts and people write. */
const byHand: readonly string[] = [
  'br0',
  '',
  'br0 br1',
  'br-vtep -vconsole:off --detach --no-chdir --pidfile --log-file',
  'br0 -v info',
  'br0 -v console:info syslog:off',
  'br0 -v',
  'br0 -v --detach',
  '-v info -- br0',
  '-v info --detach br0',
  '-v=info br0',
  '-vinfo br0',
  'br0 --verbose info',
  'br0 --verbose=info',
  'br0 --verb info any:file:dbg',
  '--log-file /tmp/x.log br0',
  'br0 --log-file /tmp/x.log',
  'br0 --log-file x.log --pidfile x.pid --detach',
  '--log-file=x.log br0',
  '--log x.log br0',
  '--log-file --pidfile br0',
  '--log-file= --pidfile= br0',
  '--pidfile /tmp/x.pid br0',
  '--pidfile -- br0',
  '--pidfile --detach br0',
  '--pidfile a b c',
  '--pidfile=a --pidfile=b br0',
  '--pid x.pid br0',
  '--p x.pid br0',
  '--d br0',
  '--m br0',
  '--no br0',
  '--l br0 x',
  '--o br0',
  '--v br0',
  '--ver br0',
  '--r / br0',
  '--root-prefix / br0',
  '--root-prefix= br0',
  '--root-prefix=/x br0 --root-prefix /y',
  '--detach=yes br0',
  '--bogus br0',
  '--bogus --help',
  '--version --bogus',
  'br0 br1 -h',
  '-h',
  '-hv',
  '--help=x',
  'br0 --h',
  '-- br0',
  '-- -br0',
  'br0 --',
  'br0 -- --detach',
  '-- -- br0',
  '-',
  '-5',
  '--pidfile -5 br0',
  '-.5 --detach',
  'br0 -vreconnect:info -vjsonrpc:dbg',
  'br0 -vpattern:console:%m',
  'br0 -vFACILITY:daemon',
  'br0 -v any',
  'br0 -vnonsense',
]

/** Words that command lines are generated of. */
const alphabet: Words = (
  '-v -vinfo -v=dbg --verbose --verbose=warn --verb --log-file --log-file=l --log --pidfile --pidfile=p --pid --p --detach --det --d ' +
  '--no-chdir --no --monitor --m --overwrite-pidfile --over --root-prefix --root-prefix=/ --r -- br0 br1 info console:off any:syslog:err ' +
  '-h --help --version --vers --bogus -x -5 -'
).split(' ')

/**
 * Why ours may differ. Each takes the line and what the other understood; true: this is the reason.
 * The Python one *refuses* a line that ours can do something sensible with, or it loses what was asked for.
 */
const reasons: Readonly<Record<string, (words: Words, python: PythonInvocation, ours: Ours) => boolean>> = {
  'the last word that an option took is the name where none is left': (words, python, ours) =>
    python.kind === 'refuse' && ours.kind === 'run' && words.includes(ours.name),
  '--root-prefix has no effect and may go without a value': (words, python, ours) =>
    python.kind === 'refuse' && ours.kind === 'show' && words.some((word) => /^--r/.test(word)),
  'each -v counts, as in the C programs, not only the last one': (words, python, ours) =>
    words.filter((word) => /^(-v|--v(e(r(b.*)?)?)?(=.*)?$)/.test(word)).length > 1 &&
    python.kind === 'run' &&
    ours.kind === 'run' &&
    same({ ...python, verbose: [], refused: null }, { ...ours, verbose: [], refused: null }),
  'options of our own: -V, -p, -c, -C, --db and so on': (words, python) =>
    python.kind === 'refuse' && words.some((word) => /^-[VpcC]|^--(db|vtep-db|json|dry)/.test(word)),
  'a switch without a name can not be': (_, python, ours) =>
    python.kind === 'run' && python.name === '' && ours.kind === 'refuse',
  'several names are several switches': (_, python, ours) =>
    python.kind === 'refuse' && ours.kind === 'several',
  'a first word that is a command of ours: a switch of that name comes behind --': (words) =>
    words[0] === 'doctor' || words[0] === 'status',
}

type Ours = PythonInvocation | { readonly kind: 'several' }

t.test(
  'the Python ovs-vtep and ours understand the same',
  { skip: !existsSync(pythonVtep[1]) && 'no Python ovs-vtep' },
  async (t) => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
    t.comment(`SEED=${seed}`)
    const generated = fc.sample(fc.array(fc.constantFrom(...alphabet), { maxLength: 6 }), {
      seed,
      numRuns: 4000,
    })
    const table = byHand.map((line) => (line === '' ? [] : line.split(' ')))
    const odd = [['br0', '--log-file', 'a b'], ['-v x', 'br0'], ['-x y'], ['--x y'], ['']]
    const lines = [...table, ...odd, ...generated]
    const python = understoodByPython(lines)
    const used = new Map<string, number>()
    lines.forEach((words, i) => {
      const other = python[i] ?? { kind: 'refuse' }
      const ours = understoodByUs(words)
      if (same(other, ours)) return
      const reason = Object.entries(reasons).find(([, holds]) => holds(words, other, ours))?.[0]
      if (reason === undefined) t.strictSame(ours, other, JSON.stringify(words))
      else used.set(reason, (used.get(reason) ?? 0) + 1)
    })
    for (const [reason, count] of used) t.comment(`${count} of ${lines.length}: ${reason}`)
    const taken = python.filter(({ kind }) => kind === 'run').length
    t.ok(taken > 300, `${taken} lines that the Python one runs with`)
  },
)

/** What ours makes of it, in the words of the other. */
function understoodByUs(words: Words): Ours {
  try {
    const invocation = parseArguments(words)
    if (invocation.kind === 'several') return { kind: 'several' }
    if (invocation.kind !== 'run') return { kind: 'show' }
    const given = invocation.arguments
    const { detach, chdir, monitor, overwritePidfile, verbose } = given
    const vlog = new Vlog()
    const refused = verbose.map((spec) => vlog.set(spec)).find((problem) => problem !== undefined)
    return {
      kind: 'run',
      name: given.physicalSwitch,
      detach,
      chdir,
      monitor,
      overwritePidfile,
      pidfile: given.pidfile === defaultPidfile() ? '' : given.pidfile,
      logFile: given.logFile === defaultLogFile() ? '' : given.logFile,
      verbose,
      refused: refused ?? null,
    }
  } catch (error) {
    if (error instanceof UsageError) return { kind: 'refuse' }
    throw error
  }
}

function same(a: Ours, b: Ours): boolean {
  return JSON.stringify(plain(a)) === JSON.stringify(plain(b))
}

/** Files made absolute as both do it, the empty spec as the one it stands for, and of a refusal only that there is one. */
function plain(given: Ours): unknown {
  if (given.kind !== 'run') return given.kind
  const absolute = (file: string | null, of: (file: string) => string): string | null =>
    file === null || file === '' ? file : of(file)
  return {
    ...given,
    pidfile: absolute(given.pidfile, inRundir),
    logFile: absolute(given.logFile, (file) => resolve(file)),
    verbose: given.verbose.map((spec) => (spec === '' ? 'any:any:dbg' : spec)),
    refused: given.refused !== null,
  }
}
