import { spawn } from 'node:child_process'
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openJournal } from '../../journal/writer.js'
import type { Entry } from '../../lib/model/event.js'
import { History } from '../support/history.js'
import { ownDirectory } from '../support/recorded.js'
import { replayProgramFile } from '../support/replays.js'
import { until } from '../support/until.js'

t.test(
  'who follows a journal hears of all that is new, of what was dropped and of another journal',
  async (t) => {
    const file = join(ownDirectory(t), 'journal')
    const world = History.furnished()
    const first = openJournal(file)
    first.append(world.entries)
    const following = spawn(process.execPath, [replayProgramFile, 'log', '-f', '--json', file])
    t.teardown(() => following.kill('SIGKILL'))
    let [out, errors] = ['', '']
    following.stdout.on('data', (text: Buffer) => (out += text.toString()))
    following.stderr.on('data', (text: Buffer) => (errors += text.toString()))
    const seen = () =>
      out
        .split('\n')
        // what stands behind the last line's end is not there whole yet
        .slice(0, -1)
        .map((line) => (JSON.parse(line) as Entry).seq)
    await until('what is there', () => seen().length === world.entries.length)

    // what is dropped must have been recorded while nobody looked
    following.kill('SIGSTOP')
    const from = world.entries.length
    for (let i = 0; i < 1_100; i++) world.record({ type: 'FlowsDoubted', reason: 'x'.repeat(1_000) })
    first.append(world.entries.slice(from))
    for (let i = 0; i < 3; i++) first.tend(world.core.state)
    world.record({ type: 'FlowsDoubted', reason: 'last' })
    first.append(world.entries.slice(-1))
    first.drop({ keepMs: null, maxBytes: 1 }, 0)
    following.kill('SIGCONT')
    await until('the entry after those that were dropped', () => seen().at(-1) === world.core.state.seq)
    t.equal(
      errors,
      `vtep-replay: ${file}: entries ${from + 1} to ${world.core.state.seq - 1} were dropped before they could be shown\n`,
    )

    errors = ''
    first.close()
    renameSync(file, `${file}.old`)
    const shown = seen().length
    const second = openJournal(file)
    const more = [...world.entries, { ...world.entries[0], seq: world.entries.length + 1 } as Entry]
    second.append(more.map((entry) => ({ ...entry, atMs: entry.atMs + 1 })))
    await until('another journal, from its first entry', () => seen().length === shown + more.length)
    t.match(errors, /^vtep-replay: \S+: another journal took its place, this is its first entry\n$/)
    second.append([{ ...more[0], seq: more.length + 1 } as Entry])
    await until('what comes then', () => seen().length === shown + more.length + 1)
    second.close()

    renameSync(file, `${file}.gone`)
    const status = await new Promise((resolve) => following.on('exit', resolve))
    t.equal(status, 1)
    t.match(errors, /\nvtep-replay: \S+: no such file\n$/)
  },
)
