import { execa } from 'execa'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { isOneLine } from '../../lib/words/one-line.js'
import { hostileEvents } from '../support/hostile-events.js'
import { hostileHistory } from '../support/hostile-history.js'
import { journalOf, ownDirectory } from '../support/recorded.js'
import { replayProgramFile } from '../support/replays.js'

const directory = ownDirectory(t)
const place = join(directory, 'canaries')
mkdirSync(place)
const entries = hostileHistory()
const file = journalOf(entries, directory)
const first = (entries.at(-1)?.seq ?? 0) - hostileEvents().length

/** A scratch switch is made of what a file says, and a command of the user's runs beside it. */
const commandLines: readonly (readonly string[])[] = [
  ['apply', file, '--sandbox'],
  ['apply', file, '--sandbox', '--json'],
  ['apply', file, '--sandbox', '--history'],
  ['bisect', file, '--from', String(first - 1), '--run', 'ovs-vsctl br-exists "$VTEP_BRIDGE"'],
]

for (const list of commandLines)
  await t.test(`hostile text: ${[list[0], ...list.slice(2)].join(' ')}`, async (t) => {
    const { exitCode, stdout, stderr } = await execa(process.execPath, [replayProgramFile, ...list], {
      reject: false,
      stdin: 'ignore',
      cwd: place,
    })
    t.ok([0, 1, 2].includes(exitCode ?? -1), `${exitCode}: ${stderr.slice(0, 600)}`)
    t.ok(stdout + stderr !== '')
    for (const text of [stdout, stderr])
      t.strictSame(
        text.split('\n').filter((line) => !isOneLine(line)),
        [],
      )
    t.notMatch(stderr, /^ {4}at /m)
    t.strictSame(readdirSync(place), [])
  })
