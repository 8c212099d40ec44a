import { formsOf } from '../subject-form.js'
import { kindWords, writerWords } from './change.js'
import type { ToldEntry } from './teller.js'

interface Naming {
  readonly name?: string
  readonly MAC?: string
  readonly dst_ip?: string
  readonly tunnel_key?: number | null
  readonly vlan_bindings?: readonly (readonly [number, string])[]
}

const mostAbout = 8

/** The words by which an entry is found, in lower case, and the first of those that name things. */
export function wordsOf({ text, kinds, writer, mentions, rows }: ToldEntry): {
  readonly words: string
  readonly about: readonly string[]
} {
  const learned = mentions.flatMap(({ what, key }) =>
    what === 'learned' ? key.slice(key.indexOf('/') + 1) : [],
  )
  const named = [...new Set([...rows.flatMap(namesIn), ...learned])]
  const others = mentions.map(({ key }) => key)
  const general = [
    text,
    ...kinds.map((kind) => kindWords[kind].name),
    writer === null ? '' : writerWords[writer],
  ]
  return {
    words: [...general, ...named, ...others].join(' ').toLowerCase(),
    about: named.slice(0, mostAbout),
  }
}

function namesIn(row: object): readonly string[] {
  const { name, MAC, dst_ip, tunnel_key, vlan_bindings = [] } = row as Naming
  const texts = [MAC, name, dst_ip].filter((one) => one !== undefined)
  const vni = typeof tunnel_key === 'number' ? [`vni ${tunnel_key}`] : []
  return [...texts, ...vni, ...vlan_bindings.flatMap(([vlan]) => (vlan === 0 ? [] : [`vlan ${vlan}`]))]
}

/** What a word that is typed is looked for as: MACs and addresses in the form that we print. */
export function soughtAs(word: string): { readonly text: string; readonly isWhole: boolean } {
  for (const form of formsOf(word)) {
    if (form.is === 'mac') return { text: form.mac, isWhole: true }
    if (form.is === 'address') return { text: form.address, isWhole: true }
    if (form.is === 'vni' || form.is === 'vlan') return { text: word.toLowerCase(), isWhole: true }
  }
  return { text: word.toLowerCase(), isWhole: false }
}

/** Whether a word begins with it; `isWhole`: and is no longer number or address. */
export function hasWord(words: string, { text, isWhole }: ReturnType<typeof soughtAs>): boolean {
  for (let at = words.indexOf(text); at >= 0; at = words.indexOf(text, at + 1)) {
    const [before, after] = [words[at - 1] ?? ' ', words[at + text.length] ?? ' ']
    if (/[a-z]/.test(before) && /^[a-z]/.test(text)) continue
    if (!isWhole) return true
    const isEnd =
      /[\s,;=)\]"'→]/.test(after) ||
      (/[.:]/.test(after) && !/[\da-f]/.test(words[at + text.length + 1] ?? ''))
    if (isEnd && !/[\da-f.:]/.test(before)) return true
  }
  return false
}
