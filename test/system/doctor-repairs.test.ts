import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import t from 'tap'
import { PREDECESSOR } from '../support/daemon.js'
import { ask, cures, type Place } from '../support/doctor.js'
import { schemaFile } from '../support/installation.js'
import { startSandbox } from '../support/sandbox.js'

const sandbox = await startSandbox(t, { ports: ['p0'], tunnelIp: '10.2.2.1', remotes: ['10.2.2.3'] })
const mend: Place = { directory: sandbox.directory, env: sandbox.env }

await sandbox.addPhysicalSwitch()

await t.test('the predecessor, and what it leaves', async (t) => {
  await sandbox.startDaemon(['br0', '--pidfile'], PREDECESSOR)
  await cures(t, mend, { check: 'predecessor', text: /is running/, command: /^ovs-appctl -t ovs-vtep exit$/ })
  await sandbox.vsctl(
    'add-br',
    'br0_vtep_ls1',
    '--',
    'br-set-external-id',
    'br0_vtep_ls1',
    'vtep_logical_switch',
    'true',
  )
  await cures(t, mend, { check: 'predecessor', text: /br0_vtep_ls1/, command: /del-br br0_vtep_ls1/ })
})

await t.test('a schema that is too old, and no database at all', async (t) => {
  const schema = JSON.parse(readFileSync(schemaFile('vtep'), 'utf8')) as {
    version: string
    tables: Record<string, { columns: Record<string, unknown> }>
  }
  delete schema.tables['Logical_Switch']?.columns['replication_mode']
  const old = join(sandbox.directory, 'old.ovsschema')
  writeFileSync(old, JSON.stringify({ ...schema, cksum: undefined }))
  const socket = `unix:${join(sandbox.directory, 'db.sock')}`
  await execa('ovsdb-client', ['convert', socket, old], { env: sandbox.env })
  await cures(t, mend, {
    check: 'schema',
    text: /source node replication: off/,
    command: /^ovsdb-client convert unix:\S+ \S+vtep\.ovsschema$/,
  })
  await sandbox.appctl('ovsdb-server', 'ovsdb-server/remove-db', 'hardware_vtep')
  rmSync(join(sandbox.directory, 'vtep.db'))
  await cures(t, mend, {
    check: 'database',
    text: /hardware_vtep/,
    command: /^ovsdb-tool create .* && ovs-appctl /,
  })
  await sandbox.addPhysicalSwitch()
  t.match(await ask(sandbox.daemonEnv), { status: 0 })
})

await t.test(
  'permissions',
  { skip: process.getuid?.() !== 0 && 'needs root to be somebody else' },
  async (t) => {
    const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
    chmodSync(sandbox.directory, 0o711)
    for (const socket of ['db.sock', 'br0.mgmt'])
      await cures(
        t,
        mend,
        {
          check: 'permissions',
          text: new RegExp(`${socket} does not let`),
          command: /^chgrp 65534 \S+ && chmod g\+rw \S+$/,
        },
        nobody,
      )
    mkdirSync(join(sandbox.directory, 'vtep'), { mode: 0o700, recursive: true })
    await cures(
      t,
      mend,
      { check: 'permissions', text: /can not write a journal/, command: /^install -d -o 65534 / },
      nobody,
    )
    t.match(await ask(sandbox.daemonEnv, nobody), { status: 0 })
  },
)
