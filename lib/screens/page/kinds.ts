export const kinds = ['port', 'switch', 'remote'] as const
export type Kind = (typeof kinds)[number]
export type Tone = 'plain' | 'good' | 'bad'

/** What the picture is narrowed down to: a thing, or a group of things. */
export interface Focus {
  readonly kind: Kind
  readonly id: string
}

/** Names of ports, UUIDs of logical switches, addresses of remote VTEPs. */
export interface Lit {
  readonly ports: readonly string[]
  readonly switches: readonly string[]
  readonly remotes: readonly string[]
}
