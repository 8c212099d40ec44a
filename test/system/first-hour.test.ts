import { execa } from 'execa'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { pageOf } from '../documents/page.js'
import { startOvs } from '../support/ovs.js'
import { installPrograms } from '../support/programs.js'

/** The indented lines of a text. */
function typed(text: string): string {
  return text
    .split('\n')
    .filter((line) => line.startsWith('    '))
    .join('\n')
}

t.test('the five minutes of the README, typed as they stand', async (t) => {
  const [, chapter = ''] = /\n## Five minutes\n(.*?)\n## /s.exec(readFileSync('README.md', 'utf8')) ?? []
  const code = pageOf('README.md', chapter).lines.filter(({ kind }) => kind === 'code')
  t.ok(code.length > 15)
  const ovs = await startOvs(t)
  const programs = await installPrograms(ovs.directory)
  const env = { ...ovs.env, PATH: `${programs}:${process.env['PATH'] ?? ''}` }
  t.teardown(() => execa('ovs-vtep', ['exit', 'br0'], { env, reject: false }))
  const type = (input: string) => execa('bash', ['-e'], { input, env, reject: false, all: true })
  const { exitCode, all } = await type(code.map(({ text }) => text).join('\n'))
  t.equal(exitCode, 0, all)
  t.match(all, /in sync/)
  t.match(all, /Ucast_Macs_Remote \+1 \(11:22:33:44:55:66\)/)
  t.match(all, /No differences/)
  t.equal((await type('ovs-vtep exit --cleanup br0')).exitCode, 0)
  t.notMatch((await type('ovs-ofctl dump-flows br0')).all, /cookie=0x5654/)
})

t.test('demo --keep ends with five things that work, and with the way to end it', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'vtep-first-hour-'))
  t.teardown(() => rmSync(home, { recursive: true, force: true }))
  const shown = await execa(process.execPath, ['dist/test/demo/demo.js', '--keep'], {
    env: { TMPDIR: home },
    reject: false,
    all: true,
  })
  t.equal(shown.exitCode, 0, shown.all)
  const [, exports = '', steps = '', end = ''] =
    /In a shell:\n(.*)\nFive things to try next:\n(.*)\nTo stop and remove it:\n(.*)$/s.exec(shown.all) ?? []
  const type = (input: string) =>
    execa('bash', ['-e'], { input: `${typed(exports)}\n${input}`, reject: false, all: true })
  t.teardown(() => type(typed(end)))
  const commands = typed(steps)
    .split('\n')
    .filter((line) => !line.startsWith('    # '))
  t.equal(commands.length, 5)
  const says = [
    /in sync/,
    /Ucast_Macs_Remote \+1 \(02:00:00:00:00:42\)/,
    /VTEP 10\.2\.2\.3/,
    /No differences|missing/,
  ]
  for (const [i, pattern] of says.entries()) {
    const { exitCode, all } = await type(commands[i] ?? 'false')
    // a flow that is not back yet is a difference
    t.ok(exitCode === 0 || (i === 3 && exitCode === 2), `${commands[i] ?? ''}: ${all}`)
    t.match(all, pattern)
  }
  const served = execa('bash', ['-c', `${typed(exports)}\nexec ${commands[4]?.trim() ?? 'false'}`], {
    all: true,
    reject: false,
  })
  const address = await new Promise<string>((resolve) => {
    served.all.on('data', (chunk: Buffer) => {
      const [url] = /http:\/\/\S+/.exec(String(chunk)) ?? []
      if (url !== undefined) resolve(url)
    })
    void served.then(({ all }) => resolve(all))
  })
  // the token becomes a cookie
  t.ok((await fetch(address, { redirect: 'manual' })).headers.has('set-cookie'), address)
  served.kill()
  await served
  t.equal((await type(typed(end))).exitCode, 0)
})
