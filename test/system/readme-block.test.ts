import { execa } from 'execa'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { uniqueFrame } from '../support/frame.js'
import { startSandbox } from '../support/sandbox.js'
import { until } from '../support/until.js'

/** The block of the README that makes a VTEP of a bridge: the indented or fenced lines around its daemon's command. */
function block(): readonly string[] {
  const lines = readFileSync('README.md', 'utf8').split('\n')
  const blocks = lines.join('\n').matchAll(/(?:^ {4}.*\n|^\n(?= {4}))+|^```\w*\n(?:(?!```).*\n)*/gm)
  for (const [text] of blocks)
    if (/ovs-vtep .*--detach/.test(text) && text.includes('add-ucast-remote'))
      return text.split('\n').map((line) => line.replace(/^ {4}|^```.*$/, ''))
  throw new Error('the README shows no such block')
}

await t.test('the block of the README, pasted as one script, leads to frames that pass', async (t) => {
  const sandbox = await startSandbox(t, {
    ports: ['p0', 'p1'],
    tunnelIp: '10.2.2.1',
    remotes: ['10.2.2.2', '10.2.2.3'],
  })
  // the bridge and its ports are there, of a datapath that needs no root
  const script = block().filter((line) => !/^ovs-vsctl add-(?:br|port)\b/.test(line))
  t.ok(script.length > 8)
  const program = (name: string): string =>
    `${name}() { ${process.execPath} ${join(process.cwd(), `dist/bin/${name}.js`)} "$@"; }`
  const functions = ['set -e', ...['ovs-vtep', 'vtep-replay', 'vtep-diff'].map(program), ''].join('\n')
  const { stdout, stderr } = await execa('bash', ['-c', `${functions}${script.join('\n')}`], {
    env: sandbox.env,
    cwd: sandbox.directory,
  })
  const pid = Number(readFileSync(join(sandbox.directory, 'ovs-vtep.pid'), 'utf8'))
  t.teardown(() => process.kill(pid))
  t.equal(stderr, '')
  t.match(stdout, /^in sync: yes/m, 'what it asks at its end is answered')
  const control = (...words: string[]) => sandbox.appctl('ovs-vtep', ...words)
  await until('in sync', async () => /^in sync: yes/m.test(await control('status')))
  t.strictSame(await sandbox.exitsOf('p0', uniqueFrame('02:00:00:00:00:0a', '11:22:33:44:55:66')), [
    '10.2.2.3 vni 33',
  ])
  t.strictSame(await sandbox.exitsOf('p0', uniqueFrame('02:00:00:00:00:0a', '02:00:00:00:00:ee')), [
    '10.2.2.2 vni 33',
  ])
})
