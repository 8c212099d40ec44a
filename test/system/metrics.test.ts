import { readdirSync, readFileSync, renameSync } from 'node:fs'
import { get, type RequestOptions } from 'node:http'
import { join } from 'node:path'
import t from 'tap'
import { DaemonMetrics } from '../../adapters/metrics/daemon-metrics.js'
import { words } from '../support/controller.js'
import { OURS, runToEnd, startDaemon } from '../support/daemon.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

interface Answer {
  readonly status: number | undefined
  readonly body: string
}

function ask(options: RequestOptions | string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get(options, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (body += chunk))
      response.on('end', () => resolve({ status: response.statusCode, body }))
    }).on('error', reject)
  })
}

const sandbox = await startSandbox(t, { ports: ['p0'], tunnelIp: '10.2.2.1', remotes: ['10.2.2.3'] })
await sandbox.addPhysicalSwitch()
const journal = join(sandbox.directory, 'vtep', 'br0.journal')
const daemon = await startDaemon(
  t,
  OURS,
  ['br0', '--metrics=127.0.0.1:0', '--json-log', '-vsyslog:off'],
  sandbox.daemonEnv,
)
interface Line {
  readonly module: string
  readonly level: string
  readonly message: string
}
const log = (): readonly Line[] =>
  daemon
    .output()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line)
const served = log().find(({ module }) => module === 'metrics')?.message ?? ''
const url = new URL(served.replace('served at ', ''))
const scrape = async (): Promise<string> => (await ask(url.href)).body
/** The value of one series; NaN where there is none. */
const valueOf = (text: string, series: string): number => {
  const line = text.split('\n').find((each) => each.startsWith(`${series} `))
  return line === undefined ? NaN : Number(line.slice(series.length + 1))
}
const becomes = (series: string, isGood: (value: number) => boolean): Promise<number> =>
  until(`${series} is as it should be`, async () => {
    const value = valueOf(await scrape(), series)
    return isGood(value) && String(value) !== 'NaN' ? value + 1 : null
  })

await t.test('the log is JSON, an object a line', async (t) => {
  await daemon.control('status')
  const [first] = log()
  t.match(first, {
    time: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
    level: 'INFO',
    program: 'ovs-vtep',
    pid: daemon.pid,
    module: 'ovsdb',
    serial: 1,
    message: /connected$/,
  })
})

await t.test('numbers follow what happens', async (t) => {
  await until('the port is reported', async () => (await sandbox.vtepctl('list-ports', 'br0')).includes('p0'))
  await sandbox.vtepctl(
    ...words(
      'add-ls ls0\nset Logical_Switch ls0 tunnel_key=33\nbind-ls br0 p0 0 ls0\nadd-ucast-remote ls0 02:00:00:00:0e:01 10.2.2.3',
    ),
  )
  await until('in sync', async () => /^in sync: yes/m.test(await daemon.control('status')))
  const text = await scrape()
  const status = JSON.parse(await daemon.control('status', '--json')) as {
    readonly entry: number
    readonly flows: { readonly installed: number }
  }
  t.equal(valueOf(text, 'ovs_vtep_in_sync'), 1)
  t.equal(valueOf(text, 'ovs_vtep_flows{kind="installed"}'), status.flows.installed)
  t.equal(valueOf(text, 'ovs_vtep_last_entry'), status.entry)
  const events = [...text.matchAll(/^ovs_vtep_events_total\{.*\} (\d+)$/gm)]
  t.equal(
    events.reduce((sum, [, count]) => sum + Number(count), 0),
    status.entry,
    'each entry is counted once',
  )
  for (const stage of ['ingest', 'derive', 'plan', 'journal', 'apply', 'whole'])
    t.ok(valueOf(text, `ovs_vtep_stage_seconds_count{stage="${stage}"}`) > 0, stage)
  const bundles = (await sandbox.recorder.changingCommands()).filter(({ program }) => program === 'ovs-ofctl')
  t.equal(valueOf(text, 'ovs_vtep_commands_total{program="ovs-ofctl",outcome="applied"}'), bundles.length)
  t.equal(
    valueOf(text, 'ovs_vtep_failures_total{lane="switch",kind="failed"}'),
    0,
    'there from the beginning',
  )
  t.ok(valueOf(text, 'ovs_vtep_journal_size_bytes') > 4096)
  t.ok(valueOf(text, 'ovs_vtep_info{version="0.1.0",switch="br0"}') === 1)
  t.ok(valueOf(text, 'process_resident_memory_bytes') > 1e6)
})

