import t from 'tap'
import { outcomeText } from '../../lib/history/changes/change.js'
import { chronicleOf, placesOf } from '../../lib/history/changes/tell.js'
import { replay } from '../../lib/history/verify.js'
import { cellsOf, fitted, wrapped } from '../../lib/screens/step/cells.js'
import { Checkpoints } from '../../lib/screens/step/checkpoints.js'
import { frame, pageLength } from '../../lib/screens/step/frame.js'
import { Pages } from '../../lib/screens/step/pages.js'
import { type WalkSearch, Walk } from '../../lib/screens/step/walk.js'
import { Walkthrough } from '../../lib/screens/step/walkthrough.js'
import { longHistory, recordingOf } from '../support/recorded.js'

const entries = longHistory(1200)
const recording = recordingOf(entries)
const size = { columns: 80, rows: 24 }

function finished(search: WalkSearch): boolean {
  for (;;) {
    const { done, value } = search.next()
    if (done === true) return value
  }
}

/** Presses keys: names in angle brackets, else what is typed. */
function press(view: Walkthrough, keys: string): void {
  for (const [key] of keys.matchAll(/<\w+>|./gsu)) {
    const name = key.length > 1 ? key.slice(1, -1) : key
    const search = view.press(
      { name, text: key.length > 1 ? '' : key, isCtrl: false },
      pageLength(view, size),
    )
    if (search !== null) view.ended(finished(search))
  }
}

function shown(view: Walkthrough, { columns, rows } = size): string {
  const lines = frame(view, { columns, rows }).map((line) => line.map(({ text }) => text).join(''))
  return lines.join('\n')
}

t.test('texts fit into cells', (t) => {
  t.equal(cellsOf('aé漢e\u0301'), 5)
  t.equal(fitted('abc', 5), 'abc  ')
  t.equal(fitted('abcdef', 5), 'abcd…')
  t.equal(fitted('漢漢漢', 5), '漢漢…')
  t.equal(fitted('a漢漢', 4), 'a漢…')
  t.strictSame(wrapped('ab漢cd', 3), ['ab', '漢c', 'd'])
  t.equal(fitted('x', 0), '')
  t.end()
})

t.test('a state is that of the whole fold, in whatever order states are asked for', (t) => {
  const checkpoints = new Checkpoints(recording, new Pages(recording))
  for (const seq of [1200, 1199, 1, 700, 699, 701, 512, 511, 257, 1200, 300, 0, 1023])
    t.strictSame(checkpoints.coreAt(seq).state, replay(recording.entries(0, seq)).state, `${seq}`)
  t.end()
})

t.test('a walk to and fro reads and folds few entries', (t) => {
  let asked = 0
  const walk = new Walk({ ...recording, coreAt: (seq) => (asked++, recording.coreAt(seq)) }, 900)
  for (let i = 0; i < 300; i++) {
    finished(walk.step('backward'))
    walk.after()
  }
  t.equal(walk.entry.seq, 600)
  t.equal(asked, 1)
  t.end()
})

t.test('next, back, ends', (t) => {
  const view = new Walkthrough(new Walk(recording, 100), 0)
  press(view, '<right>n<space>')
  t.equal(view.walk.entry.seq, 103)
  press(view, '<left>b<up>')
  t.equal(view.walk.entry.seq, 100)
  press(view, '<pagedown>')
  t.equal(view.walk.entry.seq, 106)
  press(view, '<end><right>')
  t.equal(view.walk.entry.seq, recording.last)
  t.match(shown(view), /there is none/)
  press(view, '<home>')
  t.equal(view.walk.entry.seq, 1)
  press(view, 'q')
  t.ok(view.isOver)
  t.end()
})

t.test('a long way says how far it is, and whoever stops it is where they were', (t) => {
  for (const keys of [':1000', 'Uflows<1', 'uflows>9999']) {
    const view = new Walkthrough(new Walk(recording, keys.startsWith('U') ? 1200 : 1), 0)
    const { seq } = view.walk.entry
    press(view, keys)
    const search = view.press({ name: 'return', text: '', isCtrl: false }, 10)
    if (search === null) throw new Error('no search')
    const { done } = search.next()
    t.notOk(done, `${keys}: the screen has its turn`)
    t.equal(view.walk.entry.seq, seq, keys)
  }
  const far = new Walkthrough(new Walk(recording, 1), 0)
  press(far, ':1000<return>')
  t.equal(far.walk.entry.seq, 1000)
  t.match(shown(far), /MACs learned .* in ls/, 'learned MACs have names')
  t.end()
})

