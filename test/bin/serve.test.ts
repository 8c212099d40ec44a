import { Database } from '../../adapters/sqlite.js'
import { request } from 'node:http'
import { once } from 'node:events'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Answers } from '../../lib/screens/page/api.js'
import { until } from '../support/until.js'
import { journalOf, longHistory, ownDirectory } from '../support/recorded.js'
import { replays } from '../support/replays.js'
import { startServing } from '../support/serving.js'

const directory = ownDirectory(t)
const history = longHistory(600)
const shown = journalOf(history, directory, 'shown')
const { url, origin, said } = await startServing(t, shown)
const token = new URL(url).search

/** The status of an answer to a request with this Host. */
async function statusFor(host: string): Promise<number | undefined> {
  const { hostname, port } = new URL(origin)
  const asking = request({ hostname, port, path: `/${token}`, headers: { host } })
  asking.end()
  const [answer] = (await once(asking, 'response')) as [{ statusCode?: number; resume(): void }]
  answer.resume()
  return answer.statusCode
}

t.test('a name that somebody leads here gets nothing, token or not', async (t) => {
  const { port } = new URL(origin)
  for (const host of ['evil.example', `evil.example:${port}`, 'localhost.evil.example'])
    t.ok([400, 403].includes((await statusFor(host)) ?? 0), JSON.stringify(host))
  const status = await statusFor(`127.0.0.1:${port}`)
  t.ok(status === 200 || status === 303 || status === 302, String(status))
})

t.test('other machines only where that is asked for; a port in use; what is no address', async (t) => {
  const { port } = new URL(origin)
  const cases = [
    [
      '0.0.0.0:0',
      /^vtep-replay: --listen 0\.0\.0\.0:0: other machines reach this address; --expose if that is meant\n$/,
    ],
    ['[::]:0', /; --expose if that is meant\n$/],
    [
      `127.0.0.1:${port}`,
      new RegExp(`^vtep-replay: --listen: port ${port} of 127\\.0\\.0\\.1 is in use\\n$`),
    ],
    ['evil.example:80', /an address and a port are wanted/],
    ['127.0.0.1:99999', /an address and a port are wanted/],
  ] as const
  const outcomes = replays(cases.map(([listen]) => ['serve', shown, '--listen', listen]))
  for (const [i, [listen, reason]] of cases.entries()) {
    const status = listen.startsWith('127.0.0.1:') && !listen.endsWith('99999') ? 1 : 64
    t.match(outcomes[i], { status, stdout: '' }, listen)
    t.match(outcomes[i]?.stderr, reason)
  }
  // loopback by another name of all addresses: nobody else is asked
  const exposed = await startServing(t, shown, '--listen', '0.0.0.0:0', '--expose')
  await until('what it exposes is said', () => /not encrypted, can see every row/.test(exposed.said()))
})

t.test(
  'replaced, damaged, compacted while it is shown: said in the terminal and to the page, and it goes on',
  async (t) => {
    const cookie =
      ((await fetch(url, { redirect: 'manual' })).headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    const overview = async () =>
      (await (
        await fetch(`${origin}/api/overview`, { headers: { cookie } })
      ).json()) as Answers['/api/overview']
    t.match(await overview(), { first: 1, last: history.length, trouble: null })

    writeFileSync(join(directory, 'garbage'), 'nothing of ours\n'.repeat(300))
    renameSync(join(directory, 'garbage'), shown)
    await until('damage is said', () =>
      /shown: not a journal.*; what was read before is shown$/m.test(said()),
    )
    t.match(await overview(), { last: history.length, trouble: /not a journal/ })
    t.equal(
      (await fetch(`${origin}/api/entry?at=5`, { headers: { cookie } })).status,
      200,
      'what was read is there',
    )

    // the first 400 are old
    const now = Date.now()
    const other = longHistory(620).map((entry) => ({ ...entry, atMs: entry.seq <= 400 ? entry.seq : now }))
    renameSync(journalOf(other, directory, 'other'), shown)
    await until('another is said', () =>
      /shown: another journal is in its place, which is shown now$/m.test(said()),
    )
    t.match(said(), /shown: it can be read again$/m)
    t.match(await overview(), { last: other.length, trouble: null })

    const [compacted] = replays([['compact', shown, '--keep', '1h']])
    t.match(compacted, { status: 0 })
    await until('what was dropped is said', () => /shown: the entries before \d+ were dropped$/m.test(said()))
    const { first, last } = await overview()
    t.ok(first > 1 && last === other.length)
    const gone = await fetch(`${origin}/api/entry?at=1`, { headers: { cookie } })
    t.equal(gone.status, 409)
    t.match(await gone.json(), { error: /entries \d+ to \d+ are recorded/ })
  },
)

t.test(
  'an entry that is damaged in the file: who had opened it shows it as it was, who opens it now names it',
  async (t) => {
    const file = journalOf(history, directory, 'hurt')
    const shownBy = async () => {
      const serving = await startServing(t, file)
      const answer = await fetch(serving.url, { redirect: 'manual' })
      const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
      return async (seq: number) => fetch(`${serving.origin}/api/entry?at=${seq}`, { headers: { cookie } })
    }
    const before = await shownBy()
    t.equal((await before(history.length)).status, 200)

    const database = new Database(file)
    database.prepare("update entry set body = '{' where seq = 300").run()
    database.close()
    t.equal((await before(300)).status, 200)
    const after = await shownBy()
    const hurt = await after(300)
    t.equal(hurt.status, 409)
    t.match(await hurt.json(), { error: /entry 300/ })
    t.equal((await after(40)).status, 200)
  },
)
