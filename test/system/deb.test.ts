import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import t from 'tap'
import { startDaemon } from '../support/daemon.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'
import { words } from '../support/controller.js'

/** This machine's files, under a layer of our own that takes what is changed, and the directories that are given. */
const layered = `set -e
root=$1; shift
mount -t tmpfs tmpfs "$root"
mkdir "$root/upper" "$root/work" "$root/merged"
mount -t overlay overlay -o "lowerdir=/,upperdir=$root/upper,workdir=$root/work" "$root/merged"
mount --rbind /proc "$root/merged/proc"
mount --rbind /dev "$root/merged/dev"
for directory; do mkdir -p "$root/merged$directory"; mount --bind "$directory" "$root/merged$directory"; done
echo ready
cat`

/** Why it can't be tried here; false where it can. */
function lacking(): string | false {
  if (process.getuid?.() !== 0) return 'needs root'
  const lacks = ['dpkg-deb', 'dpkg-shlibdeps', 'unshare', 'nsenter', 'systemd-sysusers'].filter(
    (program) => spawnSync('which', [program]).status !== 0,
  )
  if (lacks.length > 0) return `no ${lacks.join(', ')}`
  const directory = mkdtempSync(join(tmpdir(), 'vtep-layer-'))
  const tried = spawnSync('unshare', ['-m', 'sh', '-c', layered, 'sh', directory], {
    input: '',
    encoding: 'utf8',
  })
  rmSync(directory, { recursive: true })
  if (tried.status !== 0) return `no overlay here: ${tried.stderr.trim()}`
  const owner = spawnSync('dpkg-query', ['-W', '-f', '${Version}', 'nodejs'], { encoding: 'utf8' }).stdout
  return owner.replace(/^\d+:/, '').startsWith(process.versions.node)
    ? false
    : 'this Node is not of a Debian package'
}

await t.test(
  'the Debian package is built, installed, started and removed',
  { skip: lacking() },
  async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'vtep-deb-'))
    const layer = mkdtempSync(join(tmpdir(), 'vtep-layer-'))
    await execa('bash', ['.ci/deb', directory], { env: { NODE_OPTIONS: '' } })
    const [file = ''] = readdirSync(directory)
    t.match(file, /^ovs-vtep_.*\.deb$/)
    const sandbox = await startSandbox(t, { ports: ['p0'], tunnelIp: '10.2.2.1', remotes: ['10.2.2.3'] })
    await sandbox.addPhysicalSwitch()

    const keeper = spawn('unshare', ['-m', 'sh', '-c', layered, 'sh', layer, directory, sandbox.directory])
    t.teardown(async () => {
      keeper.stdin.end()
      await once(keeper, 'exit')
      for (const made of [directory, layer]) rmSync(made, { recursive: true })
    })
    await once(keeper.stdout, 'data')
    const within = ['nsenter', '-t', String(keeper.pid), '-m', 'chroot', join(layer, 'merged')]
    const run = async (...command: readonly string[]): Promise<string> => {
      const [file = '', ...args] = [...within, ...command]
      return (await execa(file, args, { env: { ...sandbox.env, NODE_OPTIONS: '' } })).stdout
    }
    // what dpkg itself keeps of any package, and accounts, which Debian keeps
    const kept = String.raw`^/(var/(lib/dpkg|log|cache)|etc/(passwd|group|shadow|gshadow|subuid|subgid|\.pwd\.lock))`
    const names = async () => {
      const all = await run('find', '/etc', '/usr', '/var', '/run', '-xdev', '-not', '-type', 's')
      return all
        .split('\n')
        .filter((name) => !new RegExp(kept).test(name))
        .sort()
    }

    const before = await names()
    await run('dpkg', '--install', join(directory, file))
    t.match(await run('ovs-vtep', '--version'), /^ovs-vtep \d/)
    t.match(await run('id', '-nG', 'ovs-vtep'), /openvswitch/, 'who it runs as')
    t.equal(await run('stat', '-c', '%U %a', '/var/lib/openvswitch/vtep'), 'ovs-vtep 750')
    t.match(await run('vtep-replay', 'verify', '/usr/lib/ovs-vtep/test/sample/incident.journal'), /: sound: /)
    const kibibytes = Number.parseInt(await run('dpkg-query', '-W', '-f', '${Installed-Size}', 'ovs-vtep'))
    t.ok(kibibytes <= 15 * 1024, `${kibibytes} KiB installed, better-sqlite3 among it`)
    for (const page of ['man8/ovs-vtep.8.gz', 'man5/ovs-vtep-journal.5.gz', 'man1/vtep-diff.1.gz'])
      t.match(await run('dpkg', '--listfiles', 'ovs-vtep'), page)

    const daemon = await startDaemon(
      t,
      { command: [...within, 'env', '-u', 'NODE_OPTIONS', join('/usr/bin', 'ovs-vtep')], name: 'ovs-vtep' },
      ['br0'],
      sandbox.daemonEnv,
    )
    await until('the port is reported', async () =>
      (await sandbox.vtepctl('list-ports', 'br0')).includes('p0'),
    )
    await sandbox.vtepctl(...words('add-ls ls0\nset Logical_Switch ls0 tunnel_key=33\nbind-ls br0 p0 0 ls0'))
    await until('in sync', async () => /^in sync: yes/m.test(await daemon.control('status')))
    t.match(await run('vtep-replay', 'verify', 'br0'), /: sound: /)
    t.equal(await daemon.stop(), 0)

    await run('dpkg', '--purge', 'ovs-vtep')
    t.strictSame(await names(), before, 'nothing of it is left')
  },
)
