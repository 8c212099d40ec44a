import { writeFileSync } from 'node:fs'
import { execa } from 'execa'
import t from 'tap'
import { Child, endingText, outputTextOf } from '../../adapters/child.js'
import { runCommand } from '../../adapters/switch/run-command.js'

t.test('what a program says, and how it ended', async (t) => {
  const child = new Child('sh', ['-c', 'cat; echo beside >&2; exit 3'])
  const [stdout, stderr] = [outputTextOf(child.stdout), outputTextOf(child.stderr)]
  child.stdin?.end('said')
  t.strictSame(await child.ended, { code: 3, signal: null, trouble: null })
  t.strictSame([await stdout, await stderr], ['said', 'beside\n'])
  t.notOk(child.isThere())
})

t.test('whatever keeps a program from starting is an ending with its reason', async (t) => {
  const directory = t.testdir({ plain: 'no program' })
  writeFileSync(`${directory}/other`, '#!/no/such/interpreter\n', { mode: 0o755 })
  const cases: readonly (readonly [program: string, list: readonly string[], trouble: string])[] = [
    ['no-such-program', [], 'no such program in PATH'],
    [`${directory}/plain`, [], "can't be started: permission denied"],
    [directory, [], "can't be started: permission denied"],
    ['true', ['x'.repeat(200_000)], "can't be started: argument list too long"],
  ]
  for (const [program, list, trouble] of cases) {
    const ending = await new Child(program, list).ended
    t.equal(endingText(ending), trouble, program)
    t.equal(ending.code, null)
  }
  const command = { program: 'ovs-vsctl', arguments: ['x'.repeat(200_000)], input: 'unread' } as const
  await t.rejects(runCommand(command), {
    name: 'CommandError',
    message: "ovs-vsctl: can't be started: argument list too long",
  })
})

t.test('no descriptor is left: the same, and the next one runs when there are some again', async (t) => {
  const script = `
    import { closeSync, openSync } from 'node:fs'
    import { Child, endingText } from '${new URL('../../adapters/child.js', import.meta.url).href}'
    const taken = []
    try { for (;;) taken.push(openSync('/dev/null')) } catch {}
    const without = endingText(await new Child('true', []).ended)
    taken.forEach((descriptor) => closeSync(descriptor))
    const { code } = await new Child('true', []).ended
    console.log(JSON.stringify({ without, code }))
  `
  const list = ['--nofile=256', process.execPath, '--input-type=module', '--eval', script]
  const { stdout } = await execa('prlimit', list, { env: { NODE_OPTIONS: '' } })
  t.strictSame(JSON.parse(stdout), { without: "can't be started: too many open files", code: 0 })
})
