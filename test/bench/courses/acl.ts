import { insert, map, mutate, named, set, update, uuid, where } from '../../support/operations.js'
import type { Course } from '../course.js'
import { finding } from '../findings.js'
import { flowsOf } from '../point.js'
import { usageOf } from '../processes.js'
import { type Rig, startOurs, withRig } from '../rig.js'
import { forget } from './cold.js'

const ports = 48
const acls = 1_000
const entriesOfEach = 100
/** VLANs of each port, with an ACL each. */
const vlans = Math.ceil(acls / ports)
const aclsATransaction = 50

export const acl: Course = {
  name: 'acl',
  about: `a cold start with ${acls} ACLs of ${entriesOfEach} entries on ${ports} ports`,
  takes: { full: 90, quick: 40 },
  run: async (bench) => {
    await withRig(
      { macs: 0, switches: vlans, remotes: 1 },
      async (rig) => {
        await writeAcls(rig)
        const [startsMs, floorMs, cpuShares]: [number[], number[], number[]] = [[], [], []]
        for (let round = 0; round < bench.rounds(3); round++) {
          const ours = await startOurs(rig)
          startsMs.push(ours.startMs / 1_000)
          const { cpuMs } = usageOf(ours.daemon.pid)
          const floor = await rig.floor.bundleAndDump(await flowsOf(rig))
          floorMs.push(floor / 1_000)
          cpuShares.push(cpuMs / floor)
          await forget(rig, ours)
        }
        bench.found(
          finding({
            row: 'acl',
            what: `${acls} ACLs of ${entriesOfEach} entries on ${ports} ports, process start → in sync`,
            unit: 's',
            goal: '≤ 3× floor (bundle + dump)',
            ours: startsMs,
            floor: floorMs,
            against: ['floor'],
            isMet: (us, floor) => us.median <= 3 * floor.median,
          }),
          finding({
            row: 'acl-cpu',
            what: 'processor time of ovs-vtep for that, by the time of the floor',
            unit: '×',
            goal: '',
            ours: cpuShares,
            isMet: () => true,
          }),
        )
      },
      Array.from({ length: ports }, (_, n) => `p${n}`),
    )
  },
}

/** Each ACL at a VLAN of its own of some port. */
async function writeAcls({ session, world }: Rig): Promise<void> {
  const uuids: string[] = []
  for (let from = 0; from < acls; from += aclsATransaction) {
    const numbers = Array.from({ length: Math.min(aclsATransaction, acls - from) }, (_, i) => from + i)
    const results = await session.transact(numbers.flatMap(oneAcl))
    const made = results.map((result) => (result['uuid'] as readonly [string, string] | undefined)?.[1] ?? '')
    uuids.push(...made.filter((_, i) => (i + 1) % (entriesOfEach + 1) === 0))
  }
  const bound = (port: number) =>
    Array.from({ length: vlans }, (_, i) => [i + 1, uuids[port * vlans + i]] as const).filter(
      ([, acl]) => acl !== undefined,
    )
  const bindings = map(world.switchUuids.map((logicalSwitch, n) => [n + 1, uuid(logicalSwitch)] as const))
  const others = Array.from({ length: ports - 2 }, (_, i) => i + 2)
  await session.transact([
    ...others.map((n) => insert('Physical_Port', { name: `p${n}` }, `p${n}`)),
    mutate('Physical_Switch', [], ['ports', 'insert', set(others.map((n) => named(`p${n}`)))]),
  ])
  await session.transact(
    Array.from({ length: ports }, (_, n) =>
      update('Physical_Port', where('name', `p${n}`), {
        vlan_bindings: bindings,
        acl_bindings: map(bound(n).map(([vlan, acl]) => [vlan, uuid(acl ?? '')] as const)),
      }),
    ),
  )
}

function oneAcl(n: number): object[] {
  const entries = Array.from({ length: entriesOfEach }, (_, i) => ({
    ...insert(
      'ACL_entry',
      {
        sequence: 10 * i,
        direction: 'ingress',
        action: i % 3 === 0 ? 'permit' : 'deny',
        source_ip: `10.${n % 250}.${i}.0`,
        source_mask: '255.255.255.0',
        protocol: 6,
        dest_port_min: 1_000 + i,
        dest_port_max: 1_000 + i,
      },
      `e${n}x${i}`,
    ),
  }))
  const acl_entries = set(entries.map((_, i) => named(`e${n}x${i}`)))
  return [...entries, { ...insert('ACL', { acl_name: `acl ${n}`, acl_entries }, `acl${n}`) }]
}
