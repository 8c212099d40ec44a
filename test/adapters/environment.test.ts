import t from 'tap'
import { programEnvironment, userEnvironment } from '../../adapters/environment.js'
import { parseRemote } from '../../adapters/ovsdb/remote.js'

/** What the environment may say, and what a program that we start hears of it; undefined: nothing. */
const cases: Readonly<Record<string, readonly [given: string, heard: string | undefined]>> = {
  PATH: ['/opt/ovs/bin:/usr/bin', '/opt/ovs/bin:/usr/bin'],
  OVS_RUNDIR: ['/r', '/r'],
  OVS_LOGDIR: ['/l', '/l'],
  OVS_SYSLOG_METHOD: ['null', 'null'],
  OVS_CTL_TIMEOUT: ['5', undefined],
  NOTIFY_SOCKET: ['/run/systemd/notify', undefined],
  WATCHDOG_PID: ['1', undefined],
  WATCHDOG_USEC: ['1000', undefined],
  NODE_OPTIONS: ['--inspect-brk', undefined],
  LC_ALL: ['de_DE.UTF-8', 'C'],
  // no program of Open vSwitch, ip(8), logger(1) or systemd-notify(1) heeds these
  LANG: ['de_DE.UTF-8', 'de_DE.UTF-8'],
  OVSDB: ['unix:/nowhere', 'unix:/nowhere'],
  https_proxy: ['http://127.0.0.1:9', 'http://127.0.0.1:9'],
}

t.beforeEach((t) => {
  const given = Object.entries(cases).map(([name, [value]]) => [name, value])
  t.intercept(process, 'env', { value: Object.fromEntries(given) as unknown })
})

t.test('programs hear what says whose switch it is, and nothing that is for us', async (t) => {
  const environment = programEnvironment()
  for (const [name, [, heard]] of Object.entries(cases)) t.equal(environment[name], heard, name)
  t.equal(programEnvironment({ NOTIFY_SOCKET: '/s' })['NOTIFY_SOCKET'], '/s', 'what is meant is passed')
})

t.test('programs look for sockets where we do, whatever they were built for', async (t) => {
  for (const rundir of ['', undefined]) {
    if (rundir === undefined) Reflect.deleteProperty(process.env, 'OVS_RUNDIR')
    else process.env['OVS_RUNDIR'] = rundir
    t.equal(programEnvironment()['OVS_RUNDIR'], '/var/run/openvswitch')
    t.same(parseRemote('unix:db.sock'), { kind: 'unix', path: '/var/run/openvswitch/db.sock' })
  }
})

t.test('what runs for the user hears the same as we do', async (t) => {
  const environment = userEnvironment({ more: '1' })
  for (const [name, [given]] of Object.entries(cases)) t.equal(environment[name], given, name)
  t.equal(environment['more'], '1')
})
