/** Every kind of path that `--journal` may be given: a daemon that works with the trouble said, or one line. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { OURS, runToEnd } from '../support/daemon.js'
import { startSandbox } from '../support/sandbox.js'

const sandbox = await startSandbox(t, { ports: ['p0'], tunnelIp: '10.2.2.1', remotes: [] })
await sandbox.addPhysicalSwitch()
const at = (name: string): string => join(sandbox.directory, name)
mkdirSync(at('directory'))
writeFileSync(at('text'), 'a text\n'.repeat(1000))
symlinkSync(at('loop'), at('loop'))
symlinkSync(at('nowhere/at/all'), at('dangling'))
execFileSync('mkfifo', [at('fifo')])
const server = createServer().listen(at('socket'))
t.teardown(() => server.close())

const degraded = /^journal: degraded: /m

/** What ends the start, or how the journal is of a daemon that works. */
const cases: Readonly<Record<string, { readonly ends: RegExp } | { readonly works: RegExp }>> = {
  directory: { ends: /not a file but a directory/ },
  text: { ends: /not a journal of ovs-vtep/ },
  fifo: { ends: /not a file but a/ },
  socket: { ends: /not a file but a/ },
  '/dev/null': { ends: /not a file but a/ },
  loop: { works: degraded },
  dangling: { works: degraded },
  'text/below': { works: degraded },
  ['x'.repeat(300)]: { works: degraded },
  '/proc/version': { works: degraded },
  'deep/er/new': { works: /^journal: \/.*deep\/er\/new$/m },
}

for (const [name, outcome] of Object.entries(cases))
  await t.test(name.slice(0, 40), async (t) => {
    const list = [`--journal=${name.startsWith('/') ? name : at(name)}`, 'br0']
    if ('ends' in outcome) {
      const { status, stderr } = await runToEnd(OURS, list, sandbox.daemonEnv)
      t.equal(status, 1, stderr)
      t.match(stderr, outcome.ends)
      t.match(stderr.trimEnd().split('\n').at(-1), /^ovs-vtep: /)
      t.notMatch(stderr, /^ {4}at /m)
      return
    }
    const daemon = await sandbox.startDaemon(list)
    t.match(await daemon.control('status'), outcome.works)
    t.notMatch(daemon.output(), /^ {4}at |EMER/m)
    t.equal(await daemon.stop(), 0)
  })
