import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { flowDump } from '../../lib/ingest/intake.js'
import { parseAddress } from '../../lib/model/address.js'
import { lanes } from '../../lib/model/batch.js'
import type { Entry } from '../../lib/model/event.js'
import { cookieOf, metadataOf } from '../../lib/model/identity.js'
import { isGroup, parseMac } from '../../lib/model/mac.js'
import { redacted } from '../../lib/redact/history.js'
import { Pseudonyms } from '../../lib/redact/pseudonyms.js'
import { target } from '../../lib/redact/settings.js'
import { replay, verify } from '../../lib/history/verify.js'
import { everyMask } from '../support/acl/generate.js'
import { History } from '../support/history.js'
import { type Step, step } from '../support/steps.js'

const digestBy = (secret: string) => (text: string) => createHmac('sha256', secret).update(text).digest('hex')
const digest = digestBy('secret')

/** What the world's steps call things, and what a person might have written into texts; `x`, `y`, `a` and `r` are too short to tell. */
const given = /\b(br0|br1|br-x|elsewhere|p\d|ls\d+|acl \d+|secret-host|acme)\b/g
const identifying: readonly RegExp[] = [
  given,
  /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi,
  /\b[0-9a-f]{1,2}(:[0-9a-f]{1,2}){5}\b/gi,
  /\b\d{1,3}(\.\d{1,3}){3}\b/g,
  /\b(?:[0-9a-f]{1,4}:)+:?[0-9a-f:]*[0-9a-f]\b/gi,
]

/** Of nobody: what our own pipeline and the defaults of vtep(5) say. */
const harmless = new Set([
  '00:00:00:00:00:00',
  '01:80:c2:00:00:00',
  'ff:ff:ff:ff:ff:f0',
  '01:00:00:00:00:00',
  '00:23:20:00:00:01',
  'ff:ff:ff:ff:ff:ff',
  '33:33:ff:00:00:00',
  'ff:ff:ff:00:00:00',
  '0.0.0.0',
  '169.254.1.0',
  '169.254.1.1',
  '33:33:00:00:00:01',
  'ff02::1',
  '224.0.0.0',
  '127.0.0.0',
  // a subnet of a router whose prefix is but its first octet, which stays
  '10.0.0.0',
  ...everyMask,
])

function identities(text: string): ReadonlySet<string> {
  const found = identifying.flatMap((form) => [...text.matchAll(form)].map(([value]) => value.toLowerCase()))
  const uuids = [...text.matchAll(identifying[1] ?? given)].map(([uuid]) => uuid)
  const derived = uuids.flatMap((uuid) => [metadataOf(uuid), cookieOf(uuid)])
  return new Set([...found, ...derived].filter((value) => !harmless.has(value)))
}

function leaks(real: readonly Entry[], shown: string): readonly string[] {
  const text = shown.toLowerCase()
  const there = identities(text)
  return [...identities(JSON.stringify(real))].filter(
    (value) => there.has(value) || (value.length > 12 && text.includes(value)),
  )
}

/** A world that was told of by hostile texts, too. */
function told(world: History): readonly Entry[] {
  const texts = ['secret-host 10.9.8.7 said no', 'aa:bb:cc:dd:ee:01 acme']
  world.record({ type: 'FlowsDoubted', reason: texts.join('; ') })
  world.record({ type: 'SourceLost', source: 'flows', reason: texts.join('; ') })
  const foreign = [
    'cookie=0x77, table=0, priority=7,ip,nw_src=10.9.8.7,dl_dst=aa:bb:cc:dd:ee:01 actions=output:1,load:0xa090807->NXM_NX_REG1[]',
    'cookie=0xa090807, table=3, reg4=0xa090807,metadata=0x5 actions=set_field:10.9.8.7->tun_dst,NORMAL',
  ]
  world.take(flowDump([world.fakeSwitch.dump(), ...foreign.map((line) => ` ${line}`)].join('\n')))
  world.work()
  return world.entries
}

const withoutPlans = (entries: readonly Entry[]) =>
  entries.map(({ seq, atMs, event }) => [seq, atMs, event.type])