await t.test('and what goes wrong', async (t) => {
  await sandbox.ofctl('del-flows', 'br0', 'table=20')
  t.ok(await becomes('ovs_vtep_drift_flows_total{how="gone"}', (value) => value > 0))
  await sandbox.vtepctl(...words('add-ucast-remote ls0 02:00:00:00:0e:02 nonsense'))
  t.ok(await becomes('ovs_vtep_problem_rows{table="Ucast_Macs_Remote"}', (value) => value === 1))
  await sandbox.vtepctl(...words('del-ucast-remote ls0 02:00:00:00:0e:02'))
  renameSync(journal, `${journal}.away`)
  t.ok(await becomes('ovs_vtep_log_messages_total{level="warn"}', (value) => value > 0))
  await until('a new journal is begun', () =>
    readdirSync(join(sandbox.directory, 'vtep')).includes('br0.journal'),
  )
  await sandbox.killServer()
  t.ok(await becomes('ovs_vtep_source_current{source="vtep"}', (value) => value === 0))
  t.ok(await becomes('ovs_vtep_source_lost_total{source="vtep"}', (value) => value === 1))
  t.equal(valueOf(await scrape(), 'ovs_vtep_in_sync'), 0)
  await sandbox.startServer()
  t.ok(await becomes('ovs_vtep_in_sync', (value) => value === 1))
})

/** Metrics that a query names, with the labels that it asks for. */
function namedIn(query: string): readonly { readonly name: string; readonly labels: readonly string[] }[] {
  return [...query.matchAll(/\b((?:ovs_vtep|process|nodejs)_\w+)(?:\{([^}]*)\})?/g)].map(
    ([, name = '', labels = '']) => ({
      name,
      labels: [...labels.matchAll(/(\w+)(?:=|!)/g)]
        .map(([, label = '']) => label)
        .filter((label) => label !== 'instance'),
    }),
  )
}

await t.test(
  'every metric that dashboard, alerts and the man page name is there, and the man page names all',
  async (t) => {
    const text = await scrape()
    const names = new Set([...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name = '']) => name))
    const has = (name: string): boolean =>
      names.has(name) || names.has(name.replace(/_(bucket|sum|count)$/, ''))
    const labelled = ({ name, labels }: { name: string; labels: readonly string[] }): boolean =>
      text
        .split('\n')
        .some((line) => line.startsWith(`${name}{`) && labels.every((label) => line.includes(`${label}="`)))
    const dashboard = readFileSync(join('bin', 'service', 'grafana-dashboard.json'), 'utf8')
    const { panels } = JSON.parse(dashboard) as {
      panels: readonly { targets: readonly { expr: string }[] }[]
    }
    const alerts = readFileSync(join('bin', 'service', 'prometheus-alerts.yml'), 'utf8')
    const queries = [
      ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
      ...[...alerts.matchAll(/^ +expr: (.*)$/gm)].map(([, expr = '']) => expr),
    ]
    const named = queries.flatMap(namedIn)
    t.ok(queries.length > 30 && named.length >= queries.length, 'each query names one')
    for (const metric of named) {
      t.ok(has(metric.name), metric.name)
      if (metric.labels.length > 0) t.ok(labelled(metric), `${metric.name}{${metric.labels.join()}}`)
    }
    const shown = named.map(({ name }) => name.replace(/_(bucket|sum|count)$/, ''))
    for (const name of names)
      if (name.startsWith('ovs_vtep_')) t.ok(shown.includes(name), `${name} is in dashboard or alerts`)
    const told = new Set(new DaemonMetrics().told().map(({ name }) => name))
    for (const name of told) t.ok(names.has(name), `${name} of the man page`)
    for (const name of names)
      if (name.startsWith('ovs_vtep_')) t.ok(told.has(name), `${name} is in the man page`)
  },
)

await t.test('who else asks, and what else', async (t) => {
  const { port } = url
  t.match(await ask({ port, path: '/' }), { status: 404 })
  t.match(
    await ask({ port, path: '/metrics', headers: { Host: 'evil.example' } }),
    { status: 403 },
    'DNS rebinding',
  )
  t.match(await ask({ port, path: '/metrics', method: 'POST' }), { status: 405 })
  const start = (...args: readonly string[]) =>
    runToEnd(OURS, ['br0', '--journal=other.journal', ...args], sandbox.daemonEnv)
  for (const [where, says] of [
    ['0.0.0.0:9475', /other machines reach this address; --expose-metrics/],
    ['nonsense', /an address and a port are wanted/],
    [`127.0.0.1:${port}`, /^ovs-vtep: --metrics 127\.0\.0\.1:\d+: in use$/m],
    ['unix:/nowhere/at/all', /--metrics unix:\/nowhere\/at\/all: /],
  ] as const) {
    const { status, stderr } = await start(
      `--metrics=${where}`,
      '-vconsole:off',
      `--journal=${join(sandbox.directory, 'other.journal')}`,
    )
    t.equal(status, /^(0\.0|nonsense)/.test(where) ? 64 : 1, where)
    t.match(stderr, says)
    t.equal(stderr.trim().split('\n').length, 1, stderr)
  }
})

await t.test('by a socket, which goes when the daemon does', async (t) => {
  await daemon.stop()
  const args = ['br0', '--metrics=unix:metrics.sock']
  const other = await startDaemon(t, OURS, args, sandbox.daemonEnv)
  const socketPath = join(sandbox.directory, 'metrics.sock')
  t.match(await ask({ socketPath, path: '/metrics', headers: { Host: 'whatever' } }), {
    status: 200,
    body: /^ovs_vtep_in_sync /m,
  })
  await other.stop()
  t.notOk(readdirSync(sandbox.directory).includes('metrics.sock'))
})
