import { readFileSync } from 'node:fs'
import { execa } from 'execa'
import t from 'tap'
import { asked, diff, furnished, options } from '../support/compared.js'
import { type Sandbox, startSandbox } from '../support/sandbox.js'

/** Everything that is written: rows of both databases, flows, and the journal's file. */
async function world(box: Sandbox): Promise<string> {
  const dump = async (database: string) =>
    (await execa('ovsdb-client', ['dump', database, '--format=json'], { env: box.env })).stdout
  const flows = await box.ofctl('-O', 'OpenFlow14', '--no-stats', 'dump-flows', 'br0')
  return [await dump('hardware_vtep'), await dump('Open_vSwitch'), flows].join('\n')
}

/** In the place of a line that is neither a command nor printed. */
const prose = '\0'

/** The runs of a chapter of docs/incident.md: command lines and what they print. */
function runsIn(chapter: string): readonly { readonly command: string; readonly output: string }[] {
  const page = readFileSync('docs/incident.md', 'utf8')
  const [, text = ''] = page.split(`## ${chapter}\n`)
  const [own = ''] = text.split(/^##/m)
  // prose ends what a command prints
  const block = own
    .split('\n')
    .map((line) => (line.startsWith('    ') || line === '' ? line.slice(4) : prose))
  return block
    .join('\n')
    .split(/^\$ /m)
    .slice(1)
    .map((run) => {
      const [command = '', ...output] = run.split('\n')
      const end = output.indexOf(prose)
      return { command, output: (end < 0 ? output : output.slice(0, end)).join('\n').trim() }
    })
}

/** Without what every run has otherwise: UUIDs and what is made of them, numbers of entries, times, places. */
function masked(text: string, box: Sandbox): string {
  return text
    .replaceAll(box.directory, '/run/openvswitch')
    .replace(/0x5654(?!0{12})[0-9a-f]{12}/g, 'COOKIE')
    .replace(/0x[0-9a-f]{12,16}(?=->metadata|,)/g, 'METADATA')
    .replace(/entry \d+/g, 'entry N')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+(?=:)/g, 'TIME')
    .replace(/in \d+ ms|\d+ flows added/g, 'SO MANY')
    .trim()
}

t.test('the runs of docs/incident.md are true, and change nothing', async (t) => {
  const { box, daemon } = await furnished(t)
  const runs = runsIn('Compare a switch with its database')
  t.ok(runs.length > 5)
  for (const { command, output } of runs) {
    const [name = '', ...words] = command.split(' ')
    if (name !== 'vtep-diff') {
      await daemon.stop()
      await execa(name, words, { env: box.env, cwd: box.directory })
      continue
    }
    const before = await world(box)
    const { stdout, stderr } = await diff(box, ...words)
    t.equal(stderr, '', command)
    t.equal(masked(stdout, box), masked(output, box), command)
    t.equal(await world(box), before, `${command} changes nothing`)
  }
})

t.test(
  'what it would run, pasted into a shell, leaves nothing to do: from a bare switch, and after drift',
  async (t) => {
    const box = await startSandbox(t, options)
    await box.addPhysicalSwitch()
    const mend = async (): Promise<void> => {
      const { stdout, status } = await diff(box, 'br0', '--commands')
      t.equal(status, 2)
      await execa('/bin/sh', ['-e'], { input: stdout, env: box.env })
    }
    await mend()
    t.match(await diff(box, 'br0'), { status: 0, stdout: 'No differences.', stderr: '' })
    await box.vtepctl(...asked)
    await mend()
    t.match(await diff(box, 'br0'), { status: 0, stdout: 'No differences.' })
    await box.ofctl('del-flows', 'br0', 'table=20')
    await box.ofctl('add-flow', 'br0', 'table=30,priority=3,cookie=0x5654000000000009,actions=drop')
    const tunnelPort = (await box.vsctl('list-ports', 'br0'))
      .split('\n')
      .find((name) => name.startsWith('vtep-'))
    await box.vsctl('set', 'Interface', tunnelPort ?? '', 'options:remote_ip=10.2.2.2')
    await mend()
    t.match(await diff(box, 'br0'), { status: 0, stdout: 'No differences.' })
    t.equal((await diff(box, 'br0', '--commands')).stdout, '')
  },
)
