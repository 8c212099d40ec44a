import { join, resolve } from 'node:path'
import t from 'tap'
import { openRecording } from '../../journal/recording.js'
import { daemonProgram, diff, furnished, run } from '../support/compared.js'
import { until } from '../support/until.js'

t.test('what it would run is what the daemon runs, to the letter', async (t) => {
  const { box, daemon } = await furnished(t)
  await daemon.stop()
  await box.ofctl('del-flows', 'br0', 'table=20')
  const found = await diff(box, 'br0', '--commands')
  const dry = await run(box, daemonProgram, '--dry-run', 'br0')
  t.equal(dry.status, 2)
  t.match(dry.stdout, /missing: frames go to 02:00:00:00:00:01/)
  t.ok(dry.stdout.includes(found.stdout), 'a dry run says the same')
  const journal = join(box.directory, 'vtep', 'br0.journal')
  const recorded = openRecording(journal)
  const before = recorded.last
  recorded.close()
  const file = join(box.directory, 'before.capture')
  t.match(await diff(box, 'capture', 'br0', '-o', file), { status: 0, stdout: '', stderr: '' })
  const again = await box.startDaemon()
  await until('it is mended', async () => (await diff(box, 'br0')).status === 0)
  await again.stop()
  const { stdout } = await run(
    box,
    resolve('dist', 'bin', 'vtep-replay.js'),
    ...['export', journal, '--format', 'shell', '--from', String(before + 1)],
  )
  const script = stdout.split('\n').filter((line) => !line.startsWith('# '))
  t.equal(found.stdout, script.join('\n'))
  const offline = await diff(box, '--desired', file, '--actual', file, '--commands')
  t.equal(offline.stdout, found.stdout, 'from a capture, too')
  t.match(await run(box, daemonProgram, '--dry-run', 'br0'), { status: 0, stdout: /^No differences\.$/ })
})
