import { execa } from 'execa'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { frameOf } from '../support/acl/bytes.js'
import type { Packet } from '../support/acl/packet.js'
import { startController } from '../support/controller.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

/** The blocks of a shell in docs/acls.md, in their order. */
const blocks = [...readFileSync('docs/acls.md', 'utf8').matchAll(/^```sh\n((?:(?!```).*\n)*)```/gm)].map(
  ([, text = '']) => text,
)

const [outside, inside] = ['02:00:00:00:0a:01', '02:00:00:00:0b:01']

function tcp(from: string, port: number): Packet {
  const ip = { source: from, dest: '192.0.2.1', protocol: 6, isLater: false }
  return {
    source: outside,
    dest: inside,
    ethertype: 0x0800,
    ip,
    ports: { source: 40_000, dest: port },
    flags: 2,
  }
}

await t.test('the transactions of docs/acls.md, pasted, do what it says', async (t) => {
  t.equal(blocks.length, 3)
  const sandbox = await startSandbox(t, { ports: ['p0', 'p1'], tunnelIp: '10.2.2.1', remotes: [] })
  await sandbox.addPhysicalSwitch()
  const daemon = await sandbox.startDaemon()
  const controller = await startController(sandbox)
  await controller.write('add-ls ls0\nbind-ls br0 p0 0 ls0\nbind-ls br0 p1 0 ls0')
  const paste = async (i: number): Promise<void> => {
    const { stdout } = await execa('bash', ['-c', blocks[i] ?? ''], { env: { ...sandbox.env } })
    t.notMatch(stdout, /"error"/)
    await controller.write('')
  }
  const into = (packet: Packet) => sandbox.exitsOf('p0', frameOf(packet, 0))
  const outOf = (packet: Packet) => sandbox.exitsOf('p1', frameOf(packet, 0))
  const ipv6: Packet = {
    ...tcp('', 22),
    ethertype: 0x86dd,
    ip: { source: 'fd00::1', dest: 'fd00::2', protocol: 6, isLater: false },
  }

  await paste(0)
  t.strictSame(await into(tcp('10.1.2.3', 22)), [], 'SSH from 10.0.0.0/8')
  t.strictSame(await into(tcp('10.1.2.3', 23)), ['p1'])
  t.strictSame(await into(tcp('11.1.2.3', 22)), ['p1'])
  t.strictSame(await outOf({ ...tcp('10.1.2.3', 22), source: inside, dest: '02:00:00:00:0a:ff' }), ['p0'])
  t.strictSame(
    await outOf({ source: inside, dest: '02:00:00:00:0a:ff', ethertype: 0x88cc }),
    [],
    'neither IP nor ARP',
  )
  t.strictSame(await outOf({ ...ipv6, source: inside, dest: '02:00:00:00:0a:ff' }), [], 'IPv4 only')

  const hits = await until('the switch has counted', async () => {
    const said = await daemon.control('acls')
    return said.includes('ingress no entry: permitted 2 frames') && said
  })
  t.match(hits, /^ACL ssh at p0\n {2}ingress entry 20: denied 1 frame, \d+ bytes\n/)

  await paste(1)
  t.strictSame(await into(tcp('10.1.2.3', 22)), [])
  t.strictSame(await into(tcp('10.1.2.3', 23)), [])
  t.strictSame(await into(tcp('10.1.2.3', 24)), ['p1'])

  const journal = join(sandbox.directory, 'vtep', 'br0.journal')
  const { stdout } = await execa(process.execPath, ['dist/bin/vtep-replay.js', 'explain', journal, 'acl ssh'])
  t.match(stdout, /frames to tcp\/22 from 10\.0\.0\.0\/8 are denied at p0 by entry 20 of ACL ssh/)
  t.match(stdout, /ACL ssh is asked for frames that come in at p0 untagged/)

  await paste(2)
  t.strictSame(await into(tcp('10.1.2.3', 22)), ['p1'])
  t.strictSame(await outOf({ source: inside, dest: '02:00:00:00:0a:ff', ethertype: 0x88cc }), ['p0'])
  const flows = await sandbox.ofctl('--no-stats', 'dump-flows', 'br0')
  t.notMatch(flows, /table=(5|35),/, 'nothing of it is left')
  t.notMatch(daemon.output(), /WARN|ERR/)
})