/** Redacts, sees that nothing leaks, and that what is shown is as sound as the real history. */
function check(
  t: Pick<typeof import('tap').default, 'ok' | 'strictSame' | 'equal'>,
  real: readonly Entry[],
  from: number,
): void {
  const before = from === 0 ? null : replay(real.slice(0, from)).state
  const whole = replay(real)
  // who is first of two that can't both be is a matter of names: some secret names them in the order they had
  const isLike = (secret: string): boolean => {
    const { start, entries, astray } = redacted(real.slice(from), before, digestBy(secret))
    const shown = [...entries]
    t.strictSame(leaks(real, JSON.stringify([plain(start), shown])), [])
    t.strictSame(withoutPlans(shown), withoutPlans(real.slice(from)))
    t.equal([...verify(shown, { start, pieces: () => null })].length, astray())
    const core = replay(shown, start)
    const isSameLeft = lanes.every((lane) => (core.plan(lane) === null) === (whole.plan(lane) === null))
    return astray() === 0 && isSameLeft
  }
  t.ok(
    Array.from({ length: 64 }, (_, i) => `secret ${i}`).some(isLike),
    'nothing is left to be done that was not before',
  )
}

function worldOf(steps: readonly Step[]): readonly Entry[] {
  const world = History.furnished()
  for (const one of steps) world.do(one)
  return told(world)
}

t.test('a redacted history says nothing of the real one, yet is as sound as that', (t) => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
      check(t, worldOf(steps), 0)
      return t.passing()
    }),
    { numRuns: 60 },
  )
  t.end()
})

t.test('so does a part of it, with the state it begins with', (t) => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 30 }), fc.nat(1000), (steps, cut) => {
      const real = worldOf(steps)
      check(t, real, 1 + (cut % (real.length - 1)))
      return t.passing()
    }),
    { numRuns: 40 },
  )
  t.end()
})

/** A state as JSON can show it. */
function plain(value: unknown): unknown {
  if (value instanceof Map)
    return Array.from(value as Map<unknown, unknown>, ([key, inner]) => [key, plain(inner)])
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value).map(([key, inner]) => [key, plain(inner)])
}

t.test('one secret gives one pseudonym, another another', (t) => {
  const { entries } = History.furnished()
  const text = (secret: string) => JSON.stringify([...redacted(entries, null, digestBy(secret)).entries])
  t.equal(text('a'), text('a'))
  t.not(text('a'), text('b'))
  t.end()
})

t.test('pseudonyms are of the kind of what they stand for', (t) => {
  const names = new Pseudonyms(digest)
  const uuid = '0a1b2c3d-0000-4000-8000-0123456789ab'
  const alike = '0a1b2c3d-0000-4000-8000-ffff456789ab'
  t.match(names.uuid(uuid), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  t.equal(metadataOf(names.uuid(uuid)), metadataOf(names.uuid(alike)), 'what begins alike')
  t.not(names.uuid(uuid), names.uuid(alike))
  t.equal(names.metadata(metadataOf(uuid)), metadataOf(names.uuid(uuid)))
  t.equal(names.cookie(cookieOf(uuid)), cookieOf(names.uuid(uuid)))
  for (const mac of ['00:11:22:33:44:55', '01:00:5e:00:00:05']) {
    const pseudonym = parseMac(names.mac(mac))
    t.equal(pseudonym && isGroup(pseudonym), mac.startsWith('01'))
    t.match(pseudonym, /^0[23]:/, 'locally administered')
  }
  t.equal(names.mac('AA:0:0:0:0:1').toLowerCase(), names.mac('aa:00:00:00:00:01'))
  t.match(names.address('10.2.2.1'), /^198\.1[89]\./)
  t.match(parseAddress(names.address('fd00::2')), /^2001:db8:/)
  t.equal(names.address('FD00:0::2').toLowerCase(), names.address('fd00::2'))
  t.equal(parseAddress(names.address('not an address')), undefined)
  const many = Array.from({ length: 5000 }, (_, i) => `10.0.${i >> 8}.${i & 255}`)
  t.equal(new Set(many.map((one) => names.address(one))).size, many.length, 'no two share one')
  t.match(target(names, 'tcp:10.1.1.1:6653'), /^tcp:198\.1[89]\.\d+\.\d+:6653$/)
  t.equal(target(names, 'ssl:10.1.1.1'), `ssl:${names.address('10.1.1.1')}`)
  t.match(target(names, 'ptcp:6640:[fd00::1]'), /^text-/)
  t.match(target(names, 'tcp:[fd00::1]:6640'), /^tcp:\[2001:db8:[0-9a-f:]+\]:6640$/)
  t.equal(target(names, 'tcp:127.0.0.1:6640'), 'tcp:127.0.0.1:6640', 'who has no in-band control')
  t.match(target(names, 'tcp:controller.acme:6640'), /^tcp:name-[0-9a-f]{8}:6640$/)
  t.end()
})
