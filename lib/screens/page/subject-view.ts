import type { Entry } from '../../model/event.js'
import type { Chronicle } from '../../history/changes/chronicle.js'
import { columnValueText } from '../../history/column-text.js'
import { type Mention, mentionsIn } from '../../history/mentions.js'
import type { Names } from '../../words/names.js'
import { Subject } from '../../history/subject.js'
import type { SubjectView, Track } from './api.js'
import { changeLine } from './change-view.js'

const mostChanges = 300
const mostShown = 60

/**
 * What became of a subject: its values one after another, and the changes that were about it, the last so many. `entryOf`
 * gives the entries.
 */
export function subjectView(
  chronicle: Chronicle,
  about: string,
  entryOf: (seq: number) => Entry | null,
): SubjectView {
  const words =
    about.trim() === '' ? [] : chronicle.find({ words: JSON.stringify(about.trim()), kinds: [] }).places
  const places = words.slice(-mostChanges)
  const subject = new Subject(about)
  const tracks = new Map<string, { name: string; values: Track['values'][number][] }>()
  for (const place of places) {
    const seq = chronicle.at(place)?.seq ?? 0
    const entry = entryOf(seq)
    if (entry === null) continue
    for (const mention of subject.among([...mentionsIn(entry)]))
      note(mention, entry, subject, chronicle.names, tracks)
  }
  return {
    about,
    total: words.length,
    tracks: [...tracks.values()],
    changes: places
      .slice(-mostShown)
      .reverse()
      .flatMap((place) => {
        const change = chronicle.at(place)
        return change === undefined ? [] : [changeLine(change, place)]
      }),
  }
}

function note(
  mention: Mention,
  { seq, atMs }: Entry,
  subject: Subject,
  names: Names,
  tracks: Map<string, { name: string; values: Track['values'][number][] }>,
): void {
  const value = valueOf(mention, subject, names)
  if (value === null) return
  const track = tracks.get(value.name) ?? { name: value.name, values: [] }
  tracks.set(value.name, track)
  const last = track.values.at(-1)
  // within one entry a row may go and come
  if (last?.seq === seq && value.text !== null) track.values.pop()
  else if (last?.seq === seq) return
  track.values.push({ seq, atMs, text: value.text })
}

const tableWords: Readonly<Record<string, string>> = {
  Ucast_Macs_Remote: 'placed by the controller',
  Mcast_Macs_Remote: 'placed by the controller',
  Ucast_Macs_Local: 'reported by us',
  Mcast_Macs_Local: 'reported by us',
  Logical_Switch: 'logical switch',
  Physical_Switch: 'physical switch',
  Physical_Port: 'port',
  Physical_Locator: 'VTEP',
  Interface: 'interface of Open vSwitch',
  Port: 'port of Open vSwitch',
  Bridge: 'bridge',
}

/** Columns by which a row is named, or that only list others. */
const naming = new Set(['name', 'MAC', 'logical_switch', 'ports', 'tunnels', 'interfaces', 'vlan_stats'])

function valueOf(
  mention: Mention,
  subject: Subject,
  names: Names,
): { readonly name: string; readonly text: string | null } | null {
  if (mention.what === 'learned') {
    const { key, value } = mention
    return { name: `${names.learned(key)}, heard`, text: value === null ? null : names.binding(value) }
  }
  if (mention.what === 'claim') {
    const { key, value } = mention
    const text = value === null ? null : `${value.mac} at ${names.binding(value.binding)}`
    return { name: `${names.claimed(key)}, claimed`, text }
  }
  if (mention.what === 'flow' || !(subject.isAboutNow(mention) || mention.value === null)) return null
  const { table, key, value } = mention
  const row = names.row(key)?.row
  if (row === undefined || !subject.isNamedBy(row)) return null
  const name = `${names.of(key)}, ${tableWords[table] ?? table}`
  if (value === null) return { name, text: null }
  const columns = Object.entries(value).filter(([column, one]) => !naming.has(column) && isSaying(one))
  const texts = columns.map(([column, one]) => [column, columnValueText(one, names)] as const)
  const [only] = texts
  const text =
    texts.length === 1 && only !== undefined ? only[1] : texts.map((one) => one.join(': ')).join('; ')
  return { name, text: text === '' ? 'there' : text }
}

function isSaying(value: unknown): boolean {
  return value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)
}