t.test('jump', (t) => {
  const view = new Walkthrough(new Walk(recording, 100), 0)
  press(view, ':HEAD~3<return>')
  t.equal(view.walk.entry.seq, recording.last - 3)
  press(view, ':5x<backspace>6<return>')
  t.equal(view.walk.entry.seq, 56)
  press(view, ':nonsense')
  t.match(shown(view), /jump to .*: nonsense_/)
  press(view, '<return>')
  t.match(shown(view), /position "nonsense" is none of the forms/)
  t.equal(view.walk.entry.seq, 56)
  press(view, ':7<escape>')
  t.equal(view.walk.entry.seq, 56)
  t.end()
})

t.test('run until', (t) => {
  const view = new Walkthrough(new Walk(recording, 20), 0)
  const planned = entries.filter(({ event }) => event.type === 'Planned').map(({ seq }) => seq)
  press(view, 'uPlanned !vtep:<return>')
  const first = view.walk.entry
  t.ok(first.seq > 20 && planned.includes(first.seq))
  t.match(first.event, { type: 'Planned', lane: 'switch' })
  press(view, '/<return>')
  const second = view.walk.entry.seq
  t.ok(second > first.seq)
  press(view, 'U<return>')
  t.equal(view.walk.entry.seq, first.seq)
  press(view, ':40<return>uproblem<return>')
  const at = view.walk.entry.seq
  t.match(view.texts().state.join('\n'), /^problem: /m)
  press(view, '<left>')
  t.notMatch(view.texts().state.join('\n'), /^problem: /m, `entry ${at} is the first with one`)
  press(view, '<end>unothing is like this<return>')
  t.match(shown(view), /there is none/)
  t.end()
})

t.test('filter', (t) => {
  const view = new Walkthrough(new Walk(recording, 600), 0)
  press(view, 'fplanned<return><right>')
  t.equal(view.walk.entry.event.type, 'Planned')
  t.match(shown(view), /only: planned/)
  const listed = shown(view).split('\n').slice(1, 8)
  t.ok(
    listed.every((line) => line.includes('planned')),
    listed.join('\n'),
  )
  press(view, 'f<return><right>')
  t.not(view.walk.entry.event.type, 'Planned')
  t.end()
})

/** A walk whose list is of changes. */
function amongChanges(seq: number): Walkthrough {
  const view = new Walkthrough(new Walk(recording, seq), 0)
  finished(view.toChanges())
  return view
}

const chronicle = chronicleOf(recording)

t.test('a step among changes goes to what each led to', (t) => {
  const view = amongChanges(100)
  let place = chronicle.placeOf(100)
  t.equal(view.changes.place, place)
  for (const [key, by] of [
    ['<right>', 1],
    ['n', 1],
    ['<left>', -1],
    ['<pagedown>', 6],
    ['<pageup>', -6],
  ] as const) {
    press(view, key)
    place += by
    t.equal(view.changes.place, place, key)
    t.equal(view.walk.entry.seq, chronicle.at(place)?.last, 'the state is what it led to')
  }
  press(view, '<end>')
  t.equal(view.changes.place, chronicle.length - 1)
  press(view, '<right>')
  t.match(shown(view), /there is none/)
  press(view, '<home>')
  t.equal(view.changes.place, 0)
  t.end()
})

t.test('a change is told with its entries, and Enter goes to them and back', (t) => {
  const place =
    [...Array(chronicle.length).keys()].find((at) => (chronicle.at(at)?.plans.length ?? 0) > 0) ?? 0
  const change = chronicle.at(place)
  const view = amongChanges(change?.seq ?? 0)
  t.equal(view.changes.place, place)
  const [text, ...rest] = view.texts().entry
  t.equal(text, change?.text)
  t.ok(rest.includes(`came to ${outcomeText(change ?? { plans: [] })}`))
  const told = rest.flatMap((line) => (/^ *(\d+)  /.exec(line) ?? []).slice(1).map(Number))
  t.strictSame(told, chronicle.entriesOf(place))
  t.match(shown(view), new RegExp(`^ change ${place + 1} of ${chronicle.length}, entry `))
  press(view, '<return>')
  t.equal(view.walk.entry.seq, change?.seq)
  t.match(shown(view), new RegExp(`^ entry ${change?.seq} of`))
  press(view, '<right><return>')
  t.ok(view.isOfChanges)
  t.equal(view.changes.place, chronicle.placeOf((change?.seq ?? 0) + 1))
  t.end()
})

