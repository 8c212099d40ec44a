import { EMPTY, mergeMap, type Observable, of } from 'rxjs'
import { WireError } from '../../lib/ingest/decode.js'
import {
  type Intake,
  ovsContents,
  ovsUpdates,
  sourceLost,
  vtepContents,
  vtepUpdates,
} from '../../lib/ingest/intake.js'
import type { WireContents, WireUpdates } from '../../lib/ingest/updates.js'
import type { OvsdbSession } from './session.js'
import type { SessionEvent } from './session-event.js'

interface Database {
  readonly source: 'vtep' | 'ovs'
  readonly contents: (contents: WireContents) => Intake
  readonly updates: (changes: WireUpdates, isCatchUp: boolean) => Intake
}

const databases: Readonly<Record<Database['source'], Database>> = {
  vtep: { source: 'vtep', contents: vtepContents, updates: vtepUpdates },
  ovs: { source: 'ovs', contents: ovsContents, updates: ovsUpdates },
}

/** What a session says, as intake; a server whose rows do not fit their schema is connected to anew. */
export function intakeOf(
  source: Database['source'],
  session: OvsdbSession,
  events$: Observable<SessionEvent>,
): Observable<Intake> {
  const database = databases[source]
  let isCatchUp = true
  const guarded = (intake: Intake): Intake => refusing(intake, source, session)
  return events$.pipe(
    mergeMap((event) => {
      switch (event.kind) {
        case 'Contents':
          isCatchUp = false
          return of(guarded(database.contents(event.tables)))
        case 'Updated': {
          const isFirst = isCatchUp
          isCatchUp = false
          return of(guarded(database.updates(event.updates, isFirst)))
        }
        case 'Disconnected':
          isCatchUp = true
          return of(sourceLost(source, event.reason))
        case 'Connected':
        case 'LockChanged':
          return EMPTY
      }
    }),
  )
}

function refusing(intake: Intake, source: Database['source'], session: OvsdbSession): Intake {
  return (state) => {
    try {
      return intake(state)
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      session.restart(error.message)
      return sourceLost(source, error.message)(state)
    }
  }
}
