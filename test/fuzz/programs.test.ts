import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { createRandom } from '../support/differential/random.js'
import { ownDirectory } from '../support/recorded.js'
import { diffs, replays } from '../support/replays.js'
import type { Outcome } from '../support/run-directory.js'
import { bentBytes } from './bent.js'
import { files, inOneLine, seed } from './rounds.js'
import { exported, foreign, type Sample } from './samples.js'

t.comment(`FILES=${files} SEED=${seed}`)
const directory = ownDirectory(t)

function judge(
  t: Pick<typeof import('tap').default, 'fail' | 'pass' | 'equal'>,
  outcomes: readonly Outcome[],
  what: readonly string[],
  program: string,
): void {
  let refused = 0
  for (const [i, { status, stdout, stderr }] of outcomes.entries()) {
    if (status === 0 || status === 2) continue
    refused++
    const last = stderr.trimEnd().split('\n').at(-1) ?? ''
    if (status !== 1 || stdout !== '' || !inOneLine.test(last) || !last.startsWith(`${program}: `))
      t.fail(`SEED=${seed}: ${what[i]}: ${status} ${stdout.slice(0, 300)} ${stderr.slice(0, 900)}`)
  }
  t.pass(`${refused} of ${outcomes.length} refused`)
}

t.test('the programs themselves', (t) => {
  const random = createRandom(seed)
  const place = join(directory, 'files')
  mkdirSync(place)
  const sound = { 'vtep.db': foreign['vtep.db'], 'conf.db': foreign['conf.db'], flows: foreign['flows'] }
  for (const [name, reader] of Object.entries(sound)) writeFileSync(join(place, name), reader?.whole ?? '')
  const put = (name: string, i: number, { whole, resealed }: Sample): string => {
    writeFileSync(
      join(place, `${name}-${i}`),
      resealed && random.chance(0.6) ? resealed(random) : bentBytes(whole, random),
    )
    return `${name}-${i}`
  }
  const pairs = Array.from({ length: Math.min(files, 60) }, (_, i): string[] => {
    const named = (name: string, reader: Sample | undefined, chance: number) =>
      reader !== undefined && random.chance(chance) ? put(name, i, reader) : name
    const which = random.pick(['files', 'bundle', 'ndjson'] as const)
    if (which !== 'files') {
      const history = put(which, i, exported[which] ?? { whole: '' })
      return ['br0', '--journal', 'none', '--desired', history, '--actual', history]
    }
    const actual = [
      '--actual',
      named('conf.db', foreign['conf.db'], 0.4),
      '--actual',
      named('flows', foreign['flows'], 0.4),
    ]
    return ['br0', '--journal', 'none', '--desired', named('vtep.db', foreign['vtep.db'], 0.4), ...actual]
  })
  const before = readdirSync(place).sort()
  const [clean] = diffs(
    [['br0', '--journal', 'none', '--desired', 'vtep.db', '--actual', 'conf.db', '--actual', 'flows']],
    { env: {}, cwd: place },
  )
  t.match(clean, { status: 0, stdout: /No differences/ })
  judge(
    t,
    diffs(pairs, { env: {}, cwd: place }),
    pairs.map((list) => list.join(' ')),
    'vtep-diff',
  )
  t.strictSame(readdirSync(place).sort(), before, 'nothing is written')
  const imports = Array.from({ length: Math.min(files, 20) }, (_, i) => {
    const name = put('import', i, random.pick(Object.values(exported)))
    return ['import', join(place, name), '-o', join(place, `made-${i}`)]
  })
  const outcomes = replays(imports)
  judge(
    t,
    outcomes,
    imports.map((list) => list.join(' ')),
    'vtep-replay',
  )
  const made = readdirSync(place).filter((name) => name.startsWith('made-'))
  t.equal(
    made.length,
    outcomes.filter(({ status }) => status === 0).length,
    'a journal where it says so, else none',
  )
  t.end()
})
