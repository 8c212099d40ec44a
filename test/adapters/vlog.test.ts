import { chmodSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import type { Severity } from '../../adapters/vlog/level.js'
import { logger } from '../../adapters/vlog/logger.js'
import { rateLimited } from '../../adapters/vlog/rate-limit.js'
import { Syslog } from '../../adapters/vlog/syslog.js'
import { Vlog } from '../../adapters/vlog/vlog.js'
import { until } from '../support/until.js'
import { RunDirectory } from '../support/run-directory.js'

const directory = new RunDirectory()
t.teardown(() => directory.remove())
/** A log of its own that writes what comes to a file. */
function quietLog(name: string): { log: Vlog; lines: () => string[] } {
  const log = new Vlog()
  log.set('console:off')
  log.openFile(directory.file(name))
  return { log, lines: () => readFileSync(directory.file(name), 'utf8').split('\n').slice(0, -1) }
}

t.test('a log file', async (t) => {
  const { log, lines } = quietLog('a.log')
  log.module('one').info('first')
  log.module('one').dbg('not at this level')
  log.module('two').err('second\nline')
  const [opened, ...rest] = lines()
  t.match(opened, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\|00001\|vlog\|INFO\|opened log file \/.*a\.log$/)
  t.strictSame(
    rest.map((line) => line.slice('2026-11-23T19:10:05Z'.length)),
    ['|00002|one|INFO|first', '|00003|two|ERR|second\\nline'],
  )
  log.setSubprogram('monitor')
  log.module('one').info('x')
  t.match(lines().at(-1), /\|00004\|one\(monitor\)\|INFO\|x$/)
})

t.test('a rotated log file', async (t) => {
  const { log, lines } = quietLog('b.log')
  const module = log.module('b')
  renameSync(directory.file('b.log'), directory.file('b.log.1'))
  module.info('still in the old file')
  const openFiles = readdirSync('/proc/self/fd').length
  t.equal(log.reopen(), undefined)
  t.equal(readdirSync('/proc/self/fd').length, openFiles, 'the old file is closed')
  module.info('in the new file')
  t.match(readFileSync(directory.file('b.log.1'), 'utf8'), /still in the old file\n$/)
  t.match(lines(), [/opened log file/, /in the new file/])
  log.close()
  log.close()
  module.info('lost')
  log.reopen()
  t.match(lines(), [/opened/, /in the new file/, /opened/])
})

t.test('a log file that cannot be opened', async (t) => {
  const log = new Vlog()
  log.set('console:off')
  t.equal(log.reopen(), 'Logging to file not configured')
  t.match(log.openFile(directory.file('no/such.log')), /^failed to open .*no\/such\.log for logging: ENOENT/)
  log.module('m').info('goes nowhere')
})

t.test('levels by module and destination', async (t) => {
  const { log, lines } = quietLog('c.log')
  const [a, b] = [log.module('a'), log.module('b')]
  const written = (spec: string): string => {
    const before = lines().length
    t.equal(log.set(spec), undefined, spec)
    for (const module of [a, b]) for (const level of SEVERITIES) module[level](level)
    return lines()
      .slice(before)
      .map((line) => line.split('|').slice(2).join('|'))
      .join(' ')
  }
  t.equal(written('any:file:off'), '')
  t.equal(written('a:file:err'), 'a|EMER|emer a|ERR|err')
  t.equal(written('WARN,B file'), 'a|EMER|emer a|ERR|err b|EMER|emer b|ERR|err b|WARN|warn')
  t.equal(written('console:off'), 'a|EMER|emer a|ERR|err b|EMER|emer b|ERR|err b|WARN|warn')
  t.equal(written('FILE emer'), 'a|EMER|emer b|EMER|emer')
  t.equal(written('PATTERN:file:||%m %c').trim(), 'emer a emer b')
})

const SEVERITIES: readonly Severity[] = ['emer', 'err', 'warn', 'info', 'dbg']

t.test('vlog/list', async (t) => {
  const log = new Vlog()
  log.set('syslog:off')
  log.set('console:warn')
  log.module('tiny')
  log.module('a_name_that_is_too_long')
  t.equal(log.set('tiny:syslog'), undefined)
  const lines = log.list().split('\n')
  t.strictSame(lines.slice(0, 3), [
    '                 console    syslog    file',
    '                 -------    ------    ------',
    'a_name_that_is_too_long  WARN        OFF       INFO',
  ])
  t.equal(lines.at(-4), 'tiny              WARN        DBG       INFO')
  t.strictSame(lines.slice(1, -1), lines.slice(1, -1).toSorted())
  log.set('')
  log.module('later')
  t.match(log.list(), /^later +DBG +DBG +DBG$/m)
})

t.test('wrong specs change nothing', async (t) => {
  const log = new Vlog()
  const before = log.list()
  const cases: Readonly<Record<string, string>> = {
    'foo:bar': 'no destination, level, or module "foo"',
    'dbg err': 'cannot specify multiple levels',
    'console:file:dbg': 'cannot specify multiple destinations',
    'vlog:daemon:dbg': 'cannot specify multiple modules',
    'PATTERN:x:%m': 'unknown destination "x"',
    'pattern:file': 'missing pattern',
    'FACILITY:foo': 'invalid facility',
  }
  for (const [spec, problem] of Object.entries(cases)) t.equal(log.set(spec), problem, spec)
  t.equal(log.list(), before)
})

t.test('modules of the predecessor may be named', async (t) => {
  for (const name of ['jsonrpc', 'ovs-vtep', 'fatal-signal'])
    t.equal(new Vlog().set(`${name}:file:dbg`), undefined)
})

t.test('facility and priority', async (t) => {
  const { log, lines } = quietLog('d.log')
  log.set('PATTERN:file:%B')
  for (const facility of ['kern', 'LOCAL7', 'daemon']) {
    t.equal(log.set(`FACILITY:${facility}`), undefined)
    log.module('m').err('x')
    log.module('m').info('x')
  }
  t.strictSame(lines().slice(1), ['3', '6', '187', '190', '27', '30'])
})

t.test('rate limit', async (t) => {
  const said: string[] = []
  let nowMs = 0
  const sink = logger((severity, text) =>
    said.push(`${severity} ${typeof text === 'string' ? text : text()}`),
  )
  const limited = rateLimited(sink, { perMinute: 6, burst: 2 }, () => nowMs)
  for (const text of ['a', 'b', 'c', 'd']) limited.warn(text)
  nowMs += 9_000
  limited.warn('e')
  nowMs += 1_001
  limited.err('f')
  nowMs += 3_600_000
  for (const text of ['g', 'h', 'i']) limited.info(text)
  const dropped = 'err Dropped 3 log messages in last 10 seconds due to excessive rate'
  t.strictSame(said, ['warn a', 'warn b', dropped, 'err f', 'info g', 'info h'])
})

t.test('syslog goes through one logger(1)', async (t) => {
  const [program, sink] = [directory.file('logger'), directory.file('syslog')]
  writeFileSync(program, `#!/bin/sh\necho "$$ $*" >> ${sink}\ncat >> ${sink}\n`)
  chmodSync(program, 0o755)
  t.intercept(process, 'env', { value: { ...process.env, PATH: `${directory.path}:/bin:/usr/bin` } })
  const syslog = new Syslog(() => true)
  syslog.write('ovs|00001|m|INFO|one', 30)
  syslog.write('ovs|00002|m|ERR|two', 27)
  syslog.reset()
  const text = await until('both lines', () => {
    const lines = readFileSync(sink, { encoding: 'utf8', flag: 'a+' })
    return lines.includes('two\n') && lines
  })
  const command = `--prio-prefix --tag ovs-vtep --id=${process.pid}`
  t.equal(text.replace(/^\d+ /, ''), `${command}\n<30>ovs|00001|m|INFO|one\n<27>ovs|00002|m|ERR|two\n`)
})

t.test('without logger(1) syslog is silent', async (t) => {
  t.intercept(process, 'env', { value: { ...process.env, PATH: directory.file('nowhere') } })
  const syslog = new Syslog(() => true)
  syslog.write('lost', 30)
  await setImmediate()
  syslog.write('lost too', 30)
  new Syslog(() => false).write('lost as well', 30)
})
