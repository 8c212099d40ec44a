import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import t from 'tap'
import { browserMissing, startBrowser } from '../support/browser.js'
import { ownDirectory } from '../support/recorded.js'
import { replayProgramFile } from '../support/replays.js'
import { type Sandbox, startSandbox } from '../support/sandbox.js'
import { startServing } from '../support/serving.js'
import { until } from '../support/until.js'

const MAC = '02:00:00:00:0e:01'
const names = ['gw1', 'gw2', 'gw3']

/** A gateway of its own, with the same logical switch and the same MAC behind the same VTEP. */
async function gateway(bridge: string, i: number): Promise<Sandbox> {
  const remotes = ['10.2.2.8', '10.2.2.9']
  const sandbox = await startSandbox(t, { bridge, ports: ['p0'], tunnelIp: `10.2.2.${i + 1}`, remotes })
  await sandbox.addPhysicalSwitch()
  await sandbox.startDaemon()
  const { vtepctl } = sandbox
  await until('the port is reported', async () => (await vtepctl('list-ports', bridge)).includes('p0'))
  await vtepctl(
    ...'add-ls office -- set Logical_Switch office tunnel_key=33 --'.split(' '),
    ...`bind-ls ${bridge} p0 0 office -- add-ucast-remote office ${MAC} 10.2.2.8`.split(' '),
  )
  await goesTo(sandbox, '10.2.2.8')
  return sandbox
}

function goesTo({ ofctl, bridge }: Sandbox, vtep: string): Promise<true> {
  const flow = ['-O', 'OpenFlow14', '--no-stats', 'dump-flows', bridge, `table=20,dl_dst=${MAC}`] as const
  return until(`frames go to ${vtep}`, async () => (await ofctl(...flow)).includes(vtep))
}

async function move(sandbox: Sandbox): Promise<void> {
  const where = ['--bare', '--columns=_uuid', 'find', 'Ucast_Macs_Remote', `MAC="${MAC}"`]
  const row = (await sandbox.vtepctl(...where)).trim()
  await sandbox.vtepctl(
    'del-ucast-remote',
    'office',
    MAC,
    '--',
    'add-ucast-remote',
    'office',
    MAC,
    '10.2.2.9',
  )
  await until('it is another row', async () => (await sandbox.vtepctl(...where)).trim() !== row)
  await goesTo(sandbox, '10.2.2.9')
}

const gateways: Sandbox[] = []
for (const [i, name] of names.entries()) gateways.push(await gateway(name, i))
const [first, second] = gateways
if (first === undefined || second === undefined) throw new Error('no gateway')
await move(second)
await move(first)
const journals = gateways.map(({ directory, bridge }) => join(directory, 'vtep', `${bridge}.journal`))

/** What `vtep-replay` prints, where `ssh HOST` runs a command as sshd(8) does, on this machine. */
async function replay(...list: readonly string[]) {
  const directory = ownDirectory(t)
  const programs = join(directory, 'programs')
  mkdirSync(programs)
  const program = (name: string, ...lines: readonly string[]) => {
    writeFileSync(join(programs, name), ['#!/bin/sh', ...lines, ''].join('\n'))
    chmodSync(join(programs, name), 0o755)
  }
  program('ssh', 'test "$1 $2 $3" = "-T -- gw.example" || exit 255', 'shift 3', 'exec sh -c "$*"')
  program('vtep-replay', `exec ${process.execPath} ${replayProgramFile} "$@"`)
  const env = { PATH: `${programs}:${process.env['PATH'] ?? ''}`, TZ: 'UTC', TMPDIR: directory }
  return execa(process.execPath, [replayProgramFile, ...list], { env, reject: false })
}

t.test('the gateway that was first, the one that was late, and the one that never knew', async (t) => {
  const { stdout, stderr } = await replay('fleet', ...journals, '--about', MAC, '--kind', 'moved')
  const lines = stdout.split('\n')
  t.match(lines.slice(0, 4), [
    /^gw2 +one change, the first$/,
    /^gw1 +one change, [\d.]+ s later$/,
    /^gw3 +no such change$/,
    '',
  ])
  t.match(lines.slice(4), [
    / gw2 .*moved 10\.2\.2\.8 → 10\.2\.2\.9/,
    / gw1 .*moved 10\.2\.2\.8 → 10\.2\.2\.9/,
  ])
  t.equal(lines.length, 6)
  t.equal(stderr, '')
})

