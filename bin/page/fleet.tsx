import { render } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { FleetLine, FleetSwitch } from '../../lib/screens/page/api.js'
import { counted } from '../../lib/words/counted.js'
import { zoneText } from '../../lib/zone.js'
import { useAnswer } from './ask.js'
import { isSubject } from './sought.js'
import { showAllPlainly } from './plain-text.js'
import { clockOf, timeText } from './times.js'
import { Waiting } from './waiting.js'

const askAgainMs = 2_000

/** Several switches on one axis of time. Each has a page of its own, which is one link away. */
function Fleet() {
  const [words, setWords] = useState(() => new URLSearchParams(location.search).get('words') ?? '')
  const [turn, setTurn] = useState(0)
  const { value, error } = useAnswer('/api/fleet', { words, turn })
  useEffect(() => {
    const timer = setInterval(() => document.hidden || setTurn((was) => was + 1), askAgainMs)
    return () => clearInterval(timer)
  }, [])
  const sift = (text: string): void => {
    setWords(text)
    const query = new URLSearchParams(text === '' ? {} : { words: text }).toString()
    history.replaceState(null, '', `${location.pathname}${query === '' ? '' : `?${query}`}`)
  }
  const shown = value?.lines.length ?? 0
  const newest = shown < (value?.total ?? 0) ? `, the newest ${shown} of them` : ''
  return (
    <>
      <header class="top">
        <h1>{counted(value?.switches.length ?? 0, 'switch')}</h1>
        <span class="quiet zone">{zoneText(Date.now())}, each by its own clock</span>
      </header>
      <main>
        <section class="panel" aria-label="Switches">
          <input
            type="search"
            class="wide"
            aria-label="Find changes"
            placeholder="MAC, VTEP, name or another word"
            value={words}
            onInput={({ currentTarget }) => sift(currentTarget.value)}
          />
          {error !== null && <p class="outcome bad">{error}</p>}
          {value?.mistake != null && <p class="outcome bad">{value.mistake}</p>}
          {value === null && error === null && <Waiting error={null} words="Reading the journals" />}
          <table class="fleet">
            <thead>
              <tr>
                <th scope="col">switch</th>
                <th scope="col">{words === '' ? 'changes' : 'of these changes'}</th>
                <th scope="col">noteworthy</th>
              </tr>
            </thead>
            <tbody>
              {value?.switches.map((one) => (
                <SwitchRow key={one.name} one={one} words={words} />
              ))}
            </tbody>
          </table>
        </section>
        <section class="panel" aria-label="Changes of all switches">
          <p class="quiet found" role="status">
            {value === null ? '' : counted(value.total, 'change') + newest}
          </p>
          <table class="fleet">
            <thead>
              <tr>
                <th scope="col">time</th>
                <th scope="col">switch</th>
                <th scope="col">what changed</th>
              </tr>
            </thead>
            <tbody>
              {value?.lines.map((line) => (
                <ChangeRow key={`${line.name} ${line.place}`} line={line} words={words} />
              ))}
            </tbody>
          </table>
        </section>
      </main>
    </>
  )
}

function SwitchRow({ one, words }: { readonly one: FleetSwitch; readonly words: string }) {
  const { name, base, noteworthy, sighting, trouble, isRead } = one
  const query = words === '' ? '' : `?${new URLSearchParams(placeOf(words)).toString()}`
  return (
    <tr>
      <th scope="row">
        <a href={`${base}/${query}`}>{name}</a>
      </th>
      <td>
        {sighting}
        {isRead ? '' : ', still being read'}
      </td>
      <td>{trouble ?? noteworthy.join(', ')}</td>
    </tr>
  )
}

function ChangeRow({ line, words }: { readonly line: FleetLine; readonly words: string }) {
  const { name, base, seq, atMs, tone, text, outcome } = line
  const query = new URLSearchParams({ at: String(seq), ...placeOf(words) }).toString()
  return (
    <tr class={tone}>
      <td>
        <time>
          <span class="date">{timeText(atMs).slice(0, 11)}</span>
          {clockOf(atMs)}
        </time>
      </td>
      <td>{name}</td>
      <td>
        <a href={`${base}/?${query}`}>{text}</a> <span class="quiet">{outcome}</span>
      </td>
    </tr>
  )
}

/** Who looks for a thing wants to know there why it is so. */
function placeOf(words: string): Record<string, string> {
  if (words === '') return {}
  return isSubject(words) ? { words, tab: 'subject' } : { words }
}

showAllPlainly()
render(<Fleet />, document.body)
