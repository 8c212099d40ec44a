import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import t from 'tap'

/** A mistyped command, option, or value of a fixed list of each program, and what is said of it. */
const table: Readonly<Record<string, string>> = {
  'vtep-replay lgo J': "unknown command 'lgo'; did you mean log?",
  'vtep-replay --json verfy J': "unknown command 'verfy'; did you mean verify?",
  'vtep-replay log --kindd x J': "unknown option '--kindd'; did you mean --kind?",
  'vtep-replay export J --format bundel':
    "option '--format <FORMAT>' argument 'bundel' is invalid. Allowed choices are bundle, ndjson, shell; did you mean bundle?",
  'vtep-diff captur br0': "unknown command 'captur'; did you mean capture?",
  'vtep-diff --format jsn':
    "option '--format <FORMAT>' argument 'jsn' is invalid. Allowed choices are text, json, commands, unified; did you mean json?",
  'vtep-diff --formt json': "unknown option '--formt'; did you mean --format?",
  'vtep-diff br0 --only kind=missin':
    'filter "kind=missin": kind is one of missing, extra, different, foreign; did you mean missing?',
  'ovs-vtep --dryrun br0': "unknown option '--dryrun'; did you mean --dry-run?",
  'ovs-vtep statsu br0': "unknown command 'statsu'; did you mean status?",
  'ovs-vtep docter br0': "unknown command 'docter'; did you mean doctor?",
  'ovs-vtep br0 status': "unexpected argument 'status'; did you mean ovs-vtep status br0?",
  'ovs-vtep br0 br0': "unexpected argument 'br0'",
  'ovs-vtep doctor br0 --jsno': "unknown option '--jsno'; did you mean --json?",
  'ovs-vtep br0 -vinof': 'processing "inof": no destination, level, or module "inof"; did you mean info?',
}

t.test('what was mistyped is named, and what may have been meant', async (t) => {
  const said = async (line: string): Promise<string> => {
    const [program = '', ...args] = line.split(' ')
    const child = spawn(process.execPath, [`dist/bin/${program}.js`, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    return await text(child.stderr)
  }
  const lines = await Promise.all(Object.keys(table).map(said))
  Object.entries(table).forEach(([line, words], i) =>
    t.equal(lines[i], `${line.split(' ')[0] ?? ''}: ${words}\n`, line),
  )
})
