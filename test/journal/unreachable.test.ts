import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import t from 'tap'
import { JournalKeeper } from '../../journal/keeper.js'
import { readEntries } from '../../journal/reader.js'
import { fileStore } from '../../journal/store.js'
import type { Entry } from '../../lib/model/event.js'
import { replay } from '../../lib/history/verify.js'

const directory = mkdtempSync(join(tmpdir(), 'unreachable-'))
t.teardown(() => rmSync(directory, { recursive: true }))

interface Trouble {
  readonly name: string
  readonly reason: RegExp
  /** Makes the path `file` of no use while `body` runs, and restores all afterwards. */
  readonly during: (file: string, body: () => void) => void
}

function replaced(file: string, put: () => void, body: () => void): void {
  renameSync(file, `${file}.away`)
  put()
  body()
  rmSync(file, { recursive: true })
  renameSync(`${file}.away`, file)
}

const troubles: readonly Trouble[] = [
  {
    name: 'the file is a loop of links',
    reason: /too many symbolic links/,
    during: (file, body) => replaced(file, () => symlinkSync(file, file), body),
  },
  {
    name: 'the directory is a loop of links',
    reason: /too many symbolic links/,
    during: (file, body) => replaced(dirname(file), () => symlinkSync(dirname(file), dirname(file)), body),
  },
  {
    name: 'the directory is a file',
    reason: /not a directory|directory can't be used/,
    during: (file, body) => replaced(dirname(file), () => writeFileSync(dirname(file), ''), body),
  },
  {
    name: 'the directory may not be looked into',
    reason: /permission denied|directory can't be used/,
    during: (file, body) => {
      chmodSync(dirname(file), 0)
      // root looks everywhere
      if (process.getuid?.() === 0) process.seteuid?.(65534)
      body()
      if (process.getuid?.() === 0) process.seteuid?.(0)
      chmodSync(dirname(file), 0o700)
    },
  },
]

function entry(seq: number): Entry {
  return { seq, atMs: seq, event: { type: 'FlowsDoubted', reason: `entry ${seq}` } }
}

function keeperAt(file: string): JournalKeeper {
  return new JournalKeeper(fileStore(file), { now: () => 0, info: () => undefined, warn: () => undefined })
}

for (const [i, { name, reason, during }] of troubles.entries())
  t.test(`${name}: while it is written and at a start it is degraded, and sound again afterwards`, (t) => {
    const file = join(directory, String(i), 'vtep', 'br0.journal')
    mkdirSync(dirname(file), { recursive: true, mode: 0o755 })
    const keeper = keeperAt(file)
    keeper.open(replay)
    keeper.append([entry(1)])
    during(file, () => {
      for (let round = 0; round < 2; round++) {
        t.equal(keeper.check(), null)
        t.match(keeper.health(1).trouble, reason)
      }
      keeper.append([entry(2)])
      const next = keeperAt(file)
      t.equal(next.open(replay).state.seq, 0, 'a start knows nothing')
      t.match(next.health(0).trouble, reason)
    })
    t.equal(keeper.check(), null)
    t.match(keeper.health(2), { trouble: null, held: 0, lost: 0 })
    keeper.append([entry(3)])
    keeper.close(replay([], null).state)
    t.strictSame(
      [...readEntries(file)].map(({ seq }) => seq),
      [1, 2, 3],
    )
    t.end()
  })
