import { execa } from 'execa'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { startController } from '../support/controller.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

const sandbox = await startSandbox(t, { ports: ['p0'], tunnelIp: '10.2.2.1', remotes: ['10.2.2.2'] })
await sandbox.addPhysicalSwitch()
const file = join(sandbox.directory, 'br0.journal')
const start = () => sandbox.startDaemon(['--journal', file, sandbox.bridge])
const verify = () => execa(process.execPath, ['dist/bin/vtep-replay.js', 'verify', file], { reject: false })
const gone =
  /br0\.journal ends at entry \d+, and \d+ was written once: \d+ entries are gone, perhaps with a -wal file/

await t.test('a -wal file that was removed after a kill is missed', async (t) => {
  const first = await start()
  const controller = await startController(sandbox)
  await controller.write('add-ls ls0')
  await controller.write('add-ls ls1')
  await until('in sync', async () => /^in sync: yes/m.test(await first.control('status')))
  // what was written is noted from time to time
  await until('the last entry is noted', () => Promise.resolve(existsSync(`${file}.last`)))
  await first.kill()
  const before = await verify()
  t.match(before.stdout, /sound/)
  t.equal(before.exitCode, 0)
  for (const end of ['-wal', '-shm']) rmSync(file + end, { force: true })
  const after = await verify()
  t.match(after.stdout, gone)
  t.equal(after.exitCode, 2)
  const second = await start()
  t.match(second.output(), gone)
  await until('in sync', async () => /^in sync: yes/m.test(await second.control('status')))
  t.equal(await second.stop(), 0)
  const later = await verify()
  t.notMatch(later.stdout, gone, 'it is said once')
  t.equal(later.exitCode, 0)
})
