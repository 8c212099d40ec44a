import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { words } from '../support/controller.js'
import { OURS, startDaemon } from '../support/daemon.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

const sandbox = await startSandbox(t, { ports: ['p0'], tunnelIp: '10.2.2.1', remotes: ['10.2.2.3'] })
await sandbox.addPhysicalSwitch()
/** Each of them changed what some program does, or may. */
const environment = {
  OVS_CTL_TIMEOUT: '1',
  POSIXLY_CORRECT: '1',
  LC_ALL: 'de_DE.UTF-8',
  LANGUAGE: 'de',
  OVSDB: 'unix:/nowhere',
  http_proxy: 'http://127.0.0.1:9',
}
const daemon = await startDaemon(t, OURS, ['br0'], { ...sandbox.daemonEnv, ...environment })
const write = (commands: string): Promise<string> => sandbox.vtepctl(...words(commands))
const isInSync = async () => /^in sync: yes/m.test(await daemon.control('status'))

/** A process that the daemon has started: its arguments, and its environment as proc(5) has them. */
interface Child {
  readonly command: string
  readonly environment: string
}

function children(): readonly Child[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      const read = (what: string): string => readFileSync(`/proc/${pid}/${what}`, 'latin1')
      const isOurs = new RegExp(`\\) \\w ${daemon.pid} `).test(read('stat'))
      return isOurs ? [{ command: read('cmdline'), environment: read('environ') }] : []
    } catch {
      return [] // no process, or one that has just ended
    }
  })
}

await t.test('changes are made', async (t) => {
  await until('the port is reported', async () => (await sandbox.vtepctl('list-ports', 'br0')).includes('p0'))
  await write('add-ls ls0\nset Logical_Switch ls0 tunnel_key=33\nbind-ls br0 p0 0 ls0')
  await write('add-ucast-remote ls0 02:00:00:00:0e:01 10.2.2.3')
  await until('in sync', isInSync)
  t.match(await sandbox.ofctl('dump-flows', 'br0', 'table=20'), /dl_dst=02:00:00:00:0e:01/)
})

await t.test('programs that run on are told nothing that would end them', async (t) => {
  const isThere = (words: string) => children().some(({ command }) => command.includes(words))
  await until('the monitor runs', () => Promise.resolve(isThere('\0monitor\0')))
  await until('the next bundle waits', () => Promise.resolve(isThere('\0bundle\0')))
  const found = children().filter(({ command }) => /\0(monitor|bundle)\0/.test(command))
  t.ok(found.length >= 2)
  for (const child of found) {
    t.notMatch(child.environment, /(^|\0)OVS_CTL_TIMEOUT=/)
    t.match(child.environment, /(^|\0)LC_ALL=C\0/)
    t.ok(child.environment.includes(`OVS_RUNDIR=${sandbox.directory}\0`))
  }
})
