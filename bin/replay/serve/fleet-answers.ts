import { type FleetMember, onOneAxis, sightings, sightingText } from '../../../lib/history/changes/fleet.js'
import type { FleetView } from '../../../lib/screens/page/api.js'
import { changeLine } from '../../../lib/screens/page/change-view.js'
import type { Exhibit } from './exhibit.js'
import { Finder } from './finder.js'

/** A journal of a fleet as it is served: `base` is where its own page stands, without a slash at the end. */
export interface FleetExhibit {
  readonly name: string
  readonly base: string
  readonly exhibit: Exhibit
}

/** More would be a page that nobody reads, and that takes long to draw. */
const mostLines = 500

/** All switches at once: what is noteworthy of each, and the changes that were asked for on one axis of time. */
export class FleetAnswerer {
  readonly #all: readonly (FleetExhibit & { readonly finder: Finder })[]

  constructor(all: readonly FleetExhibit[]) {
    this.#all = all.map((one) => ({ ...one, finder: new Finder(one.exhibit) }))
  }

  view(words: string): FleetView {
    const asked = { words, names: undefined }
    const mistake = this.#all[0]?.finder.changes(asked, { from: 0, count: 0, at: 0 }).mistake ?? null
    const members = this.#all.map(({ name, exhibit, finder }): FleetMember => {
      const { chronicle } = exhibit.reading
      return { name, chronicle, places: finder.found(asked)?.places ?? [] }
    })
    const seen = new Map(sightings(members).map((one) => [one.name, one]))
    const changes = onOneAxis(members)
    const bases = new Map(this.#all.map(({ name, base }) => [name, base]))
    const switches = this.#all.map(({ name, base, exhibit }) => {
      const { trouble, known } = exhibit.news()
      const sighting = seen.get(name)
      const noteworthy = exhibit.reading.chronicle.summary().filter(({ count }) => count > 0)
      return {
        name,
        base,
        trouble,
        isRead: known === 1,
        sighting:
          sighting === undefined ? '' : words === '' ? String(sighting.count) : sightingText(sighting),
        noteworthy: noteworthy.map(({ text }) => text),
      }
    })
    const lines = changes.slice(-mostLines).map(({ name, place, change }) => {
      return { ...changeLine(change, place), name, base: bases.get(name) ?? '' }
    })
    return { switches, total: changes.length, lines, mistake }
  }
}
