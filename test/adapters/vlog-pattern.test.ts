import t from 'tap'
import { layOut, type LogRecord } from '../../adapters/vlog/pattern.js'

process.env['TZ'] = 'Asia/Kathmandu'

const RECORD: LogRecord = {
  at: new Date('2026-11-23T19:10:05.067Z'),
  serial: 7,
  module: 'ovsdb',
  severity: 'warn',
  text: 'hello %m',
  subprogram: '',
  program: 'ovs-vtep',
  priority: 28,
}

t.test('patterns', async (t) => {
  const cases: Readonly<Record<string, string>> = {
    '%D{%Y-%m-%dT%H:%M:%SZ}|%05N|%c%T|%p|%m': '2026-11-23T19:10:05Z|00007|ovsdb|WARN|hello %m',
    '%D{%H:%M:%S.###}': '19:10:05.067',
    '%D{%S.######}': '05.067000',
    '%D{%F %T %a %b %e %y %%}': '2026-11-23 19:10:05 Mon Nov 23 26 %',
    '%D{%Q}': '%Q',
    '%D': '2026-11-23 19:10:05',
    '%d': '2026-11-24 00:55:05',
    '%d{%H}': '00',
    '<%B>%A[%P]%n': `<28>ovs-vtep[${process.pid}]\n`,
    '[%8c|%-8c|%2c]': '[   ovsdb|ovsdb   |ovsdb]',
    '%-05N|%3N': '7    |  7',
    '%t%T': 'main',
    '100%% %z %': '100% %z %',
  }
  for (const [pattern, expected] of Object.entries(cases)) t.equal(layOut(pattern, RECORD), expected, pattern)
  t.equal(layOut('%t%T', { ...RECORD, subprogram: 'monitor' }), 'monitor(monitor)')
  t.match(layOut('%r %E', RECORD), /^\d+ \S+$/)
})

t.test('no text leaves its line', async (t) => {
  const cases: Readonly<Record<string, string>> = {
    'a\n2026-11-23T19:10:05Z|00001|vlog|INFO|b': 'a\\n2026-11-23T19:10:05Z|00001|vlog|INFO|b',
    'a\r\tb': 'a\\r\\tb',
    '\u001b[2J\u0000\u007f\u009b': '\\u001b[2J\\u0000\\u007f\\u009b',
    '\u2028\u2029\u202e\u2066\ud800': '\\u2028\\u2029\\u202e\\u2066\\ud800',
    'größe \u{1f600} \\n': 'größe \u{1f600} \\n',
  }
  for (const [text, expected] of Object.entries(cases)) t.equal(layOut('%m', { ...RECORD, text }), expected)
})
