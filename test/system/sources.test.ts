import { execa } from 'execa'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { readDatabaseFile } from '../../lib/compare/sources/database-file.js'
import { type DatabaseContents, SourceError } from '../../lib/compare/sources/database.js'
import { portNumbersOf, readPortNumbers, withPortNumbers } from '../../lib/compare/sources/port-numbers.js'
import { recognise } from '../../lib/compare/sources/recognise.js'
import { readFlowDump } from '../../lib/compare/sources/flow-dump.js'
import { readLists } from '../../lib/compare/sources/lists.js'
import { readShow } from '../../lib/compare/sources/show.js'
import { readTableDocuments } from '../../lib/compare/sources/table-documents.js'
import { startSandbox } from '../support/sandbox.js'

const sha1 = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest('hex')

/** Without what a file does not keep: columns that are ephemeral in the schema. */
function rows({ contents }: DatabaseContents) {
  const kept = Object.entries(contents).flatMap(([table, of]) =>
    [...of].map(([uuid, columns]) => {
      const row: Record<string, unknown> = { ...columns, mac_in_use: null, link_state: null }
      return { table, uuid, row }
    }),
  )
  return kept.sort((a, b) => (a.uuid < b.uuid ? -1 : 1))
}

function refusal(read: () => unknown): string {
  try {
    read()
  } catch (error) {
    if (error instanceof SourceError) return error.message
    throw error
  }
  return 'none'
}

t.test('every text of the databases of a real switch says the same', async (t) => {
  const sandbox = await startSandbox(t, { ports: ['p0', 'p1'], tunnelIp: '10.2.2.1', remotes: [] })
  const server = `unix:${join(sandbox.directory, 'db.sock')}`
  const client = async (...args: string[]) =>
    (await execa('ovsdb-client', args, { stripFinalNewline: false })).stdout
  await sandbox.addPhysicalSwitch()
  await sandbox.vtepctl(
    'add-port',
    'br0',
    'p0',
    '--',
    'add-ls',
    'ls0',
    '--',
    'bind-ls',
    'br0',
    'p0',
    '0',
    'ls0',
  )
  await sandbox.vtepctl('bind-ls', 'br0', 'p0', '7', 'ls0')
  await sandbox.vtepctl('unbind-ls', 'br0', 'p0', '0')
  await sandbox.vtepctl('add-ucast-remote', 'ls0', '00:11:22:33:44:55', '10.2.2.9')
  await sandbox.vtepctl('add-ucast-remote', 'ls0', '00:11:22:33:44:56', '10.2.2.9')
  await sandbox.vtepctl('del-ucast-remote', 'ls0', '00:11:22:33:44:56')

  const tables = ['Open_vSwitch', 'Bridge', 'Port', 'Interface']
  await sandbox.vsctl('set', 'Bridge', 'br0', `external_ids:odd="q\\"u, o}te"`, 'external_ids:number="1"')
  const lists = await Promise.all(tables.map((table) => sandbox.vsctl('--format=json', 'list', table)))
  const plainLists = await Promise.all(tables.map((table) => sandbox.vsctl('list', table)))
  const files = { hardware_vtep: 'vtep.db', Open_vSwitch: 'conf.db' }
  for (const database of ['hardware_vtep', 'Open_vSwitch'] as const) {
    const dump = readTableDocuments(await client('dump', '--format=json', server, database))
    t.strictSame(dump.lacks, [])
    const file = await readFile(join(sandbox.directory, files[database]))
    t.strictSame(rows(readDatabaseFile(file, sha1)), rows(dump), `${database}: the file`)
    const backup = new TextEncoder().encode(await client('backup', server, database))
    t.strictSame(rows(readDatabaseFile(backup, sha1)), rows(dump), `${database}: the backup`)
    await sandbox.appctl('ovsdb-server', 'ovsdb-server/compact', database)
    const compacted = await readFile(join(sandbox.directory, files[database]))
    t.strictSame(rows(readDatabaseFile(compacted, sha1)), rows(dump), `${database}: the file, compacted`)
    if (database === 'Open_vSwitch') {
      t.strictSame(rows(readTableDocuments(lists.join(''))), rows(dump), 'the lists')
      t.strictSame(rows(readLists(plainLists.join('\n\n'))), rows(dump), 'the lists for people')
      for (const list of plainLists) t.strictSame(recognise('ovs-vsctl_-t_5_list_x', list), { kind: 'lists' })
    }
    const listed = await client('dump', '--format=list', server, database)
    t.strictSame(recognise('ovsdb-client_dump', listed), { kind: 'lists' })
    t.strictSame(rows(readLists(listed)), rows(dump), `${database}: the dump for people`)
    t.strictSame(readLists(listed).lacks, [])
    t.strictSame(recognise('x', file.toString('latin1', 0, 200)), { kind: 'database-file' })

    for (const cut of [1, 10, 60, 100])
      t.match(
        refusal(() => readDatabaseFile(file.subarray(0, cut), sha1)),
        /^byte \d+: /,
        `cut after ${cut}`,
      )
    const torn = readDatabaseFile(file.subarray(0, -1), sha1)
    t.match(torn.warning, /^byte \d+: the file ends within this record, which is passed over$/)
    t.equal(torn.version, (await client('get-schema-version', server, database)).trim())
    const flipped = Uint8Array.from(file)
    flipped[200] = (flipped[200] ?? 0) ^ 1
    t.equal(
      refusal(() => readDatabaseFile(flipped, sha1)),
      'byte 0: a record whose SHA-1 is wrong',
    )
  }

  const hidden = await sandbox.appctl('ovs-vswitchd', 'bridge/dump-flows', 'br0')
  t.match(
    refusal(() => readFlowDump(hidden, new Map())),
    /^line 1: flows without cookies/,
  )
  const found = readFlowDump(await sandbox.ofctl('dump-flows', 'br0'), new Map())
  t.strictSame(found.unclear, [])
  t.strictSame(
    found.flows.map(({ key }) => key),
    ['table=0,priority=0'],
  )

  const dump = readTableDocuments(await client('dump', '--format=json', server, 'Open_vSwitch'))
  const text = await sandbox.vsctl('show')
  t.strictSame(recognise('sos_commands/openvswitch/ovs-vsctl_-t_5_show', text), { kind: 'show' })
  const ports = await sandbox.ofctl('show', 'br0')
  t.strictSame(recognise('ovs-ofctl_show_br0', ports), { kind: 'ports', bridge: 'br0' })
  const numbers = readPortNumbers(ports)
  t.strictSame([...numbers].sort(), [
    ['p0', 1],
    ['p1', 2],
  ])
  t.strictSame(numbers.get('p0'), portNumbersOf(dump).get('p0'))
  const named = (source: DatabaseContents, names: readonly string[]) =>
    rows(source)
      .filter(({ table }) => table === 'Interface')
      .map(({ row }) => [row['name'], row['type'], row['options'], row['ofport']] as const)
      .filter(([name]) => names.includes(String(name)))
      .sort()
  const shown = withPortNumbers(readShow(text), numbers)
  t.strictSame(named(shown, ['p0', 'p1']), named(dump, ['p0', 'p1']), 'ovs-vsctl show with ovs-ofctl show')
  t.ok(shown.lacks.includes('Bridge:external_ids'))
})

