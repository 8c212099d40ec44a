import { useEffect, useRef } from 'preact/hooks'
import { changeKinds, kindWords, writerWords } from '../../lib/history/changes/change.js'
import { pageKeysInWords } from './keys.js'

/** Keys and a legend. */
export function Help({ isOpen, close }: { readonly isOpen: boolean; readonly close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (isOpen) dialog.current?.showModal()
    else dialog.current?.close()
  }, [isOpen])
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={close}>
      <header>
        <h2 id="help-title">Keys and legend</h2>
        <button type="button" onClick={close}>
          Close
        </button>
      </header>
      <dl>
        {pageKeysInWords.map(([keys, means]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{means}</dd>
          </div>
        ))}
      </dl>
      <h3>On the timeline</h3>
      <dl>
        <div>
          <dt class="legend-bars">grey bars</dt>
          <dd>entries, and as a line rows that changed</dd>
        </div>
        <div>
          <dt class="legend-hits">marks at the top</dt>
          <dd>changes that the filter finds</dd>
        </div>
        <div>
          <dt class="legend-spans">long bars</dt>
          <dd>what lasted: faults, drift, failures, outages, gaps in the journal, times without ovs-vtep</dd>
        </div>
      </dl>
      <h3>Kinds of changes</h3>
      <dl>
        {changeKinds.map((kind) => (
          <div key={kind}>
            <dt>{kindWords[kind].name}</dt>
            <dd>{kindWords[kind].means}</dd>
          </div>
        ))}
      </dl>
      <h3>In the picture</h3>
      <dl>
        <div>
          <dt>blue</dt>
          <dd>the entry touched it</dd>
        </div>
        <div>
          <dt>red</dt>
          <dd>a fault, or a tunnel that is down</dd>
        </div>
        <div>
          <dt>dashed box</dt>
          <dd>a group; press it to see what is in it</dd>
        </div>
      </dl>
      <p class="quiet">Who wrote it: {Object.values(writerWords).join(', ')}, as far as the journal tells.</p>
    </dialog>
  )
}
