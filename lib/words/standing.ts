import type { View } from '../derive/view/view.js'
import { shellWords } from '../plan/command.js'
import { plainName } from './one-line.js'

/** The part of a view that says whether frames have a way at all. */
type Standing = Pick<View, 'bridge' | 'physicalSwitch' | 'ports' | 'portRows' | 'exits' | 'wantedPorts'>

/** What a switch lacks so that it forwards nothing, and the words of a shell's line that end that. */
export interface Lack {
  readonly text: string
  readonly command: readonly [program: string, ...words: string[]]
}

export function lackOfBridge(name: string): Lack {
  return {
    text: `Open_vSwitch has no bridge ${plainName(name)}: nothing is forwarded until it has one`,
    command: ['ovs-vsctl', 'add-br', name],
  }
}

export function lackOfPhysicalSwitch(name: string): Lack {
  return {
    text: `hardware_vtep has no Physical_Switch ${plainName(name)}: nothing is bound and nothing is forwarded until it has one`,
    command: ['vtep-ctl', 'add-ps', name],
  }
}

/** What a switch of that name lacks so that it forwards nothing, each with what mends it. */
export function missingOf(name: string, { bridge, physicalSwitch }: Standing): readonly string[] {
  const lacks = [
    ...(bridge === null ? [lackOfBridge(name)] : []),
    ...(physicalSwitch === null ? [lackOfPhysicalSwitch(name)] : []),
  ]
  return lacks.map(({ text, command }) => `${text} (${shellWords(...command)})`)
}

/** Something of ours, as it is called, that somebody undoes again and again. */
export function contestedText(name: string, who = 'another'): string {
  return `undone by ${who} again and again, so it waits: ${name}`
}

/** Something that others did to a switch, and what it means for frames. */
export interface Intervention {
  readonly isBad: boolean
  readonly text: string
}

/** What others did from one view to the next that an operator expects to be told. */
export function interventions(name: string, before: Standing, after: Standing): readonly Intervention[] {
  const [lacked, lacks] = [missingOf(name, before), missingOf(name, after)]
  const bad = (text: string): Intervention => ({ isBad: true, text })
  return [
    ...lacks.filter((text) => !lacked.includes(text)).map(bad),
    ...lacked
      .filter((text) => !lacks.includes(text))
      .map((text) => ({ isBad: false, text: `no longer: ${text}` })),
    ...(before.bridge === null || after.bridge === null ? [] : changesOfBridge(before, after).map(bad)),
  ]
}

function changesOfBridge(before: Standing, after: Standing): readonly string[] {
  const [old, bridge] = [before.bridge, after.bridge]
  if (old === null || bridge === null || old === bridge) return []
  const name = plainName(bridge.name)
  if (!bridge.ports.some((uuid) => old.ports.includes(uuid)) && old.ports.length > 0)
    return [`bridge ${name} was made anew, without its flows: nothing is forwarded until they are made`]
  return [...changeOfFailMode(before, after), ...lostPorts(before, after), ...lostTunnels(before, after)]
}

function changeOfFailMode(before: Standing, after: Standing): readonly string[] {
  const mode = after.bridge?.fail_mode
  if (before.bridge?.fail_mode !== 'secure' || mode === 'secure') return []
  return [
    `fail_mode of the bridge was set to ${plainName(mode ?? 'none')}, which drops all flows: it is set to secure again and they are restored`,
  ]
}

function lostPorts(before: Standing, after: Standing): readonly string[] {
  return [...before.ports.keys()]
    .filter((name) => !after.ports.has(name) && before.portRows.has(name))
    .map((name) => `port ${plainName(name)} is gone from the bridge: nothing bound to it is forwarded`)
}

function lostTunnels(before: Standing, after: Standing): readonly string[] {
  const isLost =
    after.exits.length < before.exits.length && after.wantedPorts.length >= before.wantedPorts.length
  return isLost
    ? ['a tunnel port of ours is gone: nothing goes to other VTEPs by it until it is made again']
    : []
}
