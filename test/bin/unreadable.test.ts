import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { ownDirectory } from '../support/recorded.js'

const directory = ownDirectory(t)
const isRoot = process.getuid?.() === 0
const nobody = isRoot ? { uid: 65534, gid: 65534 } : {}

/** Every kind of path that is no journal to be read, and how its reason begins. */
const reasons: Readonly<Record<string, RegExp>> = {
  'locked/journal': /permission denied/,
  unreadable: /permission denied/,
  directory: /a directory/,
  fifo: /a FIFO/,
  empty: /empty|nothing is in it/,
  dangling: /a link to nowhere/,
  loop: /symbolic links/,
  none: /no such file/,
}

const sample = join(process.cwd(), 'test', 'sample', 'incident.journal')
chmodSync(directory, 0o755)
mkdirSync(join(directory, 'locked'))
copyFileSync(sample, join(directory, 'locked', 'journal'))
copyFileSync(sample, join(directory, 'unreadable'))
chmodSync(join(directory, 'unreadable'), 0)
chmodSync(join(directory, 'locked'), 0)
t.teardown(() => chmodSync(join(directory, 'locked'), 0o700))
mkdirSync(join(directory, 'directory'))
spawnSync('mkfifo', [join(directory, 'fifo')])
writeFileSync(join(directory, 'empty'), '')
symlinkSync('nowhere', join(directory, 'dangling'))
symlinkSync('loop', join(directory, 'loop'))

const made = join(directory, 'made')
const commands: Readonly<Record<string, readonly string[]>> = {
  log: [],
  show: ['3'],
  serve: [],
  verify: [],
  step: [],
  export: [],
  import: ['-o', made],
  compact: ['--keep', '1d'],
}

for (const [path, reason] of Object.entries(reasons))
  t.test(`${path}: one line with the reason, whatever the command`, (t) => {
    const lists = Object.entries(commands).map(([command, more]) => [command, join(directory, path), ...more])
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(import.meta.dirname, '..', 'support', 'replay-process.js'), 'vtep-replay'],
      { input: JSON.stringify(lists), encoding: 'utf8', env: { PATH: process.env['PATH'] }, ...nobody },
    )
    t.equal(status, 0)
    stderr
      .split('\0')
      .slice(0, lists.length)
      .forEach((said, i) => {
        t.match(said, /^vtep-replay: [^\n]+\n$/, String(lists[i]?.[0]))
        t.match(said, reason, String(lists[i]?.[0]))
      })
    t.strictSame(
      stdout.split('\0').filter((_, i) => i % 2 === 1),
      lists.map(() => '1'),
    )
    t.end()
  })
