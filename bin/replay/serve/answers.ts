import type { Reply } from '../../../adapters/web/server.js'
import { JournalError } from '../../../journal/format.js'
import { shellLines } from '../../../lib/plan/command.js'
import type { Core } from '../../../lib/daemon/core.js'
import type { Entry } from '../../../lib/model/event.js'
import { BisectError } from '../../../lib/history/bisect.js'
import { buildCommands } from '../../../lib/history/build.js'
import type {
  Answers,
  MarkedTimeline,
  Overview,
  SceneView,
  PageTrouble,
} from '../../../lib/screens/page/api.js'
import { differenceView, type DifferenceSide } from '../../../lib/screens/page/difference-view.js'
import { groupings } from '../../../lib/screens/page/drawing.js'
import { kinds } from '../../../lib/screens/page/kinds.js'
import { entryView } from '../../../lib/screens/page/entry-view.js'
import { flowsView } from '../../../lib/screens/page/flows-view.js'
import { macsOf } from '../../../lib/screens/page/macs-view.js'
import { hitsIn, spansIn } from '../../../lib/screens/page/marks.js'
import { sceneOf } from '../../../lib/screens/page/scene.js'
import { subjectView } from '../../../lib/screens/page/subject-view.js'
import { PositionError, positionAt } from '../../../lib/history/position.js'
import { oneLine } from '../../../lib/words/one-line.js'
import { PredicateError } from '../../../lib/history/predicate/predicate.js'
import { stateText } from '../../../lib/screens/step/texts.js'
import { WhatIfError } from '../../../lib/history/what-if.js'
import { bundleOf } from '../bundle-of.js'
import { aside } from './aside.js'
import type { Exhibit } from './exhibit.js'
import { Finder } from './finder.js'
import { turnedAt } from './turned.js'

type Paths = Exclude<keyof Answers, '/api/fleet'>
type Query = { readonly [name: string]: string | undefined }
type Answering = {
  readonly [Path in Paths]: (query: Query, signal: AbortSignal) => Answers[Path] | Promise<Answers[Path]>
}

const mostParts = 2_000
const toldErrors = [BisectError, JournalError, PositionError, PredicateError, WhatIfError]

/** What the page's questions are answered, over a journal that is open. */
export class Answerer {
  readonly #exhibit: Exhibit
  readonly #finder: Finder
  readonly #answering: Answering

