import { useState } from 'preact/hooks'
import type { MacsView } from '../../lib/screens/page/api.js'
import { useAnswer } from './ask.js'
import type { Focus } from '../../lib/screens/page/kinds.js'
import { Sieve, Sifted } from './sifted.js'

interface Props {
  readonly at: number
  readonly focus: Focus | null
  readonly narrow: (focus: Focus) => void
  readonly explain: (about: string) => void
}

/** Where MACs are; each narrows the picture down to where it is. */
export function MacsPane({ at, focus, narrow, explain }: Props) {
  const [find, setFind] = useState('')
  const of = focus?.kind === 'switch' ? focus.id : null
  const answer = useAnswer('/api/macs', {
    at,
    of,
    find: find || (focus !== null && of === null ? focus.id : ''),
  })
  return (
    <>
      <Sieve id="mac-find" label="Find" text={find} placeholder="MAC, port or address" set={setFind} />
      <Sifted
        answer={answer}
        noun="MAC"
        of={focus === null ? '' : ' of what the picture is narrowed down to'}
      >
        {(shown) => (
          <table class="macs">
            <thead>
              <tr>
                <th scope="col">MAC</th>
                <th scope="col">IP address</th>
                <th scope="col">logical switch</th>
                <th scope="col">where</th>
                <th scope="col">
                  <span class="hidden">ask</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.map((mac) => (
                <tr key={`${mac.switch} ${mac.mac} ${mac.port ?? ''}`}>
                  <td>
                    <button type="button" class="link" onClick={() => narrow(placeOf(mac))}>
                      {mac.mac}
                    </button>
                  </td>
                  <td>{mac.addresses.join(', ')}</td>
                  <td>{mac.name}</td>
                  <td>
                    {mac.port === null ? mac.at.join(', ') || 'nowhere' : `${mac.port}${vlanText(mac.vlan)}`}
                  </td>
                  <td>
                    <button
                      type="button"
                      class="small"
                      aria-label={`Why ${mac.mac}`}
                      onClick={() => explain(mac.mac)}
                    >
                      Why?
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Sifted>
    </>
  )
}

function vlanText(vlan: number | null): string {
  return vlan === null || vlan === 0 ? '' : ` VLAN ${vlan}`
}

function placeOf(mac: MacsView['shown'][number]): Focus {
  if (mac.port !== null) return { kind: 'port', id: mac.port }
  const [ip] = mac.at
  return ip === undefined || mac.at.length > 1
    ? { kind: 'switch', id: mac.switch }
    : { kind: 'remote', id: ip }
}
