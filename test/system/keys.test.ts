import t from 'tap'
import { startDirectController } from '../support/direct-controller.js'
import { BROADCAST, uniqueFrame } from '../support/frame.js'
import { update, uuid, where } from '../support/operations.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

const A = '02:00:00:00:00:0a'
const B = '02:00:00:00:00:0b'
const REMOTE = '02:00:00:00:0e:01'
const KEYED = '02:00:00:00:0e:02'

const sandbox = await startSandbox(t, {
  ports: ['p0', 'p1', 'p2', 'p3'],
  tunnelIp: '10.2.2.1',
  remotes: ['10.2.2.2', '10.2.2.3'],
})
await sandbox.addPhysicalSwitch()
await sandbox.startDaemon()
const controller = await startDirectController(t, sandbox)
const { addRow, locatorAt, switchNamed } = controller
const { exitsOf, exitsOfVxlan } = sandbox
const fromP0To = (mac: string) => exitsOf('p0', uniqueFrame(A, mac))
const arriving = (fromIp: string, vni: number) => exitsOfVxlan(fromIp, vni, uniqueFrame(REMOTE, BROADCAST))

async function faultIs(fault: string): Promise<void> {
  await until(`switch_fault_status is ${fault}`, async () => {
    return (await sandbox.vtepctl('get', 'Physical_Switch', 'br0', 'switch_fault_status')) === fault
  })
}

/** Two new logical switches, the one with the lower UUID first, with p0 and p1, p2 and p3. */
async function rivals(...names: readonly [string, string]): Promise<readonly [string, string]> {
  await controller.write(names.map((name) => `add-ls ${name}`).join('\n'))
  const [first, second] = await Promise.all(names.map(switchNamed))
  const [lower, upper] = (first ?? '') < (second ?? '') ? names : ([names[1], names[0]] as const)
  const bindings = [`p0 0 ${lower}`, `p1 0 ${lower}`, `p2 0 ${upper}`, `p3 0 ${upper}`]
  await controller.write(bindings.map((binding) => `bind-ls br0 ${binding}`).join('\n'))
  return [lower, upper]
}

const fromLower = () => exitsOf('p0', uniqueFrame(A, BROADCAST))
const fromUpper = () => exitsOf('p2', uniqueFrame(B, BROADCAST))

await t.test("a locator's key beside the switch's", async (t) => {
  t.teardown(controller.unbindAll)
  const [ls, rival] = await rivals('red', 'blue')
  await controller.write(`set Logical_Switch ${ls} tunnel_key=35 replication_mode=source_node`)
  await addRow('unknown-dst', ls, ['10.2.2.2', '10.2.2.3 501'])
  await addRow(REMOTE, ls, ['10.2.2.3'])
  await addRow(KEYED, ls, ['10.2.2.3 501'])
  t.strictSame(await fromLower(), ['10.2.2.2 vni 35', '10.2.2.3 vni 501', 'p1'], 'each copy with its own')
  t.strictSame(await fromP0To(REMOTE), ['10.2.2.3 vni 35'])
  t.strictSame(await fromP0To(KEYED), ['10.2.2.3 vni 501'], 'one VTEP, two keys')
  for (const [ip, vni, exits] of [
    ['10.2.2.3', 501, ['p0', 'p1']],
    ['10.2.2.3', 35, ['p0', 'p1']],
    ['10.2.2.2', 35, ['p0', 'p1']],
    ['10.2.2.2', 501, []],
  ] as const)
    t.strictSame(await arriving(ip, vni), exits, `from ${ip} vni ${vni}`)

  await controller.write(`
    set Logical_Switch ${rival} tunnel_key=501
    add-ucast-remote ${rival} ${REMOTE} 10.2.2.2
    add-ucast-remote ${rival} ${KEYED} 10.2.2.3
  `)
  const [fromIt, fromOther] = [await arriving('10.2.2.3', 501), await arriving('10.2.2.2', 501)]
  t.strictSame(
    [fromIt, fromOther],
    [
      ['p0', 'p1'],
      ['p2', 'p3'],
    ],
    'goes before a switch of that key, at that VTEP',
  )
  await controller.write(`
    clear Logical_Switch ${rival} tunnel_key
    clear-remote-macs ${rival}
  `)

  const keyed = where('_uuid', uuid(await locatorAt('10.2.2.3 501')))
  await controller.transact([update('Physical_Locator', keyed, { tunnel_key: 502 })])
  await controller.write(`clear Logical_Switch ${ls} tunnel_key`)
  t.strictSame(await fromLower(), ['10.2.2.3 vni 502', 'p1'], 'changed, and without a key of the switch')
  t.strictSame(await fromP0To(KEYED), ['10.2.2.3 vni 502'])
  t.strictSame([await arriving('10.2.2.3', 501), await arriving('10.2.2.3', 502)], [[], ['p0', 'p1']])

  await addRow('unknown-dst', rival, ['10.2.2.3 502'])
  t.strictSame(await fromUpper(), ['p3'], 'of two switches with one key the lower UUID has it')
  t.strictSame(await fromLower(), ['10.2.2.3 vni 502', 'p1'])
  await faultIs('[unspecified_fault]')
  await controller.write('unbind-ls br0 p0 0\nunbind-ls br0 p1 0')
  t.strictSame(await fromUpper(), ['10.2.2.3 vni 502', 'p3'], 'and leaves it with its last binding')
  t.strictSame(await arriving('10.2.2.3', 502), ['p2', 'p3'])
  await faultIs('[]')
})

