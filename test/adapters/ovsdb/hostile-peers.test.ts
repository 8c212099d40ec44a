import t from 'tap'
import { firstValueFrom, filter } from 'rxjs'
import { openSession } from '../../../adapters/ovsdb/session.js'
import { differences } from '../../../lib/ingest/updates.js'
import { WireError } from '../../../lib/ingest/decode.js'
import { one } from '../../../lib/schema/column.js'
import { textDomain } from '../../../lib/schema/domain.js'
import { bentValue } from '../../fuzz/bent.js'
import { createRandom, type Random } from '../../support/differential/random.js'
import { fakePeer, noTxn, type PeerConnection, rowUuid, type Script } from './support/fake-peer.js'

/** `PEERS=10000 [SEED=N] node dist/test/adapters/ovsdb/hostile-peers.test.js` for a long search. */
const peers = Number(process.env['PEERS'] ?? 150)
const seed = Number(process.env['SEED'] ?? Date.now() % 1e9)
t.comment(`PEERS=${peers} SEED=${seed}`)

const methods = ['monitor', 'get_schema', 'monitor_cond_since', 'lock'] as const

/** What a peer that behaves would answer. */
const answers: Readonly<Record<(typeof methods)[number], unknown>> = {
  monitor: {},
  get_schema: { name: 'db', version: '1.0.0', tables: { T: { columns: { c: { type: 'string' } } } } },
  monitor_cond_since: [false, noTxn, { T: { [rowUuid]: { initial: { c: 'first' } } } }],
  lock: { locked: true },
}

/** Ways to answer ill; each gives the bytes. */
const manners: Readonly<Record<string, (answer: object, random: Random) => Buffer>> = {
  bent: (answer, random) => Buffer.from(JSON.stringify(bentValue(answer, random))),
  flipped: (answer, random) => {
    const bytes = Buffer.from(JSON.stringify(answer))
    for (let i = 0; i <= random.int(3); i++) {
      const at = random.int(bytes.length)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.int(8))
    }
    return bytes
  },
  cut: (answer, random) => {
    const bytes = Buffer.from(JSON.stringify(answer))
    return bytes.subarray(0, random.int(bytes.length))
  },
  twice: (answer) => Buffer.from(JSON.stringify(answer).repeat(2)),
  noise: (_, random) => Buffer.from(Array.from({ length: 1 + random.int(500) }, () => random.int(256))),
  deep: () => Buffer.from('[{"a":'.repeat(2000)),
  endless: () => Buffer.concat([Buffer.from('{"id":0,"result":"'), Buffer.alloc(2 ** 20, 'x')]),
  otherwise: (_, random) => {
    const method = random.pick([
      'update',
      'update2',
      'update3',
      'locked',
      'stolen',
      'monitor_canceled',
      'echo',
      '',
    ])
    const params = random.pick([
      [],
      ['contents'],
      ['contents', noTxn, { T: { x: {} } }],
      ['L', 5],
      'no',
      null,
    ])
    return Buffer.from(JSON.stringify({ method, params, id: random.pick([null, 0, 'x', {}]) }))
  },
}

await t.test(
  'whatever a peer sends, the session says why in a line, and goes on with one that behaves',
  async (t) => {
    const seen = new Map<string, number>()
    for (let round = seed; round < seed + peers; round++) {
      const random = createRandom(round)
      const target = random.pick(methods)
      const manner = random.pick(Object.keys(manners))
      const isSlow = random.chance(0.1)
      const hit = (connection: PeerConnection, id: unknown): void => {
        const bytes =
          manners[manner]?.({ id, result: answers[target], error: null }, random) ?? Buffer.alloc(0)
        if (!isSlow) connection.send(bytes)
        else for (let at = 0; at < bytes.length; at += 7) connection.send(bytes.subarray(at, at + 7))
        // after these it may be silent: whoever waits for more has to give up by itself
        const mayStay = ['deep', 'twice'].includes(manner)
        if (!mayStay || random.chance(0.5)) connection.socket.end()
      }
      const script: Script = (message, connection) => {
        if (connection.number > 0 || message.method !== target) return false
        hit(connection, message.id)
        return true
      }
      const owner = { teardown: (step: () => unknown) => void steps.push(step) }
      const steps: (() => unknown)[] = []
      const remote = await fakePeer(owner, script)
      const session = openSession({
        remotes: [remote],
        database: 'db',
        tables: { T: ['c'] },
        lock: 'L',
        backoffMs: { min: 1, max: 2 },
        probeIntervalMs: 30,
      })
      const isGood = (tables: unknown): boolean =>
        JSON.stringify(tables) === `{"T":{"${rowUuid}":{"c":"first"}}}`
      const reasons: string[] = []
      session.events$.subscribe((event) => {
        if (event.kind === 'Disconnected') reasons.push(event.reason)
        if (event.kind !== 'Contents' || isGood(event.tables)) return
        try {
          differences({ T: { c: one(textDomain) } }, null, event.tables)
        } catch (error) {
          if (!(error instanceof WireError)) throw error
        }
        // also where nobody could tell that it is a lie
        session.restart('not what is there')
      })
      await firstValueFrom(
        session.events$.pipe(filter((event) => event.kind === 'Contents' && isGood(event.tables))),
      )
      await session.close()
      for (const step of steps) await step()
      for (const reason of reasons)
        if (
          !/^[^\n]{1,2400}$/.test(reason) ||
          /^\s+at |node:internal|undefined is not|Cannot read prop/.test(reason)
        )
          t.fail(`SEED=${round} PEERS=1: ${manner} ${target}: ${JSON.stringify(reason.slice(0, 500))}`)
      seen.set(manner, (seen.get(manner) ?? 0) + reasons.length)
    }
    t.comment(JSON.stringify([...seen]))
    t.ok(peers < 100 || [...seen.values()].every((count) => count > 0), 'each manner was noticed')
  },
)
