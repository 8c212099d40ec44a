import { one, optional, setOf } from '../column.js'
import { addressDomain, keywordDomain, rowDomain, vniDomain } from '../domain.js'
import { declareTable } from '../table.js'

const mostNamed = 3

/** vtep(5), Physical_Locator_Set. */
export const Physical_Locator_Set = declareTable({
  columns: { locators: setOf(rowDomain('Physical_Locator')) },
  noun: 'set of locators',
  isRoot: false,
  immutable: ['locators'],
  writer: 'controller',
  called: ({ locators }, call) => {
    const named = locators.slice(0, mostNamed).map((uuid) => call(uuid, 'Physical_Locator'))
    const more = locators.length - named.length
    return `{${[...named, ...(more > 0 ? [`${more} more`] : [])].join(', ')}}`
  },
  knownBy: [['locators']],
})

/** vtep(5), Physical_Locator. */
export const Physical_Locator = declareTable({
  columns: {
    encapsulation_type: one(keywordDomain),
    dst_ip: one(addressDomain),
    tunnel_key: optional(vniDomain),
  },
  noun: 'locator',
  isRoot: false,
  immutable: ['encapsulation_type', 'dst_ip'],
  writer: 'controller',
  since: { tunnel_key: { version: '1.5.0', feature: 'keys of locators' } },
  called: ({ dst_ip, tunnel_key }) => (tunnel_key === null ? dst_ip : `${dst_ip} with key ${tunnel_key}`),
  knownBy: [['encapsulation_type']],
})
