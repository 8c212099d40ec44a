import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import t from 'tap'
import { execa } from 'execa'
import { words } from '../support/controller.js'
import { startDaemon } from '../support/daemon.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

/** As `npm install --global` lays it out, but that no network is needed: what it depends on, and nothing else, is linked to. */
const prefix = mkdtempSync(join(tmpdir(), 'vtep-pack-'))
t.teardown(() => rmSync(prefix, { recursive: true }))
const modules = join(prefix, 'lib', 'node_modules')
const home = join(modules, 'ovs-vtep')
const program = (name: string): string => join(prefix, 'bin', name)

interface Manifest {
  readonly version: string
  readonly bin: Readonly<Record<string, string>>
  readonly man: readonly string[]
}

/** Packages that `npm install --omit=dev` would install. */
function dependencies(): readonly string[] {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Readonly<Record<string, { readonly dev?: boolean }>>
  }
  const wanted = Object.entries(packages).filter(([, { dev }]) => dev !== true)
  return wanted.flatMap(([path]) => /^node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path)?.[1] ?? [])
}

/** What the sources start in a thread or process of its own, by its path in dist/. */
function aside(): readonly string[] {
  const sources = ['adapters', 'bin', 'journal'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  )
  return sources
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/builtFile\('([^']+\.js)'\)/g)])
    .flatMap(([, file]) => file ?? [])
}

await t.test('npm packs all that is needed to install it', async (t) => {
  await execa('npm', ['pack', '--ignore-scripts', '--pack-destination', prefix], {
    env: { NODE_OPTIONS: '' },
  })
  mkdirSync(home, { recursive: true })
  mkdirSync(join(prefix, 'bin'))
  const { version, bin, man } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest
  await execa('tar', ['-xzf', join(prefix, `ovs-vtep-${version}.tgz`), '--strip-components=1', '-C', home])
  const packages = dependencies()
  t.ok(packages.includes('better-sqlite3'), packages.join(' '))
  t.notOk(packages.includes('tap') || packages.includes('rxjs'), 'nor what the programs hold already')
  for (const name of packages) {
    mkdirSync(dirname(join(modules, name)), { recursive: true })
    symlinkSync(join(process.cwd(), 'node_modules', name), join(modules, name))
  }
  for (const [name, file] of Object.entries(bin)) {
    symlinkSync(join(home, file), program(name))
    const { status, stdout, stderr } = spawnSync(program(name), ['--version'], { encoding: 'utf8' })
    t.match(
      { status, stdout, stderr },
      { status: 0, stdout: new RegExp(`\\b${version}\\n$`), stderr: '' },
      name,
    )
  }
  for (const file of aside()) t.ok(existsSync(join(home, 'dist', file)), `${file}, which a program starts`)
  const kibibytes = Number.parseInt((await execa('du', ['-sk', home])).stdout)
  t.ok(kibibytes <= 4096, `${kibibytes} KiB of our own`)
  const share = [
    'bash-completion/completions/ovs-vtep',
    'ovs-vtep/ovs-vtep@.service',
    'ovs-vtep/open-vswitch.conf',
  ]
  for (const file of [...man, ...share.map((path) => `dist/share/${path}`), 'SECURITY.md', 'LICENSE'])
    t.ok(readFileSync(join(home, file), 'utf8') !== '', file)
})

await t.test('what is installed makes a switch work, and answers for it', async (t) => {
  const sandbox = await startSandbox(t, { ports: ['p0'], tunnelIp: '10.2.2.1', remotes: ['10.2.2.3'] })
  await sandbox.addPhysicalSwitch()
  const daemon = await startDaemon(
    t,
    { command: [program('ovs-vtep')], name: 'ovs-vtep' },
    ['br0'],
    sandbox.daemonEnv,
  )
  await until('the port is reported', async () => (await sandbox.vtepctl('list-ports', 'br0')).includes('p0'))
  await sandbox.vtepctl(...words('add-ls ls0\nset Logical_Switch ls0 tunnel_key=33\nbind-ls br0 p0 0 ls0'))
  await until('in sync', async () => /^in sync: yes/m.test(await daemon.control('status')))
  const answer = async (name: string, ...args: readonly string[]): Promise<string> =>
    (await execa(program(name), args, { env: sandbox.env })).stdout
  t.match(await answer('vtep-diff', 'br0'), /./, 'status 0: no difference')
  t.match(await answer('vtep-replay', 'verify', 'br0'), /: sound: /)
  t.equal(await daemon.stop(), 0)
  t.match(await answer('vtep-replay', 'state', 'br0'), /ls0/)
  const server = execa(program('vtep-replay'), ['serve', 'br0'], {
    env: sandbox.env,
    reject: false,
    buffer: false,
  })
  const [url] = (await once(server.stdout, 'data')) as [Buffer]
  t.match(String(url), /^http:/, 'the page is there')
  server.kill()
  await server
})