await t.test('a tunnel_key that several switches have', async (t) => {
  t.teardown(controller.unbindAll)
  const [lower, upper] = await rivals('first', 'second')
  await controller.write(`
    set Logical_Switch ${lower} tunnel_key=70
    set Logical_Switch ${upper} tunnel_key=70
    add-mcast-remote ${lower} unknown-dst 10.2.2.2
    add-mcast-remote ${upper} unknown-dst 10.2.2.2
  `)
  const both = async () => [await fromLower(), await fromUpper(), await arriving('10.2.2.2', 70)]
  t.strictSame(await both(), [['10.2.2.2 vni 70', 'p1'], ['p3'], ['p0', 'p1']], 'belongs to the lowest UUID')
  await faultIs('[unspecified_fault]')
  await controller.write(`set Logical_Switch ${upper} tunnel_key=71`)
  t.strictSame(await both(), [
    ['10.2.2.2 vni 70', 'p1'],
    ['10.2.2.2 vni 71', 'p3'],
    ['p0', 'p1'],
  ])
  await faultIs('[]')
  await controller.write(`set Logical_Switch ${lower} tunnel_key=71`)
  t.strictSame(await both(), [['10.2.2.2 vni 71', 'p1'], ['p3'], []], 'also from the one that had it')
  await controller.write('unbind-ls br0 p0 0\nunbind-ls br0 p1 0')
  t.strictSame(await fromUpper(), ['10.2.2.2 vni 71', 'p3'], 'it passes on with the last binding')
  await faultIs('[]')
})

await t.test('keys at the ends of their range and beyond', async (t) => {
  await controller.write(`
    add-ls range
    bind-ls br0 p0 0 range
    bind-ls br0 p1 0 range
    add-mcast-remote range unknown-dst 10.2.2.2
  `)
  t.teardown(controller.unbindAll)
  for (const [key, exits, fault] of [
    [0xffffff, ['10.2.2.2 vni 16777215', 'p1'], '[]'],
    [0x1000000, ['p1'], '[unspecified_fault]'],
    [0, ['10.2.2.2 vni 0', 'p1'], '[]'],
    [-1, ['p1'], '[unspecified_fault]'],
    [2 ** 40, ['p1'], '[unspecified_fault]'],
  ] as const) {
    await controller.write([['set', 'Logical_Switch', 'range', `tunnel_key=${key}`]])
    t.strictSame(await fromLower(), exits, `tunnel_key ${key}`)
    await faultIs(fault)
  }
  t.strictSame(await arriving('10.2.2.2', 0), [])
})
