import type { RowView } from '../../lib/screens/page/api.js'

const verbs = { insert: 'added', modify: 'changed', delete: 'removed' } as const

/** A row column by column, before and after; `isBrief`: only what differs. */
export function ListRow({ row, isBrief = false }: { readonly row: RowView; readonly isBrief?: boolean }) {
  const { table, uuid, name: called, how, columns } = row
  const changed = columns.filter(({ before, after }) => before !== after)
  const kept = isBrief ? [] : columns.filter(({ before, after }) => before === after)
  return (
    <table class={`row ${how}`}>
      <caption>
        <strong>{table}</strong> {called} {verbs[how]} <span class="uuid">{uuid.slice(0, 8)}</span>
      </caption>
      <thead>
        <tr>
          <th scope="col">column</th>
          {how !== 'insert' && <th scope="col">before</th>}
          {how !== 'delete' && <th scope="col">after</th>}
        </tr>
      </thead>
      <tbody>
        {[...changed, ...kept].map(({ name, before, after }) => (
          <tr key={name} class={before === after ? 'kept' : ''}>
            <th scope="row">{name}</th>
            {how !== 'insert' && <td class="before">{before}</td>}
            {how !== 'delete' && <td class="after">{after}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