  constructor(exhibit: Exhibit, token: string) {
    this.#exhibit = exhibit
    this.#finder = new Finder(exhibit)
    this.#answering = {
      '/api/overview': () => this.#overview(token),
      '/api/timeline': (query) => this.#timeline(query),
      '/api/changes': ({ words, kinds: names, from, count, at }) =>
        this.#finder.changes(
          { words, names },
          { from: number(from), count: number(count), at: this.#seq(at) },
        ),
      '/api/next': ({ words, kinds: names, at, direction }) => ({
        seq: this.#finder.next({ words, names }, this.#seq(at), direction === 'backward'),
      }),
      '/api/entry': ({ at }) => {
        const { pages, chronicle } = exhibit.reading
        return entryView(this.#entry(at), { pages, chronicle, coreAt: (seq) => this.#core(seq) })
      },
      '/api/scene': (query) => this.#scene(query),
      '/api/macs': ({ at, of, find }) => macsOf(this.#core(this.#seq(at)).state, of ?? null, find ?? ''),
      '/api/flows': ({ at, which, filter }) =>
        flowsView(this.#core(this.#seq(at)), which === 'installed' ? which : 'desired', filter ?? ''),
      '/api/subject': ({ about }) => {
        return subjectView(exhibit.reading.chronicle, about ?? '', (seq) => this.#alone(seq))
      },
      '/api/explain': ({ at, about }, signal) =>
        aside({ what: 'explain', file: exhibit.file, seq: this.#seq(at), about: about ?? '' }, signal),
      '/api/what-if': ({ without }, signal) =>
        aside({ what: 'what-if', file: exhibit.file, without: this.#seq(without) }, signal),
      '/api/difference': ({ at, to }) => differenceView(this.#side(this.#seq(at)), this.#side(this.#seq(to))),
      '/api/bisect': ({ at, to, bad }, signal) =>
        turnedAt(exhibit.reading.checkpoints, this.#seq(at), this.#seq(to), bad ?? '', signal),
      '/api/status': ({ at }) => ({ lines: stateText(this.#core(this.#seq(at))) }),
    }
  }

  async reply(path: string, query: URLSearchParams, signal: AbortSignal): Promise<Reply | null> {
    try {
      const values = Object.fromEntries(query)
      if (path === '/api/download') return this.#download(values)
      if (!isPath(path, this.#answering)) return null
      return json(200, await this.#answering[path](values, signal))
    } catch (error) {
      const isTold = toldErrors.some((kind) => error instanceof kind)
      const trouble: PageTrouble = { error: error instanceof Error ? error.message : String(error) }
      if (!isTold)
        process.stderr.write(
          `vtep-replay: ${path}: ${error instanceof Error ? (error.stack ?? '') : String(error)}\n`,
        )
      return json(isTold ? 409 : 500, trouble)
    }
  }

  #seq(at = 'HEAD'): number {
    return positionAt(at, this.#exhibit.recording, Date.now())
  }

  #entry(at: string | undefined): Entry {
    const entry = this.#exhibit.reading.pages.at(this.#seq(at))
    if (entry === null) throw new PositionError('there is no entry')
    return entry
  }

  /** An entry far from those that are read around the present one. */
  #alone(seq: number): Entry | null {
    for (const entry of this.#exhibit.recording.entries(seq, seq)) return entry
    return null
  }

  /** Good until the next call. */
  #core(seq: number): Core {
    return this.#exhibit.reading.checkpoints.coreAt(seq)
  }

  #overview(token: string): Overview {
    const { file, reading } = this.#exhibit
    const { first, last, lastMs, trouble, course } = this.#exhibit.news()
    return {
      file,
      first,
      last,
      token,
      trouble,
      lastMs,
      course,
      summary: reading.chronicle.summary(),
      counts: reading.chronicle.counts(),
    }
  }

  #timeline({ from, to, width, words, kinds: names }: Query): MarkedTimeline {
    const parts = Math.min(mostParts, Math.max(1, Math.floor(number(width) ?? 200)))
    const { timeline, chronicle } = this.#exhibit.reading
    const view = timeline.view(parts, number(from), number(to), this.#exhibit.known)
    const stretch = { fromMs: view.fromMs, toMs: view.toMs, parts }
    const found = this.#finder.found({ words, names })
    const isWanted = (words ?? '') + (names ?? '') !== ''
    return {
      ...view,
      spans: spansIn(chronicle.spans, stretch),
      hits: isWanted && found !== null ? hitsIn(chronicle, found.places, stretch) : [],
    }
  }

  #scene({ at, focus, find, by, most }: Query): SceneView {
    const entry = this.#entry(at)
    const before = this.#core(entry.seq - 1).state
    const after = this.#core(entry.seq).state
    const [, name, id] = /^(\w+):(.+)$/s.exec(focus ?? '') ?? []
    const kind = kinds.find((one) => one === name)
    return sceneOf(entry, before, after, this.#exhibit.reading.census.of(after), {
      focus: kind === undefined || id === undefined ? null : { kind, id },
      find: find ?? '',
      by: groupings.find((one) => one === by) ?? 'state',
      most: Math.min(mostBoxes, Math.max(fewestBoxes, number(most) ?? fewestBoxes)),
    })
  }

  #side(seq: number): DifferenceSide {
    const core = this.#core(seq)
    return { state: core.state, desired: core.derived()?.desired.flows ?? null }
  }

  #download({ at, from, as }: Query): Reply {
    const { recording } = this.#exhibit
    const seq = this.#seq(at)
    if (as === 'shell') return saved(`switch-${seq}.sh`, buildCommands(this.#core(seq)).map(shellLines))
    const other = from === undefined ? seq : this.#seq(from)
    const [start, end] = [Math.min(seq, other), Math.max(seq, other)]
    return saved(`entries-${start}-${end}.bundle`, bundleOf(recording, start, end))
  }
}

/** Of a column of the picture. */
const fewestBoxes = 10
const mostBoxes = 30

function isPath(path: string, answering: Answering): path is Paths {
  return Object.hasOwn(answering, path)
}

function saved(saveAs: string, body: Iterable<string>): Reply {
  return { status: 200, type: 'text/plain; charset=utf-8', body, saveAs }
}

export function json(status: number, value: unknown): Reply {
  return { status, type: 'application/json', body: oneLine(JSON.stringify(value)), saveAs: null }
}

function number(text: string | undefined): number | null {
  const value = Number(text)
  return text === undefined || !Number.isFinite(value) ? null : value
}
