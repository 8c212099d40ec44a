import type { Reply } from '../../../adapters/web/server.js'
import { JournalError } from '../../../journal/format.js'
import { shellLines } from '../../../lib/command.js'
import { Core } from '../../../lib/core.js'
import type { Entry } from '../../../lib/model/event.js'
import { buildCommands } from '../../../lib/replay/build.js'
import { compare } from '../../../lib/replay/compare.js'
import type { Answers, DifferenceView, Trouble } from '../../../lib/replay/page/api.js'
import { entryView } from '../../../lib/replay/page/entry-view.js'
import { flowsView } from '../../../lib/replay/page/flows-view.js'
import { macsOf, sceneOf } from '../../../lib/replay/page/scene.js'
import { PositionError, positionAt } from '../../../lib/replay/position.js'
import { oneLine } from '../../../lib/one-line.js'
import { PredicateError } from '../../../lib/replay/predicate/predicate.js'
import { stateText } from '../../../lib/replay/step/texts.js'
import { bundleOf } from '../bundle-of.js'
import type { Exhibit } from './exhibit.js'
import { explainAside } from './explain-aside.js'
import { searched } from './searched.js'

type Paths = keyof Answers
type Query = { readonly [name: string]: string | undefined }
type Answering = {
  readonly [Path in Paths]: (query: Query, signal: AbortSignal) => Answers[Path] | Promise<Answers[Path]>
}

const mostParts = 2_000
const mostDifferences = 300

/** What the page's questions are answered, over a journal that is open. */
export class Answerer {
  readonly #exhibit: Exhibit
  readonly #answering: Answering

  constructor(exhibit: Exhibit, token: string) {
    this.#exhibit = exhibit
    this.#answering = {
      '/api/overview': () => {
        const { first, last, trouble, isEnded } = exhibit.news()
        return { file: exhibit.file, first, last, token, trouble, isEnded }
      },
      '/api/timeline': ({ from, to, width }) => {
        const parts = Math.min(mostParts, Math.max(1, Math.floor(number(width) ?? 200)))
        return exhibit.timeline.view(parts, number(from), number(to), exhibit.known)
      },
      '/api/entry': ({ at }) =>
        entryView(this.#entry(at), exhibit.recording, exhibit.pages, (seq) => this.#core(seq)),
      '/api/scene': ({ at }) => {
        const entry = this.#entry(at)
        const before = this.#core(entry.seq - 1).state
        return sceneOf(entry, before, this.#core(entry.seq).state)
      },
      '/api/macs': ({ at, of, find }) => macsOf(this.#core(this.#seq(at)).state, of ?? null, find ?? ''),
      '/api/flows': ({ at, which, filter }) =>
        flowsView(this.#core(this.#seq(at)), which === 'installed' ? which : 'desired', filter ?? ''),
      '/api/explain': ({ at, about }, signal) =>
        explainAside({ file: exhibit.file, seq: this.#seq(at), about: about ?? '' }, signal),
      '/api/difference': ({ at, to }) => this.#difference(this.#seq(at), this.#seq(to)),
      '/api/status': ({ at }) => ({ lines: stateText(this.#core(this.#seq(at))) }),
      '/api/search': async ({ at, words, direction }, signal) => ({
        seq: await searched(exhibit, this.#seq(at), words ?? '', direction === 'backward', signal),
      }),
    }
  }

  async reply(path: string, query: URLSearchParams, signal: AbortSignal): Promise<Reply | null> {
    try {
      const values = Object.fromEntries(query)
      if (path === '/api/download') return this.#download(values)
      if (!isPath(path, this.#answering)) return null
      return json(200, await this.#answering[path](values, signal))
    } catch (error) {
      const isTold = [JournalError, PositionError, PredicateError].some((kind) => error instanceof kind)
      const trouble: Trouble = { error: error instanceof Error ? error.message : String(error) }
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
    const entry = this.#exhibit.pages.at(this.#seq(at))
    if (entry === null) throw new PositionError('there is no entry')
    return entry
  }

  /** Good until the next call. */
  #core(seq: number): Core {
    return this.#exhibit.checkpoints.coreAt(seq)
  }

  #difference(a: number, b: number): DifferenceView {
    const before = new Core(this.#core(a).state)
    const { rows, desired, installed } = compare(before, this.#core(b))
    return {
      rows: rows.slice(0, mostDifferences),
      desired: desired.slice(0, mostDifferences),
      installed: installed.slice(0, mostDifferences),
      counts: [rows.length, desired.length, installed.length],
    }
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

function isPath(path: string, answering: Answering): path is Paths {
  return Object.hasOwn(answering, path)
}

function saved(saveAs: string, body: Iterable<string>): Reply {
  return { status: 200, type: 'text/plain; charset=utf-8', body, saveAs }
}

function json(status: number, value: unknown): Reply {
  return { status, type: 'application/json', body: oneLine(JSON.stringify(value)), saveAs: null }
}

function number(text: string | undefined): number | null {
  const value = Number(text)
  return text === undefined || !Number.isFinite(value) ? null : value
}
