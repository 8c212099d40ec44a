import { getHeapStatistics } from 'node:v8'
import t from 'tap'
import { Heap } from '../../adapters/daemon/heap.js'

const totalBytes = (): number => getHeapStatistics().total_heap_size

t.test('memory is given back, also where what stays was strewn over all of it', (t) => {
  const heap = new Heap()
  const beforeBytes = totalBytes()
  const all = Array.from({ length: 1_500_000 }, (_, i) => ({ key: `key ${i}`, values: [i] }))
  const kept = all.filter((_, i) => i % 10 === 0)
  all.length = 0
  const grownBytes = totalBytes() - beforeBytes
  heap.trim()
  const leftBytes = totalBytes() - beforeBytes
  t.ok(leftBytes < grownBytes / 2, `${leftBytes >> 20} MB of ${grownBytes >> 20} MB are left`)
  t.equal(kept.length, 150_000)
  t.end()
})

t.test('a little that could be given back is worth no pause', (t) => {
  const heap = new Heap()
  heap.trim()
  const garbage = Array.from({ length: 100_000 }, (_, i) => ({ key: `key ${i}` }))
  garbage.length = 0
  const { used_heap_size: before } = getHeapStatistics()
  heap.trim()
  t.ok(getHeapStatistics().used_heap_size >= before, 'nothing was collected')
  t.end()
})
