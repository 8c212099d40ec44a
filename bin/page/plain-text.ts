import { options } from 'preact'
import { oneLine } from '../../lib/words/one-line.js'

const shownAttributes = ['title', 'aria-label']

/** The one place where texts get onto the page: what is not seen, or reorders what is, is shown as an escape. */
export function showAllPlainly(): void {
  const before = options.vnode?.bind(options)
  options.vnode = (vnode) => {
    if (typeof vnode.type === 'string') {
      const props = vnode.props as Record<string, unknown>
      props['children'] = plain(props['children'])
      for (const name of shownAttributes)
        if (typeof props[name] === 'string') props[name] = plain(props[name])
    }
    before?.(vnode)
  }
}

/** Line by line, for blocks of text have several. */
function plain(child: unknown): unknown {
  if (Array.isArray(child)) return child.map(plain)
  return typeof child === 'string' ? child.split('\n').map(oneLine).join('\n') : child
}
