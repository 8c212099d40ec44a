import { table } from '../layout/tables.js'
import { unknownDestination } from '../model/mac.js'
import type { Flow } from '../model/flow.js'
import { pipelineCookie } from '../model/identity.js'
import type { Names } from './names.js'

/** What one of our flows does, in words, and which rule of the derivation makes such flows. */
export interface Meaning {
  readonly words: string
  readonly rule: 'pipeline' | 'binding' | 'peer' | 'vni' | 'mac' | 'flood'
}

export function meaningOf({ key, cookie, actions }: Flow, names: Names): Meaning {
  const number = Number(/^table=(\d+)/.exec(key)?.[1])
  const field = (name: string): string | undefined => new RegExp(`[,]${name}=([^,]+)`).exec(key)?.[1]
  const toSwitch = (): string => {
    const metadata = field('metadata') ?? /set_field:(0x[0-9a-f]+)->metadata/.exec(actions)?.[1]
    return metadata === undefined ? 'every logical switch' : names.logicalSwitch(metadata)
  }
  const port = (): string => names.port(Number(field('in_port')))
  const isDrop = actions === 'drop'
  if (cookie === pipelineCookie && number !== table.peer)
    return { words: pipeline(number, key, actions), rule: 'pipeline' }
  switch (number) {
    case table.classify: {
      const vlan = field('dl_vlan')
      return {
        words: `frames that come in at ${port()} ${vlan === undefined ? 'untagged' : `in VLAN ${vlan}`} belong to ${toSwitch()}`,
        rule: 'binding',
      }
    }
    case table.peer:
      return {
        words: `frames from the VTEP ${field('tun_src') ?? field('tun_ipv6_src') ?? ''} are let in`,
        rule: 'peer',
      }
    case table.vni: {
      const from = field('tun_src') ?? field('tun_ipv6_src')
      return {
        words: `frames with VNI ${Number(field('tun_id'))}${from === undefined ? '' : ` from ${from}`} belong to ${toSwitch()}`,
        rule: 'vni',
      }
    }
    case table.learn:
      return {
        words: `who sends at ${names.binding(Number(field('reg0')))} is learned in ${toSwitch()}`,
        rule: 'binding',
      }
    case table.remote:
      return {
        words: `${isDrop ? 'nothing goes' : 'frames go'} to ${field('dl_dst') ?? ''} in ${toSwitch()}${isDrop ? '' : destinations(actions, names)}`,
        rule: 'mac',
      }
    case table.flood: {
      const from = field('reg0') === '0' ? ', from the tunnel,' : ''
      const part = field('reg3') === undefined ? '' : ' (a further part of the copies)'
      return {
        words: `frames${from} to ${unknownDestination} in ${toSwitch()} go${destinations(actions, names)}${part}`,
        rule: 'flood',
      }
    }
    case table.egress: {
      const at = names.binding(Number(field('reg1')))
      return {
        words: isDrop ? `no frame leaves at ${at} where it came in` : `frames for ${at} leave there`,
        rule: 'binding',
      }
    }
    default:
      return { words: pipeline(number, key, actions), rule: 'pipeline' }
  }
}

function destinations(actions: string, names: Names): string {
  const remote = [...actions.matchAll(/set_field:([0-9a-f.:]+)->tun_(?:ipv6_)?dst/g)].map(
    ([, ip = '']) => `VTEP ${ip}`,
  )
  const local = [...actions.matchAll(/set_field:(0x[0-9a-f]+)->reg1/g)].map(([, binding]) =>
    names.binding(Number(binding)),
  )
  const all = [...local, ...remote]
  return all.length === 0 ? ' nowhere' : ` to ${all.join(', ')}`
}

function pipeline(number: number, key: string, actions: string): string {
  const name = Object.entries(table).find(([, own]) => own === number)?.[0] ?? `table ${number}`
  const what = actions === 'drop' ? 'is dropped' : `goes on: ${actions}`
  return `part of the pipeline, in its step ${name}: what matches ${key.replace(/^table=\d+,/, '')} ${what}`
}
