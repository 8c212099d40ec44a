import { isIPv4, isIPv6 } from 'node:net'
import fc from 'fast-check'
import t from 'tap'
import { parseAddress } from '../../lib/model/address.js'
import { parseMac } from '../../lib/model/mac.js'

t.test('addresses', (t) => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['10.2.2.3', '10.2.2.3'],
    ['fd00::1', 'fd00::1'],
    ['FD00:0:0:0:0:0:0:1', 'fd00::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['', undefined],
    ['flow', undefined],
    ['010.0.0.1', undefined],
    ['1.2.3', undefined],
    ['10.2.2.3 ', undefined],
    ['10.2.2.3,actions=drop', undefined],
    ['0.0.0.0', undefined],
    ['224.0.0.1', undefined],
    ['255.255.255.255', undefined],
    ['::', undefined],
    ['ff02::1', undefined],
    ['1::2::3', undefined],
    ['1:2:3:4:5:6:7:8:9', undefined],
    ['::ffff:10.0.0.1', undefined],
    ['fe80::1%eth0', undefined],
    ['::ffff:a00:1', undefined],
    ['::a00:1', undefined],
    ['::1:0:0:1', '::1:0:0:1'],
  ]
  for (const [text, parsed] of cases) t.equal(parseAddress(text), parsed, JSON.stringify(text))
  t.end()
})

t.test('every unicast address of Node is one of ours, and printed again it means the same', (t) => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), (text) => {
      const parsed = parseAddress(text)
      if (parsed === undefined) return !isIPv4(text) || /^(0|22[4-9]|2[3-5]\d)\./.test(text)
      return (isIPv4(text) || isIPv6(text)) && parseAddress(parsed) === parsed
    }),
    { numRuns: 2000 },
  )
  t.end()
})

t.test('Ethernet addresses', (t) => {
  t.equal(parseMac('AA:bb:0:c:DD:1'), 'aa:bb:00:0c:dd:01')
  for (const text of [
    '',
    'unknown-dst',
    '11:22:33:44:55',
    '11:22:33:44:55:66:77',
    '11:22:33:44:55:666',
    '1 :2:3:4:5:6',
  ])
    t.equal(parseMac(text), undefined, JSON.stringify(text))
  t.end()
})
