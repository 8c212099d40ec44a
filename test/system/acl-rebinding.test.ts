import t from 'tap'
import { execa } from 'execa'
import { frameOf } from '../support/acl/bytes.js'
import type { Frame } from '../support/frame.js'
import { startController } from '../support/controller.js'
import { startSandbox } from '../support/sandbox.js'
import { Traffic } from '../support/traffic.js'
import { plugIn } from '../support/wire.js'

const headersLength = 28

const sandbox = await startSandbox(t, { ports: ['p0', 'p1'], tunnelIp: '10.2.2.1', remotes: [] })
await sandbox.addPhysicalSwitch()
await sandbox.startDaemon()
const controller = await startController(sandbox)
await controller.write('add-ls ls0\nbind-ls br0 p0 0 ls0\nbind-ls br0 p1 0 ls0')

async function transact(...operations: readonly object[]): Promise<void> {
  const { stdout } = await execa(
    'ovsdb-client',
    ['transact', JSON.stringify(['hardware_vtep', ...operations])],
    {
      env: { ...sandbox.env },
    },
  )
  if (stdout.includes('"error"')) throw new Error(stdout)
}

const insert = (table: string, name: string, row: object) => ({ op: 'insert', table, 'uuid-name': name, row })
const udp = (port: number) => ({
  direction: 'ingress',
  protocol: 17,
  dest_port_min: port,
  dest_port_max: port,
})

/** Both let port 5000 pass and 22 not, each in its own way. */
await transact(
  insert('ACL_entry', 'a', { ...udp(22), sequence: 10, action: 'deny' }),
  insert('ACL', 'one', { acl_name: 'one', acl_entries: ['named-uuid', 'a'] }),
  insert('ACL_entry', 'b', { ...udp(5000), sequence: 10, action: 'permit' }),
  insert('ACL_entry', 'c', { direction: 'ingress', protocol: 17, sequence: 20, action: 'deny' }),
  insert('ACL', 'two', {
    acl_name: 'two',
    acl_entries: [
      'set',
      [
        ['named-uuid', 'b'],
        ['named-uuid', 'c'],
      ],
    ],
  }),
)

/** Resolves when the switch does so. */
async function bindAcl(name: string, key: number): Promise<void> {
  const { stdout } = await execa(
    'ovsdb-client',
    [
      'transact',
      JSON.stringify([
        'hardware_vtep',
        { op: 'select', table: 'ACL', where: [['acl_name', '==', name]], columns: ['_uuid'] },
      ]),
    ],
    { env: { ...sandbox.env } },
  )
  const [selected] = JSON.parse(stdout) as [{ readonly rows: readonly { readonly _uuid: unknown }[] }]
  await transact({
    op: 'update',
    table: 'Physical_Port',
    where: [['name', '==', 'p0']],
    row: { acl_bindings: ['map', [[key, selected.rows[0]?._uuid]]] },
  })
  await controller.write('')
}

function frame(port: number, payload: Buffer): Frame {
  const packet = {
    source: '02:00:00:00:0a:01',
    dest: '02:00:00:00:0b:01',
    ethertype: 0x0800,
    ip: { source: '10.0.0.1', dest: '10.0.0.2', protocol: 17, isLater: false },
    ports: { source: 7, dest: port },
  }
  const made = frameOf(packet, 0)
  return { ...made, payload: Buffer.concat([made.payload.subarray(0, headersLength), payload]) }
}

await t.test(
  'while ACLs take each other’s place, no frame is lost that may pass and none passes that may not',
  async (t) => {
    await bindAcl('one', 0)
    let [leaked, tried] = [0, 0]
    const at = await plugIn(t, sandbox, 'p0', () => undefined)
    await plugIn(t, sandbox, 'p1', ({ etherType, payload }) => {
      if (etherType !== 0x0800) return
      if (payload.readUInt16BE(22) === 22) leaked++
      else traffic.arrived('p1', payload.subarray(headersLength))
    })
    const send = (payload: Buffer): void => {
      tried++
      at.send(frame(22, payload))
      at.send(frame(5000, payload))
    }
    const traffic = new Traffic(t, [{ name: 'permitted', send, to: ['p1'] }])
    await traffic.established()
    for (let i = 0; i < 12; i++) {
      const lost = await traffic.lostWhile(() => bindAcl(i % 2 === 0 ? 'two' : 'one', 0))
      t.strictSame([...lost], [['permitted', []]], `change ${i + 1}`)
    }
    t.comment(`${tried} frames of each kind`)
    t.equal(leaked, 0)
    t.ok(tried > 100)
  },
)