t.test('plain words filter changes as they do on the page', (t) => {
  const view = amongChanges(1)
  const [wanted] = chronicle.at(chronicle.length >> 1)?.about ?? []
  for (const words of [wanted ?? '', 'moved', 'flows > 9', 'nothing is like this']) {
    const places = placesOf(chronicle, { words, kinds: [] }, recording)
    press(view, `<home>f${words}<return><home>`)
    const seen: number[] = []
    if (places.includes(view.changes.place)) seen.push(view.changes.place)
    for (;;) {
      press(view, '<right>')
      if (view.message !== '') break
      seen.push(view.changes.place)
    }
    t.strictSame(
      seen,
      places.filter((place) => seen.includes(place) || place > 0),
      words,
    )
    t.equal(view.changes.filter, words)
  }
  t.match(shown(view), /only: nothing is/)
  press(view, 'f(x<return>')
  t.not(view.message, '', 'what can not be read is said')
  t.end()
})

t.test('where an entry is looked for, the list goes to its change', (t) => {
  const view = amongChanges(20)
  press(view, ':600<return>')
  t.equal(view.walk.entry.seq, 600)
  t.equal(view.changes.place, chronicle.placeOf(600))
  press(view, 'uPlanned !vtep:<return>')
  t.ok(view.walk.entry.seq > 600)
  t.equal(view.changes.place, chronicle.placeOf(view.walk.entry.seq))
  t.end()
})

t.test('changes that are recorded meanwhile are stepped to', (t) => {
  const growing = { ...recording, last: 1_000 }
  const view = new Walkthrough(new Walk(growing, 1_000), 0)
  finished(view.toChanges())
  press(view, '<end>')
  const { length } = view.changes
  growing.last = recording.last
  press(view, '<end>')
  t.ok(view.changes.length > length)
  t.equal(view.changes.place, view.changes.length - 1)
  t.end()
})

t.test('every frame fills the screen exactly, whatever its size', (t) => {
  const view = new Walkthrough(new Walk(recording, 690), 0)
  for (const keys of [
    '',
    '<tab>',
    'z',
    '<pagedown><pagedown>',
    '<tab>',
    '<tab>',
    '<return>',
    'z',
    '<tab>',
    '?',
    'x:abc',
  ])
    for (const [columns, rows] of [
      [80, 24],
      [132, 50],
      [40, 8],
      [20, 3],
      [31, 9],
    ] as const) {
      press(view, keys)
      const lines = shown(view, { columns, rows }).split('\n')
      t.equal(lines.length, rows)
      for (const line of lines) t.equal(cellsOf(line), columns, line)
    }
  t.end()
})

t.test('entry, plan and state stand beside each other', (t) => {
  const plan =
    entries.findLast(({ event }) => event.type === 'Planned' && event.batch.kind === 'flows')?.seq ?? 0
  const view = new Walkthrough(new Walk(recording, plan), 0)
  const text = shown(view)
  t.match(text, new RegExp(`^>  +${plan} .*planned`, 'm'))
  t.match(text, /ovs-ofctl -O OpenFlow14 .*│/)
  t.match(text, /│switch: br0 \(running\)/)
  press(view, '<tab><tab><down><down>')
  t.notMatch(shown(view), /│switch: br0/)
  press(view, 'z')
  t.match(shown(view), /^State after it|^ State after it ─{50}/m)
  t.end()
})

t.test('rows are told column by column', (t) => {
  const seq =
    entries.findLast(({ event }) => event.type === 'VtepUpdated' && event.updates[0]?.row !== null)?.seq ?? 0
  const text = new Walkthrough(new Walk(recording, seq), 0).texts().entry.join('\n')
  t.match(text, /^(insert|modify) \w+ \S.* [0-9a-f-]{36}\n {2}\w+: /m)
  t.end()
})
