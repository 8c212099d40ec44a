import type { Core } from '../../lib/daemon/core.js'
import { audit } from '../../lib/compare/findings/audit.js'
import { withCauses } from '../../lib/compare/findings/cause.js'
import { filtered } from '../../lib/compare/findings/filter.js'
import type { Audit } from '../../lib/compare/findings/finding.js'
import { withRecording } from '../command-line/journal-at.js'
import type { Lane } from '../../lib/model/batch.js'
import { TroubleError } from '../command-line/trouble-error.js'
import type { OutputOptions } from './options.js'

/** What differs at `core`, which is led on, as far as it is asked for, with causes from `journal` where there is one. Throws TroubleError. */
export async function compared(
  core: Core,
  { only, ignore, format }: OutputOptions,
  journal: string | null,
  untold: readonly Lane[],
): Promise<Audit> {
  const found = audit(core, untold)
  if (found === null) throw new TroubleError('not all that is to be compared is known')
  const findings = filtered(found.findings, only, ignore)
  if (journal === null || format === 'commands' || format === 'unified') return { ...found, findings }
  let explained = findings
  await withRecording(journal, (recording) => {
    explained = withCauses(findings, recording)
  })
  return { ...found, findings: explained }
}
