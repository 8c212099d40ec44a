import { useAnswer } from './ask.js'
import { Waiting } from './waiting.js'

/** How things stood, in the words of `ovs-appctl status`, and what would have been done next. */
export function StatusPane({ at }: { readonly at: number }) {
  const { value, error } = useAnswer('/api/status', { at })
  if (value === null) return <Waiting error={error} />
  return (
    <dl class="facts">
      {value.lines.map((line, i) => {
        const colon = line.indexOf(': ')
        return (
          <div key={i}>
            <dt>{line.slice(0, colon)}</dt>
            <dd>{line.slice(colon + 2)}</dd>
          </div>
        )
      })}
    </dl>
  )
}
