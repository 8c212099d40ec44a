import { plainText } from './plain-text.js'
import { isPorts } from './port-numbers.js'

/** What a file of an archive is; `flows` and `ports` are of one bridge. */
export type SourceKind =
  | { readonly kind: 'database-file' | 'clustered-file' | 'tables' | 'text-tables' | 'lists' | 'show' }
  | { readonly kind: 'flows' | 'ports'; readonly bridge: string | null }

/**
 * What a file is, by its first characters, and which bridge it is of by its name as ovs-bugtool and sosreport give it;
 * undefined: nothing of ours. The content decides: a name may lie.
 */
export function recognise(name: string, bytes: string): SourceKind | undefined {
  const head = plainText(bytes)
  if (head.startsWith('OVSDB JSON ')) return { kind: 'database-file' }
  if (head.startsWith('OVSDB CLUSTER ')) return { kind: 'clustered-file' }
  if (/^\s*\{[^]{0,4000}"(headings|data|caption)"\s*:/.test(head)) return { kind: 'tables' }
  if (
    /^(NXST|OFPST)_FLOW reply|^ ?(cookie=0x[\da-f]+|(table|table_id|priority)=\d+|duration=[\d.]+s)[, ]/m.test(
      head,
    )
  )
    return { kind: 'flows', bridge: bridgeOf(name) }
  if (isPorts(head)) return { kind: 'ports', bridge: bridgeOf(name) }
  if (
    /^(\w+ table\n)?"?\w+"?(,"?\w+"?)*,?_uuid\b|^(\w+ table\n)?_uuid,|^(\w+ +)*_uuid +(\w+ *)+\n-+/m.test(
      head,
    )
  )
    return { kind: 'text-tables' }
  if (/^_uuid +: [0-9a-f-]{36}$|^\w+ table$/m.test(head)) return { kind: 'lists' }
  if (/^ {4}Bridge \S/m.test(head) && /^[0-9a-f-]{36}$/m.test(head)) return { kind: 'show' }
  return undefined
}

/** `ovs-ofctl_-O_OpenFlow14_dump-flows_br0`, `ovs-ofctl-dump-flows-br0.out`, `ovs-ofctl_show_br0` … */
function bridgeOf(name: string): string | null {
  const file = name.slice(name.lastIndexOf('/') + 1).replace(/\.(txt|out)$/, '')
  return /(?:dump-flows|dump-ports-desc|show)[_-](.+)$/.exec(file)?.[1] ?? null
}