t.test('why each of them forwards as it does', async (t) => {
  const { stdout } = await replay('fleet', ...journals, '--explain', MAC)
  const parts = stdout.split(/^(?=gw\d:$)/m)
  t.match(parts, [/^gw1:\n.*to VTEP 10\.2\.2\.9\n/s, /^gw2:\n.*to VTEP 10\.2\.2\.9\n/s, /^gw3:\n/])
  t.notMatch(parts[2], /10\.2\.2\.9/)
})

t.test('a journal of another host comes over ssh, whatever its name', async (t) => {
  const [, journal = ''] = journals
  const odd = join(ownDirectory(t), 'it\'s; echo $(ruined) "here".journal')
  await execa('ln', ['-s', journal, odd])
  const { stdout, exitCode } = await replay(
    'fleet',
    `gw.example:${odd}`,
    journals[0] ?? '',
    '--kind',
    'moved',
  )
  t.equal(exitCode, 0)
  t.match(stdout, /^gw\.example:it's; echo \$\(ruined\) "here" {2}one change, the first$/m)
  t.match(stdout, / gw1 .*moved/)
  for (const [operand, reason] of [
    ['none.example:br0', /^vtep-replay: none\.example:br0: ssh ended by exit status 255$/],
    ['gw.example:nix', /nix: no such file[^]*vtep-replay: gw\.example:nix: ssh ended by exit status 1$/],
    ['-oProxyCommand=x:br0', /^vtep-replay: -oProxyCommand=x:br0: no such file/],
    [ownDirectory(t), /no name in it ends with \.journal$/],
  ] as const) {
    const { stdout, stderr, exitCode } = await replay('fleet', '--', operand)
    t.match({ stdout, exitCode }, { stdout: '', exitCode: 1 }, operand)
    t.match(stderr, reason)
  }
})

t.test('serve wants a journal or a fleet', async (t) => {
  for (const list of [[], ['br0', '--fleet', 'br1']])
    t.match(await replay('serve', ...list), { exitCode: 64, stderr: /either JOURNAL or --fleet/ })
})

t.test('in a browser: all on one axis, and the page of each', { skip: browserMissing }, async (t) => {
  const { url } = await startServing(t, '--fleet', ...journals)
  const browser = await startBrowser(t)
  const page = await browser.newPage()
  const refused: string[] = []
  page.on('console', (message) => message.type() === 'error' && refused.push(message.text()))
  await page.goto(url)
  await page.getByLabel('Find changes').fill(`${MAC} moved`)
  await page.getByText('2 changes', { exact: true }).waitFor()
  const rows = page.getByRole('region', { name: 'Changes of all switches' }).locator('tbody tr')
  t.match(await rows.allTextContents(), [/gw2.*moved/, /gw1.*moved/])
  t.match(await page.getByRole('region', { name: 'Switches' }).locator('tbody tr').allTextContents(), [
    /^gw1one change, [\d.]+ s later/,
    /^gw2one change, the first/,
    /^gw3no such change/,
  ])
  await rows.nth(1).getByRole('link').click()
  await page.locator('.change[aria-current]', { hasText: 'moved 10.2.2.8 → 10.2.2.9' }).waitFor()
  t.equal(await page.locator('h1').textContent(), 'gw1')
  await move2(page.url())
  t.strictSame(refused, [])

  /** What happens now is shown on the page of its switch only. */
  async function move2(address: string): Promise<void> {
    const before = new URL(address).pathname
    t.equal(before, '/gw1/')
    await page.goto(new URL('/gw3/', address).href)
    await page.locator('.live.on').waitFor()
    const entries = await page.locator('.live').textContent()
    await move(gateways[2] ?? first ?? raise())
    await until(
      'the page of gw3 goes on',
      async () => (await page.locator('.live').textContent()) !== entries,
    )
    await page.locator('.change', { hasText: 'moved 10.2.2.8 → 10.2.2.9' }).first().waitFor()
  }
})

function raise(): never {
  throw new Error('no gateway')
}
