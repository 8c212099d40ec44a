import type { Random } from '../support/differential/random.js'

const texts = [
  '',
  ' ',
  '"',
  "'",
  '\\',
  '\\"',
  ',',
  'a b',
  '--help',
  '-O',
  '--',
  '--db=tcp:1.2.3.4:5',
  '\n',
  'x\nflow add table=0,priority=65535,actions=NORMAL',
  'x\r\nEND\n',
  '\u0000',
  'a\u0000b',
  '\u001b[2J',
  '\u202egnp.exe',
  '\u2066x\u2069',
  '\ud800',
  '\ufeff',
  '桥🌉',
  'actions=drop',
  ',actions=NORMAL',
  'table=0,priority=1,actions=drop',
  'resubmit(,20)',
  'flow',
  'NORMAL',
  'LOCAL',
  'CONTROLLER',
  'unknown-dst',
  'br0',
  'p0',
  'p1',
  'p2',
  'benign',
  'vtep-00000000',
  '0010-p0-p',
  'br0_vtep_ls1',
  '__proto__',
  'constructor',
  'toString',
  '$(id)',
  '`id`',
  '%s%n',
  '%00',
  '../../etc/passwd',
  '/',
  '<script>',
  'true',
  '0',
  '-1',
  '1e309',
  'null',
  '00000000-0000-4000-8000-000000000001',
  '["uuid","00000000-0000-4000-8000-000000000001"]',
  'Ucast_Macs_Local/x/y',
]

const macs = [
  '02:00:00:00:00:01',
  '02:00:00:00:00:01',
  '02:0:0:0:0:1',
  '02:00:00:00:00:02',
  'AA:BB:CC:DD:EE:FF',
  'ff:ff:ff:ff:ff:ff',
  '00:00:00:00:00:00',
  '01:80:c2:00:00:00',
  '01:00:5e:00:00:05',
  '33:33:00:00:00:01',
  'unknown-dst',
  '02:00:00:00:00',
  '02:00:00:00:00:01:02',
  '02-00-00-00-00-01',
  '0200.0000.0001',
  '02:00:00:00:00:0g',
  ' 02:00:00:00:00:01',
  '02:00:00:00:00:01\n',
  '02:00:00:00:00:01,actions=NORMAL',
  '02:00:00:00:00:01/00:00:00:00:00:00',
  '００:00:00:00:00:01',
]

const addresses = [
  '10.2.2.1',
  '10.2.2.2',
  '10.2.2.3',
  '10.9.9.9',
  '10.9.9.10',
  '10.1.47.233',
  '10.6.8.200',
  '010.9.9.9',
  '10.9.9',
  '10.9.9.9.9',
  '10.9.9.256',
  '10.9.9.9/8',
  '10.9.9.9:4789',
  '0.0.0.0',
  '127.0.0.1',
  '224.0.0.1',
  '255.255.255.255',
  'fd00::9',
  'FD00:0:0::9',
  'fd00:0:0:0:0:0:0:9',
  'fd00::%eth0',
  '::ffff:10.9.9.9',
  '::1',
  '::',
  'ff02::1',
  '[fd00::9]',
  'flow',
  'remote_ip=flow',
  'example.com',
  '10.9.9.9\n',
  ' 10.9.9.9',
  '10.9.9.9,set_field:0->tun_id',
  '１０.9.9.9',
  ':'.repeat(3000),
  '0:'.repeat(20_000),
]

const numbers = [
  0,
  0,
  1,
  2,
  33,
  4711,
  4095,
  4096,
  65535,
  2 ** 24 - 1,
  2 ** 24,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  -1,
  -4711,
]
const vast = [2 ** 60, 2 ** 63 - 1024, -(2 ** 63)]

/** Values that somebody means ill with, or has mistyped, from chance. */
export class HostileValues {
  readonly random: Random

  constructor(random: Random) {
    this.random = random
  }

  text(): string {
    const { random } = this
    if (random.chance(0.003)) return random.pick(texts.slice(1)).repeat(65_536).slice(0, 65_536)
    if (random.chance(0.3)) return `${random.pick(texts)}${random.pick(texts)}`
    if (random.chance(0.2)) return `name ${random.int(50)}`
    return random.pick(texts)
  }

  mac(): string {
    const { random } = this
    if (random.chance(0.1)) return this.text()
    if (random.chance(0.5)) return random.pick(macs)
    return `02:00:00:00:${random.int(4).toString(16)}:${random.int(256).toString(16)}`
  }

  address(): string {
    const { random } = this
    if (random.chance(0.1)) return this.text()
    if (random.chance(0.6)) return random.pick(addresses)
    return `10.8.${random.int(8)}.${1 + random.int(250)}`
  }

  ip(): string {
    const { random } = this
    if (random.chance(0.1)) return this.address()
    const host = random.int(256)
    return random.chance(0.3) ? `fd00::${host.toString(16)}` : `10.${random.int(3)}.0.${host}`
  }

  ipMask(): string {
    const { random } = this
    if (random.chance(0.2)) return this.address()
    return random.pick([
      '255.0.0.0',
      '255.255.255.0',
      '255.0.255.0',
      '0.0.0.1',
      '0.0.0.0',
      'ffff::',
      'ffff::ff',
      '::',
    ])
  }

  ethertype(): string {
    const { random } = this
    if (random.chance(0.1)) return this.text()
    return random.pick(['0x0800', '0x86dd', '0x86DD', '0x0806', '0x88cc', '0x8100', '0x1', '0xfffff', '2048'])
  }

  integer(): number {
    const { random } = this
    if (random.chance(0.05)) return random.pick(vast)
    return random.chance(0.5) ? random.pick(numbers) : random.int(5000)
  }

  vlan(): number {
    const { random } = this
    if (random.chance(0.05)) return this.integer()
    return random.chance(0.1) ? random.pick([0, 1, 4094, 4095]) : random.int(4096)
  }
}
