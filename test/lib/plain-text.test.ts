import t from 'tap'
import { plainText, remedyFor } from '../../lib/compare/sources/plain-text.js'
import { sectionOf } from '../../lib/compare/sources/flow-dump.js'

t.test('what editors, mailers and web pages put around a text goes; what programs print stays', async (t) => {
  t.equal(plainText('\ufeffa\r\nb\r\n'), 'a\nb\n')
  t.equal(plainText('    a\n      b\n\n    c\n'), 'a\n  b\n\nc\n')
  t.equal(plainText(' cookie=0x0, actions=drop\n'), ' cookie=0x0, actions=drop\n', 'of ovs-ofctl')
  t.equal(plainText('u\n    Bridge br0\n'), 'u\n    Bridge br0\n', 'of ovs-vsctl show')
})

t.test('what is packed or laid out for a browser is refused by name, with the remedy', async (t) => {
  const cases = {
    BZh91AY: /bzip2 -d/,
    '\xfd7zXZ\0': /xz -d/,
    '\x28\xb5\x2f\xfd': /zstd -d/,
    'PK\x03\x04': /unzip/,
    '<table border=1>': /HTML: take --format=json/,
    '\n<!DOCTYPE html><html>': /HTML/,
    '<div class="post"><pre>': /HTML/,
  }
  for (const [head, remedy] of Object.entries(cases)) t.match(remedyFor(head), remedy)
  t.equal(remedyFor('{"headings"'), null)
})

t.test('of a file with the flows of all bridges one is taken, and line numbers stay', async (t) => {
  const text = 'ovs-ofctl dump-flows br0 \n a\n\novs-ofctl dump-flows -OOpenFlow13 br1 \n b\n'
  t.equal(sectionOf(text, 'br0'), '\n a\n\n\n\n')
  t.equal(sectionOf(text, 'br1').trim(), 'b')
  t.equal(sectionOf(' a\n', 'br0'), ' a\n')
  const twice = `Tue Dec  1 10:25:25 UTC 2026\n${text}Tue Dec  1 10:25:27 UTC 2026\n${text.replace('\n b\n', '\n c\n')}`
  t.equal(sectionOf(twice, 'br1').trim(), 'c', 'the newer one, and no date')
  t.equal(sectionOf(twice, 'br1').split('\n').indexOf(' c'), twice.split('\n').indexOf(' c'))
  t.equal(sectionOf(`${text}Tue Dec  1 10:25:27 UTC 2026\n`, 'br1').trim(), 'b')
  t.throws(() => sectionOf(text, 'br2'), /flows of br0, br1, but not of br2/)
})