t.test('what is no text of a database is refused with its place', (t) => {
  const file = (text: string) => refusal(() => readDatabaseFile(new TextEncoder().encode(text), sha1))
  t.match(
    file('OVSDB CLUSTER 10 0000\n'),
    /^byte 0: a clustered database; "ovsdb-tool cluster-to-standalone"/,
  )
  t.equal(file(''), 'byte 0: an empty file')
  t.equal(file('hello\n'), 'byte 0: not the beginning of an OVSDB record')
  const record = (json: string) =>
    `OVSDB JSON ${json.length} ${sha1(new TextEncoder().encode(json))}\n${json}`
  t.equal(file(record('[]\n')), 'byte 0: a record that is no JSON object')
  t.equal(
    file(record('{"name":"_Server","tables":{}}\n')),
    'a database "_Server", not hardware_vtep or Open_vSwitch',
  )

  const tables = (text: string) => refusal(() => readTableDocuments(text))
  t.equal(tables(''), 'line 1: no table')
  t.equal(tables('{"headings":["a"],"data":[]}'), 'line 1: no known table has these columns')
  t.equal(tables('\n{"headings":'), 'line 2: the text ends within a table')
  t.equal(tables('no'), 'line 1: not JSON: "no"')
  const bridge = '{"caption":"Bridge table","headings":["_uuid","fail_mode"],"data":[]}'
  t.equal(tables(`${bridge}\n${bridge}`), 'line 2: the table Bridge once more')
  t.equal(
    tables(`${bridge}\n{"caption":"Tunnel table","headings":["_uuid"],"data":[]}`),
    'line 2: a table of hardware_vtep among those of Open_vSwitch',
  )
  t.equal(
    refusal(() => readShow('Port p0')),
    'line 1: port p0 of nothing',
  )
  t.equal(
    refusal(() => readShow('')),
    'line 1: no bridge, so no output of "ovs-vsctl show"',
  )
  t.end()
})
