import { execa } from 'execa'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { removeLeftSockets } from '../../adapters/left-sockets.js'

/** Has a process that listens at `file` killed. */
async function leave(file: string): Promise<void> {
  const script = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 9))`
  await execa(process.execPath, ['--eval', script, file], { reject: false })
}

t.test('what killed ones left goes; what anybody may use, or is not ours, stays', async (t) => {
  // short, as a socket's path must be
  const directory = mkdtempSync(join(tmpdir(), 'left-'))
  t.teardown(() => rmSync(directory, { recursive: true }))
  writeFileSync(join(directory, 'ovs-vtep.999999991.ctl'), 'no socket')
  const at = (name: string) => join(directory, name)
  // no pid is as large (proc(5), pid_max)
  for (const name of ['ovs-vtep.999999992.ctl', 'ovs-vtep.999999993.monitor']) await leave(at(name))
  for (const name of [`ovs-vtep.${process.pid}.monitor`, 'ovs-vswitchd.999999994.ctl']) await leave(at(name))
  const server = createServer()
  await once(server.listen(at('ovs-vtep.999999995.ctl')), 'listening')
  t.teardown(() => server.close())
  t.equal(readdirSync(directory).length, 6)
  await removeLeftSockets(directory)
  t.strictSame(
    readdirSync(directory).sort(),
    [
      `ovs-vtep.${process.pid}.monitor`,
      'ovs-vswitchd.999999994.ctl',
      'ovs-vtep.999999991.ctl',
      'ovs-vtep.999999995.ctl',
    ].sort(),
  )
  await removeLeftSockets(at('missing'))
})
