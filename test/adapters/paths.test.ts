import t from 'tap'
import * as paths from '../../adapters/paths.js'

t.test('the system has the files unless OVS_* says otherwise', async (t) => {
  for (const name of ['OVS_RUNDIR', 'OVS_LOGDIR', 'OVS_DBDIR']) process.env[name] = ''
  t.equal(paths.dbSocket(), 'unix:/var/run/openvswitch/db.sock')
  t.equal(paths.controlSocket(7), '/var/run/openvswitch/ovs-vtep.7.ctl')
  t.equal(paths.defaultPidfile(), '/var/run/openvswitch/ovs-vtep.pid')
  t.equal(paths.defaultLogFile(), '/var/log/openvswitch/ovs-vtep.log')
  t.equal(paths.journalFile('br0'), '/var/lib/openvswitch/vtep/br0.journal')
  process.env['OVS_RUNDIR'] = '/r'
  process.env['OVS_LOGDIR'] = '/l'
  process.env['OVS_DBDIR'] = '/d'
  t.equal(paths.dbSocket(), 'unix:/r/db.sock')
  t.equal(paths.controlSocket(7, 'x'), '/r/x.7.ctl')
  t.equal(paths.defaultLogFile(), '/l/ovs-vtep.log')
  t.equal(paths.journalFile('br0'), '/d/vtep/br0.journal')
  t.equal(paths.inRundir('a.pid'), '/r/a.pid')
  t.equal(paths.inRundir('/a.pid'), '/a.pid')
})

t.test('journals of different switches differ, and their names tell the switch', async (t) => {
  for (const name of ['br0', 'a/b', '../..', '', '.', '%2F', 'ä\n', 'a b', '\u{1f600}']) {
    const file = paths.journalFile(name)
    t.match(file, /^\/d\/vtep\/[\w.%-]*\.journal$/)
    t.equal(decodeURIComponent(file.slice('/d/vtep/'.length, -'.journal'.length)), name)
  }
})

t.test('a name that is too long for a file has a journal of its own all the same', async (t) => {
  const names = ['🌉'.repeat(20), '🌉'.repeat(19) + '🌁', 'x'.repeat(300), 'x'.repeat(301)]
  const files = names.map((name) => paths.journalFile(name).slice('/d/vtep/'.length))
  t.equal(new Set(files).size, names.length)
  for (const file of files) t.match(file, /^[\w.%-]{1,200}~[0-9a-f]{32}\.journal$/)
  for (const file of files) t.ok(`${file}-journal`.length <= 255)
})

t.test('ovs-ofctl finds a bridge whatever its name means to it', async (t) => {
  for (const name of ['br0', 'br-ex.100', '7']) t.equal(paths.bridgeTarget(name), name)
  for (const name of ['tcp:10.0.0.1', '-x', '--help', 'a b', '.', '..', '', 'x@y', 'ü', '\n'])
    t.equal(paths.bridgeTarget(name), `unix:/r/${name}.mgmt`)
})
