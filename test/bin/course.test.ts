import t from 'tap'
import { Exhibit } from '../../bin/replay/serve/exhibit.js'
import { openJournal } from '../../journal/writer.js'
import { courseText } from '../../lib/screens/page/api.js'
import type { Event } from '../../lib/model/event.js'
import { journalOf, longHistory, ownDirectory } from '../support/recorded.js'

t.test('the page says of a journal whether a daemon writes it, stopped, or is gone', (t) => {
  const file = journalOf(longHistory(10), ownDirectory(t))
  const exhibit = new Exhibit(file)
  const said = () => courseText(exhibit.news().course, '12:00')
  const append = (writer: ReturnType<typeof openJournal>, event: Event) =>
    writer.append([{ seq: writer.tip().seq + 1, atMs: 7, event }])
  t.equal(said(), 'no daemon writes it, last 12:00')
  const daemon = openJournal(file)
  t.ok(exhibit.look(), 'which is news')
  t.equal(said(), 'live')
  append(daemon, { type: 'FlowsDoubted', reason: 'x' })
  t.ok(exhibit.look())
  t.equal(exhibit.news().lastMs, 7)
  // as the kernel does when it is killed
  daemon.close()
  t.ok(exhibit.look(), 'which is news')
  t.equal(said(), 'no daemon writes it, last 12:00')
  t.notOk(exhibit.look())
  const next = openJournal(file)
  append(next, { type: 'Stopped', reason: 'SIGTERM' })
  next.close()
  exhibit.look()
  t.equal(said(), 'stopped 12:00')
  exhibit.close()
  t.end()
})
